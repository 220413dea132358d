"""Removes what people, editors, browsers and chats add to a line of output."""

import html
import re
from typing import Final

from podpath.state.pattern import lazy

_TYPOGRAPHY: Final = {
    **dict.fromkeys((0xA0, 0x1680, *range(0x2000, 0x200B), 0x202F, 0x205F, 0x3000), " "),
    **dict.fromkeys((0x2018, 0x2019, 0x201A), "'"),
    **dict.fromkeys((0x201C, 0x201D, 0x201E), '"'),
    **dict.fromkeys((0x2010, 0x2011, 0x2012, 0x2013, 0x2212), "-"),
    **dict.fromkeys((0x200B, 0x200C, 0x200D, 0x2060), ""),
}
"""What editors, browsers and chats make of spaces, quotes and hyphens."""
_ENTITY: Final = lazy(r"&(?:lt|gt|amp|quot|nbsp|apos|#\d{1,5}|#x[0-9a-fA-F]{1,4});")
_BLOCK_TAG: Final = lazy(r"</?(?:pre|code|p|div|span|br|blockquote|details|td|tr|table|tbody)\b[^<>]*>", re.IGNORECASE)
_REMARK: Final = lazy(r"\s(?:#+(?=\s|<|-|$)|//(?=\s)|<[-=~]|[←⬅👈]|\(!+\)|\(\?+\)|!!|\*\*|这|--?>\s)")
"""A remark behind a line, with the space before it: ``# <--- here``, ``<-- stale?``, ``// wrong``."""

_SIGNS: Final = ("#", "//", "<", "←", "⬅", "👈", "(", "!!", "**", "这", "->")
"""One of them is in every remark; most tables have none."""


def plain(line: str) -> str:
    """Return a line without what editors, browsers and chats put into it."""
    if not line.isascii():
        line = line.translate(_TYPOGRAPHY)
    if "&" in line and _ENTITY.search(line):
        line = html.unescape(line)
    if ("</" in line or line.lstrip()[:1] == "<") and "<summary" not in line:
        line = _BLOCK_TAG.sub("", line)
    return line


def without_remarks(lines: list[str]) -> list[str]:
    """Return lines without the remarks behind them, or the same list if there are none."""
    text = "\n".join(lines)
    return [without_remark(line) for line in lines] if any(sign in text for sign in _SIGNS) else lines


def without_remark(line: str) -> str:
    """Return a line without the remark behind it."""
    match = _REMARK.search(line)
    return (line[: match.start()].rstrip() or line) if match is not None else line
