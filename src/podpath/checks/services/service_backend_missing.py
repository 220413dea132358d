"""Rules of a node lack an endpoint of a service that is ready."""

from typing import Final

from podpath.checks.interface import Check

CHECK: Final = Check(
    asked=True,
)
