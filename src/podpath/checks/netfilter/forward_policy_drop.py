"""FORWARD drops by default, and no rule accepts pods."""

from typing import Final

from podpath.checks.interface import Check

CHECK: Final = Check(
    asked=True,
)
