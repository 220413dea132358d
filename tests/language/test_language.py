"""The reader's language: which one is chosen, and that its catalog is whole."""

import io
import re
import runpy
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest

from podpath.language import LANGUAGES, choose, chosen, language_of, preferred, tr

ROOT: Final = Path(__file__).parents[2]
TOOL: Final[dict[str, Any]] = runpy.run_path(str(ROOT / "tools" / "write_catalog.py"))
CATALOGS: Final = ROOT / "src" / "podpath" / "language"
OTHERS: Final = LANGUAGES[1:]


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    """Each test begins and ends in English."""
    choose("en")
    yield
    choose("en")


@pytest.mark.parametrize(
    ("variables", "name"),
    [
        ({}, "en"),
        ({"LANG": "zh_CN.UTF-8"}, "zh_CN"),
        ({"LANG": "zh_CN.UTF-8", "LC_ALL": "C"}, "en"),
        ({"LANG": "en_US.UTF-8", "LC_MESSAGES": "zh_CN"}, "zh_CN"),
        ({"LANG": "zh_CN", "LC_MESSAGES": "en_GB.UTF-8"}, "en"),
        ({"LANG": "en_US.UTF-8", "LANGUAGE": "zh_CN:en"}, "zh_CN"),
        ({"LANG": "de_DE.UTF-8", "LANGUAGE": "de:zh:en"}, "zh_CN"),
        ({"LANGUAGE": "zh_CN"}, "en"),
        ({"LANG": "C.UTF-8", "LANGUAGE": "zh_CN"}, "en"),
        ({"LANG": "fr_FR.UTF-8"}, "en"),
        ({"LANG": "zh_TW.UTF-8"}, "en"),
    ],
)
def test_the_variables_of_gettext_choose(variables: dict[str, str], name: str) -> None:
    """LC_ALL is stronger than LC_MESSAGES, LC_MESSAGES than LANG; LANGUAGE is a list, and counts only beside a locale."""
    assert preferred(variables) == name


def test_tags_are_written_in_many_ways() -> None:
    """As browsers, locales and people write them; traditional characters are another language."""
    assert [language_of(tag) for tag in ("zh", "zh-CN", "zh_cn.UTF-8", "ZH-Hans", "en_US")] == ["zh_CN"] * 4 + ["en"]
    assert [language_of(tag) for tag in ("zh_TW", "xx", "")] == [None] * 3


def test_a_message_without_a_translation_stays_english() -> None:
    """And one without blanks keeps its braces."""
    choose("zh_CN")
    assert chosen() == "zh_CN"
    assert tr("no catalog has {this}", this="it") == "no catalog has it"
    assert tr("no catalog has {this}") == "no catalog has {this}"
    assert tr("") == ""


@pytest.mark.parametrize("language", OTHERS)
def test_a_catalog_has_a_translation_of_every_message(language: str) -> None:
    """`python tools/write_catalog.py` adds new messages; a translator fills them in."""
    catalog = TOOL["read_po"](io.BytesIO(_path(language).read_bytes()), locale=language)
    known = {message.id: message.string for message in catalog if message.id}
    assert set(TOOL["messages"]()) == set(known)
    assert [message for message, said in known.items() if not said] == []


@pytest.mark.parametrize("language", OTHERS)
def test_a_catalog_is_as_the_tool_writes_it(language: str) -> None:
    """And the compiled one is made of it."""
    path = _path(language)
    catalog = TOOL["catalog"](language, TOOL["read_po"](io.BytesIO(path.read_bytes()), locale=language))
    assert path.read_bytes() == TOOL["written"](catalog)
    assert path.with_suffix(".mo").read_bytes() == TOOL["compiled"](catalog)


@pytest.mark.parametrize("language", OTHERS)
def test_a_translation_has_the_blanks_and_commands_of_its_message(language: str) -> None:
    """Each blank as it is filled, and what stands between backticks, which people type."""
    catalog = TOOL["read_po"](io.BytesIO(_path(language).read_bytes()), locale=language)
    parts = re.compile(r"\{[^{}]*\}|%\(\w+\)s|`[^`]*`")
    wrong = [
        (message.id, message.string) for message in catalog
        if message.id and message.string and set(parts.findall(message.id)) != set(parts.findall(message.string))
    ]  # fmt: skip
    assert wrong == []


def test_chinese_prose_has_chinese_marks() -> None:
    """Full width, without a blank beside them."""
    catalog = TOOL["read_po"](io.BytesIO(_path("zh_CN").read_bytes()), locale="zh_CN")
    wrong = re.compile(r"[\u4e00-\u9fff] ?[,;!?](?:\s|$)|[\u4e00-\u9fff][.](?:\s|$)|[，。；：！？）（] +[\u4e00-\u9fff]")
    assert [message.string for message in catalog if message.id and wrong.search(str(message.string))] == []


def _path(language: str) -> Path:
    return CATALOGS / language / "LC_MESSAGES" / "podpath.po"
