"""A rule accepts packets that an earlier one already stops."""

from typing import Final

from podpath.checks.interface import Check

CHECK: Final = Check(
    asked=True,
)
