"""A node drops the tunnel packets of a peer that it does not know."""

from typing import Final

from podpath.checks.interface import Check

CHECK: Final = Check(
    asked=True,
)
