"""The overlay device's address is not the one that the peers route to."""

from typing import Final

from podpath.checks.interface import Check

CHECK: Final = Check()
