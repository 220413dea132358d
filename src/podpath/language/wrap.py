"""Prose in lines of a terminal: words stay whole, and a Chinese character takes two columns.

Chinese has no blanks between words: a line may end behind each character, but none begins with a mark that closes, and none ends
with one that opens (UAX 14, classes ID, CL and OP).
"""

import re
import textwrap
from typing import Final
from unicodedata import east_asian_width

_WIDE: Final = "\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef"
_CLOSING: Final = "，。、；：！？）》」』】”’…"
_OPENING: Final = "（《「『【“‘"
_PIECE: Final = re.compile(
    r"[ \t]+"
    rf"|[{_OPENING}(]*(?![{_CLOSING}{_OPENING}])[{_WIDE}][{_CLOSING},.;:!?)]*"  # a character, with the marks beside it
    rf"|[{_OPENING}]*[^ \t{_WIDE}{_CLOSING}{_OPENING}]+[{_CLOSING}]*"  # a word, an address, a command
    rf"|[{_OPENING}{_CLOSING}]+"
)
_WORD: Final = re.compile(" |[^ ]+")
_IS_WIDE: Final = re.compile(f"[{_WIDE}]")


def columns(text: str) -> int:
    """Return how many columns of a terminal a text takes (UAX 11)."""
    return len(text) if text.isascii() else sum(2 if east_asian_width(sign) in {"W", "F"} else 1 for sign in text)


def padded(text: str, room: int) -> str:
    """Return a text with blanks behind it, so that it takes at least so many columns."""
    return text + " " * max(0, room - columns(text))


def pieces(text: str) -> list[str]:
    """Return the parts of a text, blanks among them, behind each of which a line may end."""
    flat = " ".join(text.split())
    return _PIECE.findall(flat) if _IS_WIDE.search(flat) else _WORD.findall(flat)


def wrapped(text: str, width: int, first: str = "", later: str = "") -> list[str]:
    """Return a text in lines; a word longer than a line (a command, an address) is left whole.

    Args:
        text: prose, without line ends that matter.
        width: columns of a line, its indentation included.
        first: what the first line begins with.
        later: what the others begin with.
    """
    if not _IS_WIDE.search(text):
        return textwrap.wrap(
            text, width, initial_indent=first, subsequent_indent=later, break_long_words=False, break_on_hyphens=False
        )
    lines: list[str] = []
    line, room = first, width - columns(first)
    begun = False
    for piece in pieces(text):
        taken = columns(piece)
        if begun and taken > room and not piece.isspace():
            lines.append(line.rstrip())
            line, room, begun = later, width - columns(later), False
        if begun or not piece.isspace():
            line, room, begun = line + piece, room - taken, True
    return [*lines, line.rstrip()] if begun else lines
