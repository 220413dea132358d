"""Text from elsewhere, made fit for a terminal: what would move its cursor or hide words is shown, not done."""

import re
from typing import Final

# C0 and DEL, C1 (U+009B alone begins a sequence in xterm), line separators, what turns the direction of writing, what has no
# width, and halves of characters, which no encoding can write.
HIDDEN: Final = re.compile(
    "[\x00-\x1f\x7f-\x9f\xad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ud800-\udfff]"
)


def visible(text: str) -> str:
    r"""Return one line in which every control character stands as an escape (``\x1b``); tabs and line ends become blanks."""
    return HIDDEN.sub(_escaped, text) if HIDDEN.search(text) else text


def _escaped(match: re.Match[str]) -> str:
    char = match[0]
    if char in "\t\n\r":
        return " "
    return f"\\x{ord(char):02x}" if ord(char) < 256 else f"\\u{ord(char):04x}"  # noqa: PLR2004 - one byte


def visible_lines(text: str) -> str:
    """Return a text of several lines with each made visible."""
    return "\n".join(map(visible, text.split("\n"))) if HIDDEN.search(text) else text
