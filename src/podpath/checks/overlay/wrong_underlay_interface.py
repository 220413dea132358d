"""The overlay is built on an address that the node does not have, or that is not its own."""

from typing import Final

from podpath.checks.interface import Check

CHECK: Final = Check()
