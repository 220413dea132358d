"""A JSON document in the text, line by line, until its last bracket is closed."""

from collections.abc import Generator, Iterator

from podpath.readers.command_line import Prompt, certain, find_prompt
from podpath.readers.outputs import Outputs
from podpath.readers.pasted_json import decoded, opened, whole
from podpath.readers.section import Section
from podpath.state.evidence import Complete, Unread


class JsonBlock:
    """Collects the lines of a document.

    Args:
        file: name of the file, for evidence.
        out: the outputs that take the document.

    Attributes:
        lines: its lines so far; none outside of one.
    """

    def __init__(self, file: str, out: Outputs) -> None:
        self._file, self._out = file, out
        self.lines: list[str] = []
        self._first = self._depth = 0

    def begin(self, line: str) -> Iterator[Section | Unread]:
        """Take the first line."""
        self._first, self._depth = self._out.number, 0
        if (document := whole(line)) is not None:
            yield from self._out.document(document, self._first, [line])
        else:
            yield from self.add(line)

    def add(self, line: str) -> Generator[Section | Unread, None, Prompt | None]:
        """Take one more line; return the prompt of a command line that shows that the document was cut off."""
        self.lines.append(line)
        self._depth += opened(line)
        if self._depth <= 0:
            yield from self.end()
        elif len(self.lines) > 1 and (prompt := find_prompt(line)) is not None and certain(line):
            self.lines.pop()
            yield from self.end()
            return prompt
        return None

    def end(self) -> Iterator[Section | Unread]:
        """End the document, if there is one, wherever it is."""
        lines, self.lines = self.lines, []
        if not lines:
            return
        try:
            document = decoded("\n".join(lines))
        except (ValueError, RecursionError):
            if self._out.section is not None:
                self._out.section.shows_at_most(Complete.NO)
            yield from self._out.close()
            yield Unread(self._file, self._first, self._first + len(lines) - 1, "JSON that is cut off or damaged", lines[0][:200])
        else:
            yield from self._out.document(document, self._first, lines)
