"""Numbers before the lines of a text: `cat -n`, nl(1), `grep -n`, `less -N`, vim, bat."""

from collections.abc import Callable
from typing import Final

from podpath.state.pattern import lazy

_NUMBER: Final = lazy(r"[ L]*(\d{1,6})(?P<sep>[:-](?! )|\t|:? +[|│] |[.:]? |$)")


class LineNumbers:
    """Takes off the numbers of a text as long as it goes on counting."""

    def __init__(self) -> None:
        self._last, self._separator = 0, ""

    def __bool__(self) -> bool:
        """Whether the lines have numbers."""
        return self._last > 0

    def first(self, line: str, fits: Callable[[str, int], bool]) -> str | None:
        """Return the first line that has a number, without it, or None if it has none.

        Args:
            line: the line.
            fits: says of a line and its number whether it is one that can be read only so.
        """
        match = _NUMBER.match(line)
        if match is None or not match["sep"]:
            return None
        inner = line[match.end() :]
        if inner[:1] == " " and match["sep"] in ": - .":
            return None  # `2: eth0` counts devices, `9: ` lines; a history of commands has two spaces
        if not fits(inner, int(match[1])):
            return None
        self._last, self._separator = int(match[1]), match["sep"].strip(" ")
        return inner

    def off(self, line: str) -> str:
        """Return a line without its number, where it goes on counting; another line ends that."""
        match = _NUMBER.match(line)
        if match is None or int(match[1]) <= self._last or (match["sep"] and match["sep"].strip(" ") != self._separator):
            self._last = 0
            return line
        self._last = int(match[1])
        return line[match.end() :]
