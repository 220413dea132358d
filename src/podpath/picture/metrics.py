"""How wide text is, whichever font the reader has.

Letters are measured by the widest font of the stack (DejaVu Sans, as in its ``hmtx`` table), so that with any other one of it
text is narrower than its room, never wider. For letters without a known width a generous one is assumed, and their text must
keep to it (:attr:`Fitted.guarded`).
"""

import unicodedata
from typing import Final, NamedTuple

from podpath.language.wrap import pieces
from podpath.state.visible import visible

_FIRST: Final = 32
_REGULAR: Final = (
    318, 401, 460, 838, 636, 950, 780, 275, 390, 390, 500, 838, 318, 361, 318, 337, 636, 636, 636, 636, 636, 636, 636, 636, 636,
    636, 337, 337, 838, 838, 838, 531, 1000, 684, 686, 698, 770, 632, 575, 775, 752, 295, 295, 656, 557, 863, 748, 787, 603, 787,
    695, 635, 611, 732, 684, 989, 685, 611, 685, 390, 337, 390, 838, 500, 500, 613, 635, 550, 635, 615, 352, 635, 634, 278, 278,
    579, 278, 974, 634, 612, 635, 635, 411, 521, 392, 634, 592, 818, 592, 592, 525, 636, 337, 636, 838,
)  # fmt: skip
"""Widths of the printable ASCII characters, in thousandths of the font's size."""
_BOLD: Final = (
    348, 456, 521, 838, 696, 1002, 872, 306, 457, 457, 523, 838, 380, 415, 380, 365, 696, 696, 696, 696, 696, 696, 696, 696, 696,
    696, 400, 400, 838, 838, 838, 580, 1000, 774, 762, 734, 830, 683, 683, 821, 837, 372, 372, 775, 637, 995, 837, 850, 733, 850,
    770, 720, 682, 812, 774, 1103, 771, 724, 725, 457, 365, 457, 838, 500, 500, 675, 716, 593, 716, 678, 435, 716, 712, 343, 343,
    665, 343, 1042, 712, 687, 716, 716, 493, 595, 478, 712, 652, 924, 645, 652, 582, 712, 365, 712, 838,
)  # fmt: skip
_SIGNS: Final = {"·": 380, "…": 1000, "→": 838, "←": 838, "–": 500, "×": 838, "’": 380}
_MONO: Final = 605
_MONO_SIGNS: Final = frozenset("·…→←–×’")
_WIDE: Final = 1050
_OTHER: Final = 900


class Font(NamedTuple):
    """A way to write.

    Attributes:
        name: class of the text in the picture.
        size: in pixels.
        mono: all letters are equally wide.
        bold: in bold.
    """

    name: str
    size: float
    mono: bool = False
    bold: bool = False

    @property
    def line(self) -> float:
        """Height of a line, in pixels."""
        return round(self.size * 1.36)


TITLE: Final = Font("t", 13, bold=True)
HEAD: Final = Font("h", 15, bold=True)
WORDS: Final = Font("w", 12)
SMALL: Final = Font("s", 11)
STRONG: Final = Font("b", 12, bold=True)
CODE: Final = Font("m", 12, mono=True)
FINE: Final = Font("f", 11, mono=True)


class Fitted(NamedTuple):
    """A text that fits its room.

    Attributes:
        shown: what is written.
        width: its room, in pixels.
        whole: all of it, where what is written is cut; else empty.
        guarded: it has letters of unknown width, and must be told to keep to its room.
    """

    shown: str
    width: float
    whole: str = ""
    guarded: bool = False


def _width(char: str, font: Font) -> int:
    code = ord(char)
    if _FIRST <= code < _FIRST + len(_REGULAR):
        return _MONO if font.mono else (_BOLD if font.bold else _REGULAR)[code - _FIRST]
    if font.mono and char in _MONO_SIGNS:
        return _MONO
    if char in _SIGNS:
        return _SIGNS[char]
    if unicodedata.combining(char):
        return 0
    return _WIDE if unicodedata.east_asian_width(char) in "WF" else _OTHER


def width(text: str, font: Font) -> float:
    """Return the width of a text, in pixels; of the widest font that it may be shown in."""
    return sum(_width(char, font) for char in text) * font.size / 1000


def fit(text: str, font: Font, room: float = float("inf")) -> Fitted:
    """Return a text as it is written: one line, without control characters, and cut in its middle where it has no room.

    Args:
        text: the text; hostile.
        font: how it is written.
        room: width that it may take, in pixels.
    """
    whole = visible(text)
    shown, wide = whole, width(whole, font)
    if wide > room:
        keep = max(2, int(len(whole) * room / wide))
        while keep > 1 and width(shown := _cut(whole, keep), font) > room:
            keep -= 1
        wide = width(shown, font)
    guarded = any(not _FIRST <= ord(char) < _FIRST + len(_REGULAR) and char not in _SIGNS for char in shown)
    return Fitted(shown, wide, whole if shown != whole else "", guarded)


def _cut(text: str, keep: int) -> str:
    """Return so many characters of a text: names differ at their ends, so its middle is left out."""
    tail = keep // 3
    return f"{text[: keep - tail]}…{text[len(text) - tail :]}"


def wrapped(text: str, font: Font, room: float) -> list[str]:
    """Return the lines of a text that may be so wide, in pixels; a word that is wider is cut into several."""
    lines: list[str] = []
    line = ""
    for piece in pieces(visible(text)):
        rest = piece
        if line and width(f"{line}{rest}".rstrip(), font) <= room:
            line += rest
            continue
        if line.strip():
            lines.append(line.rstrip())
        rest = rest.lstrip()
        while width(rest, font) > room and len(rest) > 1:
            keep = max(1, int(len(rest) * room / width(rest, font)))
            while keep > 1 and width(rest[:keep], font) > room:
                keep -= 1
            lines.append(rest[:keep])
            rest = rest[keep:]
        line = rest
    return [*lines, line.rstrip()] if line.strip() else lines
