"""A route to a peer's pod network leaves by a device that does not lead there."""

from typing import Final

from podpath.checks.interface import Check

CHECK: Final = Check(walked=True)
