"""A node has no route to a peer's pod network."""

from typing import Final

from podpath.checks.interface import Check

CHECK: Final = Check()
