"""Rules of a node send a service's packets to a pod that is not one of its endpoints."""

from typing import Final

from podpath.checks.interface import Check

CHECK: Final = Check(
    asked=True,
)
