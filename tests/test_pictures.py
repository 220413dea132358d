"""The pictures of the README are those of real clusters."""

import os
import re
import runpy
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
FOLDER = ROOT / "docs" / "pictures"


def words(picture: str) -> list[str]:
    """Return what is written in a picture; places may differ by a pixel from one version of Graphviz to the next."""
    return re.findall(r"<(?:text|tspan|title)[^>]*>([^<]*)", picture)


@pytest.mark.lab
@pytest.mark.long
def test_the_pictures_of_the_readme_are_what_is_drawn_of_the_labs_clusters(tmp_path: Path) -> None:
    """`python tools/write_pictures.py` writes them."""
    made = runpy.run_path(str(ROOT / "tools" / "write_pictures.py"))["pictures"](tmp_path)
    kept = {path.name: path.read_text(encoding="utf-8") for path in sorted(FOLDER.glob("*.svg"))}
    assert {name: words(text) for name, text in kept.items()} == {name: words(text) for name, text in made.items()}


def test_the_readme_shows_every_picture() -> None:
    """Each with words for who does not see it."""
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    shown = dict(re.findall(r"!\[([^\]]{40,})\]\((docs/pictures/[^)]+)\)", readme))
    assert sorted(shown.values()) == sorted(f"docs{os.sep}pictures{os.sep}{path.name}" for path in FOLDER.glob("*.svg"))
