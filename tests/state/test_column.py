"""What the text in a column is."""

import re
from typing import get_type_hints

import pytest

from podpath.state.column import DEVICE_KINDS, VOCABULARY, WORD, Public
from podpath.state.host import Socket
from podpath.state.link import Link


@pytest.mark.parametrize(
    "text", ["veth", "UP", "BROADCAST,MULTICAST,UP,LOWER_UP", "ESTAB", "802.3ad", "32766", "0x1/0x1", "Running"]
)
def test_words_of_the_kernel_are_public(text: str) -> None:
    """In any case, several with commas between."""
    assert Public(WORD).allows(text)


@pytest.mark.parametrize("kind", sorted(DEVICE_KINDS))
def test_a_kind_of_device_is_public(kind: str) -> None:
    """What a frame meets in the device depends on it, in a redacted snapshot, too."""
    assert Public(WORD).allows(kind)


@pytest.mark.parametrize("text", ["zorro", "veth zorro", "UP,zorro", "veths", "xveth", ""])
def test_other_words_are_not(text: str) -> None:
    """One word that somebody gave makes the whole text private."""
    assert Public(WORD).allows(text) is (text == "")


def test_what_begins_with_the_form_may_stay() -> None:
    """A kernel's release goes on with the name of whoever built it."""
    release = Public(r"\d+\.\d+(?:\.\d+)?", prefix=True)
    assert release.beginning("6.1.0-zorro-amd64") == "6.1.0"
    assert Public(r"\d+").beginning("6-zorro") == ""


def test_the_declaration_leaves_the_type_as_it_is() -> None:
    """A column of words is text still, for mypy and for SQL."""
    assert get_type_hints(Link)["kind"] == str | None
    assert get_type_hints(Socket)["proto"] is str


def test_the_vocabulary_holds_single_words() -> None:
    """A phrase would never match: a text is split at blanks and commas."""
    assert [word for word in VOCABULARY if re.search(r"[\s,]", word) or word != word.lower()] == []
