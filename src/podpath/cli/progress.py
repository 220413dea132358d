"""A progress line on the terminal, once work takes longer than a second."""

import os
import sys
import time
from types import TracebackType
from typing import TYPE_CHECKING, ClassVar, Final, Self

from podpath.state.visible import visible

if TYPE_CHECKING:
    from rich.progress import Progress as RichProgress
    from rich.progress import TaskID

_PATIENCE: Final = 1.0


class Progress:
    """Shows progress; silent if the output is no terminal.

    Args:
        total: steps of the work, when they are known.

    Attributes:
        verbose: each step is a line with its time, on any output (``--verbose``).
    """

    verbose: ClassVar[bool] = False

    def __init__(self, total: int | None = None) -> None:
        self._watched = sys.stderr.isatty() and not self.verbose
        self._named = ""
        self._total = total
        self._started = time.monotonic()
        self._bar: RichProgress | None = None
        self._task: TaskID | None = None
        self._done = self._lines = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if self._bar is not None:
            self._bar.stop()

    def rest(self, *, quiet: bool = False) -> None:
        """Take the bar away: something else is shown now.

        Args:
            quiet: and it does not come back.
        """
        if self._bar is not None:
            self._bar.stop()
            self._bar = None
        self._watched = self._watched and not quiet

    def step(self, text: str, advance: int = 1) -> None:
        """Say what is being done now.

        Args:
            text: a few words.
            advance: steps that were finished.
        """
        self._done += advance
        if self.verbose:
            self._name(text)
        if self._watched and time.monotonic() - self._started > _PATIENCE:
            self._show(text)

    def read(self, text: str, lines: int) -> None:
        """Say that more lines were read."""
        self._lines += lines
        if not self.verbose:
            self.step(f"{text}: {self._lines:,} lines", 0)

    def _name(self, text: str) -> None:
        if text != self._named:
            self._named = text
            sys.stderr.write(f"podpath: {time.monotonic() - self._started:7.3f} s  {visible(text)}\n")

    def _show(self, text: str) -> None:
        if self._bar is None:
            from rich.console import Console
            from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

            self._bar = Progress(
                SpinnerColumn(), TextColumn("{task.description}", markup=False), BarColumn(), TimeElapsedColumn(),
                console=Console(stderr=True), transient=True,
            )  # fmt: skip
            self._task = self._bar.add_task(text, total=self._total)
            self._bar.start()
        if self._task is not None:
            self._bar.update(self._task, description=text, completed=self._done)


def show_cursor() -> None:
    """Show the terminal's cursor, which a bar that is ended in its middle leaves hidden."""
    if sys.stderr.isatty():
        os.write(2, b"\x1b[?25h")
