"""Colours and lines."""

import re
from importlib import resources
from itertools import combinations

import pytest

from podpath.picture import style as module
from podpath.picture.style import style, variables


def luminance(colour: str) -> float:
    """Return the relative luminance of a colour (WCAG 2.2)."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    """Return the contrast of two colours (WCAG 2.2)."""
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("palette", [module._LIGHT, module._DARK], ids=["light", "dark"])
def test_text_is_legible_on_everything_that_it_stands_on(palette: dict[str, str]) -> None:
    """A contrast of 4.5 to 1 at least."""
    for tone in ("ink", "muted", "error", "warning", "unknown", "good"):
        for ground in ("page", "node", "box"):
            assert contrast(palette[tone], palette[ground]) >= 4.5, (tone, ground)
    assert contrast(palette["error"], palette["errorbox"]) >= 4.5
    assert contrast(palette["warning"], palette["warningbox"]) >= 4.5
    for tone, ground in (("good", "goodbox"), ("unknown", "unknownbox"), ("onfill", "brokenbox")):
        assert contrast(palette[tone], palette[ground]) >= 4.5, tone
    for ground in ("errorbox", "warningbox"):
        assert contrast(palette["muted"], palette[ground]) >= 4.5, ground


@pytest.mark.parametrize("palette", [module._LIGHT, module._DARK], ids=["light", "dark"])
def test_signs_differ_in_grey(palette: dict[str, str]) -> None:
    """Error and warning are told apart without colour, besides by their shapes."""
    kinds = [palette["errorfill"], palette["warningfill"]]
    assert all(abs(luminance(one) - luminance(two)) > 0.1 for one, two in combinations(kinds, 2))


def test_every_colour_of_a_page_is_the_pictures_own() -> None:
    """Whatever its style sheet and its script name is there, in light and in dark."""
    folder = resources.files("podpath.page")
    named = re.findall(r"--([a-z]+)", "".join(folder.joinpath(name).read_text() for name in ("report.css", "report.js")))
    assert set(named) - {"mono"} <= module._LIGHT.keys() == module._DARK.keys()
    assert all(f"--{name}:{colours[name]};" in variables() for colours in (module._LIGHT, module._DARK) for name in colours)


def test_rules_hold_inside_of_a_picture_alone() -> None:
    """A page may hold a picture among other things."""
    selectors = re.findall(r"(?:^|[}\n])\s*([^{}@\n]+)\{", style())
    assert selectors
    assert [one for group in selectors for one in group.split(",") if not one.strip().startswith(".pp")] == []


def test_dark_is_left_out_on_demand() -> None:
    """For forms that have no reader's preference."""
    assert "prefers-color-scheme" in style()
    assert "@media" not in style(dark=False)
