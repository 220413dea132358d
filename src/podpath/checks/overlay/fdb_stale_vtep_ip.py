"""A forwarding entry sends a peer's MAC to an address that is not the peer's."""

from typing import Final

from podpath.checks.interface import Check

CHECK: Final = Check()
