"""Pages in other languages: one for each English page, about the same, with the same commands."""

import re
from pathlib import Path
from typing import Final

import pytest

from podpath.explain.pages import folder_of
from podpath.language import LANGUAGES

ENGLISH: Final = Path(str(folder_of("en")))
PAGES: Final = [path.relative_to(ENGLISH) for folder in (ENGLISH, ENGLISH / "reasons") for path in sorted(folder.glob("*.md"))]


@pytest.mark.parametrize("language", LANGUAGES[1:])
def test_every_page_is_translated(language: str) -> None:
    """And none is left of a page that is gone."""
    folder = Path(str(folder_of(language)))
    assert sorted(path.relative_to(folder) for path in folder.rglob("*.md")) == sorted(PAGES)


@pytest.mark.parametrize("language", LANGUAGES[1:])
@pytest.mark.parametrize("page", PAGES, ids=str)
def test_a_translated_page_has_the_commands_and_lists_of_the_english_one(page: Path, language: str) -> None:
    """Drawings and commands are the same, and so are the causes and reasons; other words for a concept are more."""
    english = (ENGLISH / page).read_text(encoding="utf-8")
    other = Path(str(folder_of(language)), page).read_text(encoding="utf-8")
    assert re.findall(r"^ {4}.*$", other, re.MULTILINE) == re.findall(r"^ {4}.*$", english, re.MULTILINE)
    for word in ("causes", "unshown"):
        assert re.findall(rf"^{word}: .*$", other, re.MULTILINE) == re.findall(rf"^{word}: .*$", english, re.MULTILINE)
    assert _also(english) <= _also(other)
    assert re.search("[\u4e00-\u9fff]", other.partition("\n")[0])


def _also(text: str) -> set[str]:
    return {word.strip() for line in re.findall(r"^also: (.*)$", text, re.MULTILINE) for word in line.split(",")}
