"""The width of text."""

import string
from collections.abc import Callable

import pytest

from podpath.picture.metrics import CODE, FINE, HEAD, SMALL, STRONG, TITLE, WORDS, Font, fit, width, wrapped
from podpath.picture.style import style
from tests.browser import Opened
from tests.picture.maps import HOSTILE

_LINES = (string.ascii_letters, string.digits + string.punctuation, "10.244.1.10/24 · 0a:58 → ✗", "WWWWWWWWWW", "iiiiiiiiii")


def test_text_is_never_wider_than_it_was_measured(show: Callable[..., Opened]) -> None:
    """In the browser, in every font of the pictures."""
    fonts = (HEAD, TITLE, STRONG, WORDS, SMALL, CODE, FINE)
    rows = [(font, line) for font in fonts for line in _LINES]
    body = "".join(
        f'<text class="{font.name}" x="0" y="{20 * at}">{line.replace("&", "&amp;").replace("<", "&lt;")}</text>'
        for at, (font, line) in enumerate(rows)
    )
    opened = show(f'<svg xmlns="http://www.w3.org/2000/svg" class="pp"><style>{style()}</style>{body}</svg>')
    drawn = opened.page.evaluate("[...document.querySelectorAll('text')].map(text => text.getComputedTextLength())")
    wider = [(font.name, line, real) for (font, line), real in zip(rows, drawn, strict=True) if real > width(line, font) + 0.5]
    assert wider == []


@pytest.mark.parametrize("text", HOSTILE)
def test_a_text_that_has_no_room_is_cut_and_kept_whole_beside(text: str) -> None:
    """What is shown fits, is one line, and has no control characters."""
    found = fit(text, CODE, 100)
    assert found.width <= 100
    assert found.shown.isprintable()
    assert found.whole or found.shown


def test_the_end_of_a_long_name_stays() -> None:
    """Names of pods differ at their ends."""
    assert fit("a-deployment-with-a-long-name-5d8c7b9f4-x2x7z", TITLE, 150).shown.endswith("x7z")


@pytest.mark.parametrize("text", ["a few words that need more than a line of room", "word", "x" * 300, ""])
def test_lines_have_room_and_lose_nothing(text: str) -> None:
    """Wrapped text holds all letters of it, each line within the room."""
    lines = wrapped(text, WORDS, 90)
    assert all(width(line, WORDS) <= 90 for line in lines)
    assert "".join("".join(lines).split()) == "".join(text.split())


def test_wide_letters_take_more_room() -> None:
    """Those of East Asia are about as wide as they are high; marks above letters take none."""
    font = Font("w", 10)
    assert width("\u540d", font) >= 10
    assert width("e\u0301", font) == width("e", font)
