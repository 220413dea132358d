"""The MAC that peers send overlay frames to is not the MAC of the device any more."""

from typing import Final

from podpath.checks.interface import Check

CHECK: Final = Check()
