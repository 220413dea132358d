"""Words of a saved rule, quoted as xtables quotes them (xtables_save_string, libxtables/xtables.c)."""

import re
from typing import Final

_WORD: Final = re.compile(r'"((?:[^"\\]|\\.)*)"|(\S+)', re.DOTALL)
_ESCAPED: Final = re.compile(r"\\(.)", re.DOTALL)
_PLAIN: Final = re.compile(r"[A-Za-z0-9_=.,/@:+-]+$", re.ASCII)
_SPECIAL: Final = re.compile(r'(["\\\'])')


def split(text: str) -> list[str]:
    """Return the words of a rule, quotes taken off."""
    return [match[2] if match[1] is None else _ESCAPED.sub(r"\1", match[1]) for match in _WORD.finditer(text)]


def quote(word: str) -> str:
    """Write a string as iptables-save does: in quotes where it is not plain."""
    return word if _PLAIN.match(word) else always_quote(word)


def always_quote(word: str) -> str:
    """Write a string in quotes."""
    return f'"{_SPECIAL.sub(_escape, word)}"'


def _escape(match: re.Match[str]) -> str:
    return f"\\{match[1]}"
