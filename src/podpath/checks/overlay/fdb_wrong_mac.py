"""The forwarding entry for a peer's node has a MAC that no device has."""

from typing import Final

from podpath.checks.interface import Check

CHECK: Final = Check()
