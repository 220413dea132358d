"""The node's firewall answers pods with an error."""

from typing import Final

from podpath.checks.interface import Check

CHECK: Final = Check(
    asked=True,
)
