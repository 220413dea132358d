"""A node has no route to an address block of a Calico peer."""

from typing import Final

from podpath.checks.interface import Check

CHECK: Final = Check()
