"""Notes about lines that could not be read: adjacent lines with the same reason share a note."""

from collections.abc import Iterator

from podpath.state.evidence import Unread


class UnreadNotes:
    """The note that is being written; neighbours with the same reason become one.

    Args:
        file: name of the file, for evidence.
    """

    def __init__(self, file: str) -> None:
        self._file = file
        self._note: Unread | None = None

    def add(self, line: str, reason: str, first: int, last: int) -> Iterator[Unread]:
        """Note lines, and yield the note before if they are not its neighbours.

        Args:
            line: the first of them.
            reason: why they could not be read.
            first: its number.
            last: number of the last one.
        """
        note = self._note
        if note is not None and note.reason == reason and note.last >= first - 2:
            self._note = note._replace(last=last)
            return
        yield from self.flush()
        self._note = Unread(self._file, first, last, reason, line.strip()[:200])

    def ends_at(self, number: int) -> bool:
        """Say whether a line was the last that could not be read."""
        return self._note is not None and self._note.last == number

    def flush(self) -> Iterator[Unread]:
        """Yield the note, if there is one, and start a new one."""
        if self._note is not None:
            yield self._note
            self._note = None
