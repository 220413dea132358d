"""Forms of lines that were not recognised: others that differ in their numbers alone are not recognised either.

A log of an unknown program repeats a few sentences. Those seen most often become a pattern that passes over whole blocks.
"""

import re
from collections import Counter
from re import Pattern
from typing import Final

from podpath.state.pattern import lazy

_FIRST: Final = 256
"""How many unread lines are looked at before the first pattern is made; twice as many each time after that."""
_MOST: Final = 24
_OFTEN: Final = 4
_LETTERS: Final = 12
"""With fewer letters, numbers may decide what a line is: an address alone is a heading."""
_LONGEST: Final = 400
_LETTER: Final = lazy(r"[A-Za-z]")
_NUMBER: Final = lazy(r"(?<![0-9a-f])(?=[0-9a-f]*[0-9])[0-9a-f]{8,}(?![0-9a-f])|[0-9]+")


class LineForms:
    """What the unread lines of a text look like.

    Attributes:
        pattern: matches a run of lines of the forms seen most often; none before there are enough.
    """

    def __init__(self) -> None:
        self.pattern: Pattern[str] | None = None
        self._seen: Counter[str] = Counter()
        self._next, self._lines = _FIRST, 0

    @property
    def is_filled(self) -> bool:
        """As many lines were seen as the first pattern is made of."""
        return self._lines >= _FIRST

    def add(self, line: str) -> None:
        """Note a line that was not recognised."""
        self._lines += 1
        if len(line) < _LONGEST and len(_LETTER.findall(line[:100])) >= _LETTERS:
            self._seen[_form(line)] += 1
        if self._lines >= self._next:
            self._next *= 2
            often = [form for form, count in self._seen.most_common(_MOST) if count >= _OFTEN]
            self._seen = Counter({form: self._seen[form] for form in often})
            self.pattern = re.compile(rf"(?>(?:{'|'.join(often)})\n)++") if often else None


def _form(line: str) -> str:
    """Return a pattern of the line with other numbers."""
    parts, at = [], 0
    for match in _NUMBER.finditer(line):
        parts += [re.escape(line[at : match.start()]), "[0-9]++" if match[0].isdecimal() else "[0-9a-f]{8,}+"]
        at = match.end()
    return "".join((*parts, re.escape(line[at:])))
