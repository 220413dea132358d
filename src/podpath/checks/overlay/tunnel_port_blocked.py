"""A rule drops the packets of the tunnel."""

from typing import Final

from podpath.checks.interface import Check

CHECK: Final = Check(
    asked=True,
)
