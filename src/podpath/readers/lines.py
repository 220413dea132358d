"""The lines of a text, one after the other, or many at once if none of them matters."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from re import Pattern
from typing import Final, NamedTuple, TextIO

from podpath.state.pattern import lazy

_BLOCK: Final = 1 << 20
_LEAST: Final = 1 << 16
"""With fewer characters, to compile the pattern takes longer than to look at each line."""
_LONGEST: Final = 256 * 1024 * 1024
# C0, DEL and C1 (some terminals take U+009B for the begin of a sequence), and what turns the direction of writing.
_ALONE: Final = r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufeff]"
_CONTROL: Final = lazy(
    r"(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]"  # CSI sequences: colours, cursor
    r"|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)"  # OSC: window titles
    r"|\x1b[@-Z\\^_()][0-9A-B]?"
    r"|.\x08"  # overstrike
    rf"|{_ALONE}"
)
_ANY_CONTROL: Final = lazy(_ALONE)


class Passed(NamedTuple):
    """Lines that were skipped.

    Attributes:
        lines: how many.
        first: the first of them.
    """

    lines: int
    first: str


class Lines:
    """The lines of a text without their ends, and without what only a terminal understands.

    Args:
        opened: opens the text.
        last: number of the last line that is read; none means all.
        read: told how many lines each block has that was read.
        least: number of characters that a block has if lines are passed over in it.
    """

    def __init__(
        self,
        opened: Callable[[], AbstractContextManager[TextIO]],
        last: int | None = None,
        read: Callable[[int], None] | None = None,
        least: int = _LEAST,
    ) -> None:
        self._opened, self._last, self._told, self._least = opened, last, read, least
        self._block = ""
        self._at = 0
        self._marked: list[int] = []
        self._marks: tuple[str, ...] = ()

    def __iter__(self) -> Iterator[str]:
        """Yield the lines; what opens the text says what it raises."""
        with self._opened() as file:
            yield from self._lines(file)

    def _lines(self, file: TextIO) -> Iterator[str]:
        search, substitute = _ANY_CONTROL.search, _CONTROL.sub
        number = 0
        while self._next_block(file):
            block, clean = self._block, search(self._block) is None
            while self._at < len(block):
                if self._last is not None and number >= self._last:
                    return
                end = block.find("\n", self._at)
                end = len(block) if end < 0 else end
                line = block[self._at : end]
                self._at = end + 1
                number += 1
                yield line if clean or search(line) is None else substitute("", line)

    def pass_over(self, run: Pattern[str], marks: Sequence[str]) -> Passed | None:
        """Skip the lines that a pattern matches, in a large block; a line with a mark, and the end of what was read, stop it.

        Args:
            run: matches whole lines with their ends.
            marks: words that a line must not hold.
        """
        if self._last is not None or len(self._block) < self._least:
            return None
        if self._marks != marks:
            self._marks = tuple(marks)
            self._find_marks()
        start = self._at
        while self._marked and self._marked[-1] < start:
            self._marked.pop()
        match = run.match(self._block, start, self._marked[-1] if self._marked else len(self._block))
        if match is None:
            return None
        self._at = match.end()
        first = self._block[start : self._block.find("\n", start)]
        return Passed(self._block.count("\n", start, self._at), _CONTROL.sub("", first))

    def _next_block(self, file: TextIO) -> bool:
        """Read whole lines of about a block; say whether there were any."""
        block = file.read(_BLOCK)
        if block and block[-1] != "\n":
            block += file.readline(_LONGEST)
        self._block, self._at = block, 0
        self._find_marks()
        if self._told is not None:
            self._told(block.count("\n"))
        return bool(block)

    def _find_marks(self) -> None:
        """Find where the lines begin that hold a mark, the last of them first."""
        found = {self._block.rfind("\n", 0, at) + 1 for mark in self._marks for at in _places(self._block, mark)}
        self._marked = sorted(found, reverse=True)


def _places(text: str, mark: str) -> Iterator[int]:
    at = text.find(mark)
    while at >= 0:
        yield at
        at = text.find(mark, at + 1)
