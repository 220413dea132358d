"""Signs on a terminal: status by sign and word, never by colour alone."""

from typing import Final

from podpath.language.wrap import columns

# What each means, as Unicode and as ASCII.
_SIGNS: Final = {
    "ok": ("✓", "+"),
    "bad": ("✗", "X"),
    "open": ("?", "?"),
    "warn": ("!", "!"),
    "info": ("i", "i"),
    "self": ("·", "."),
    "none": ("–", "-"),
    "arrow": ("→", "->"),
    "line": ("═══", "==="),
    "cut": ("…", "~"),
}


def signs(*, unicode: bool) -> dict[str, str]:
    """Return the signs by what they mean, for a terminal that shows more than ASCII or not."""
    return {meaning: pair[0 if unicode else 1] for meaning, pair in _SIGNS.items()}


def cut(text: str, room: int, sign: str) -> str:
    """Return a text no wider than the room, with a sign where it was cut."""
    if columns(text) <= room:
        return text
    kept = text[: max(room - len(sign), 0)]
    while columns(kept) > max(room - len(sign), 0):
        kept = kept[:-1]
    return kept + sign
