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
_REMARK: Final = lazy(
    r"\s(?:#+(?=\s|<|-|$)|//(?=\s)|<(?:[-=~]|<+(?=\s))|[(【\uff08]|!!|\*\*|--?>\s|==?>\s|;+\s|[\u0400-\u04ff\u2190-\u2bff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af"
    r"\U0001f300-\U0001faff])"
)
"""A remark behind a line, with the space before it: ``# <--- here``, ``<-- stale?``, ``// wrong``, an arrow, a word in letters
that no command prints."""
_OPTION: Final = lazy(r"\s*(?:\[\d+:\d+\] )?-[A-Z] |:\w")
"""A line of a ruleset: a rule, a chain, a policy."""
_QUOTED: Final = lazy(r'"(?>[^"\\]|\\.)*+"')


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
    """Return lines without the remarks behind them."""
    return [without_remark(line) for line in lines]


def rules_without_remarks(lines: list[str]) -> list[str]:
    """Return the lines of a ruleset without the remarks behind rules; what stands in quotes is the rule's own."""
    return [_rule_without_remark(line) if _OPTION.match(line) else line for line in lines]


def _rule_without_remark(line: str) -> str:
    hidden = _QUOTED.sub(lambda match: "x" * len(match[0]), line)
    return line[: len(without_remark(hidden))] if hidden.count('"') == 0 else line


def without_remark(line: str) -> str:
    """Return a line without the remark behind it."""
    match = _REMARK.search(line)
    return (line[: match.start()].rstrip() or line) if match is not None else line


def before_block(line: str) -> str:
    """Return what stands before a block of HTML that begins, with text in it, in the middle of a line; empty if nothing does."""
    before, tag, rest = line.partition("<pre")
    return before if tag and before.strip() and rest.partition(">")[2].strip() else ""
