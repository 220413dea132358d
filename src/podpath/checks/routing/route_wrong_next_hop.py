"""A route to a peer's pod network names the wrong next hop."""

from typing import Final

from podpath.checks.interface import Check

CHECK: Final = Check(walked=True)
