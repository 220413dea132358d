"""A node has lost its overlay device."""

from typing import Final

from podpath.checks.interface import Check

CHECK: Final = Check()
