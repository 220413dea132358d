"""Other pods see a pod's node as the source of its packets."""

from typing import Final

from podpath.checks.interface import Check

CHECK: Final = Check(
    asked=True,
)
