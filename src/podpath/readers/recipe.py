"""Commands to type, as a manual or a ticket lists them: they have prompts, but nobody ran them.

A command that printed nothing says that its table is empty, but only in a text where commands printed something. A list
of commands of which none printed anything shows what to do, not what a node holds.
"""

from collections.abc import Iterable, Iterator
from typing import Final

from podpath.readers.section import Section, claims
from podpath.state.evidence import Unread

_REASON: Final = "no command of this text printed anything: it may list what to type, and says nothing of any table"


def without_recipes(parts: Iterable[Section | Unread], file: str) -> Iterator[Section | Unread]:
    """Yield the parts of a text, those that printed nothing only where another printed something.

    Args:
        parts: the sections and unread lines of one text, in order.
        file: name of the file, for what is unread.
    """
    silent: list[Section] = []
    waits = True
    for part in parts:
        if isinstance(part, Unread) or not waits:
            yield part
        elif _printed(part):
            waits = False
            yield from silent
            yield part
        else:
            silent.append(part)
    if waits:
        yield from (Unread(file, part.first, part.first, _REASON, part.command) for part in silent)


def _printed(section: Section) -> bool:
    """Say whether a command printed something: prose after a ruleset is not output of it."""
    if section.document is not None or section.reader.continues is None:
        return section.document is not None or bool(section.lines)
    return any(claims(section.reader, line) for line in section.lines)
