"""Reports of what is being done: a command shows them on the terminal; most programs need none."""

from typing import Protocol


class ProgressReceiver(Protocol):
    """What takes reports."""

    def step(self, text: str, advance: int = 1) -> None:
        """Take the name of what is being done now, in a few words."""

    def read(self, text: str, lines: int) -> None:
        """Take the number of further lines that were read."""


class Silent:
    """Shows nothing."""

    def step(self, text: str, advance: int = 1) -> None:
        """Show nothing."""

    def read(self, text: str, lines: int) -> None:
        """Show nothing."""
