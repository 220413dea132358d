"""A route leads into the overlay, but the neighbour or forwarding entry behind it is missing."""

from typing import Final

from podpath.checks.interface import Check

CHECK: Final = Check()
