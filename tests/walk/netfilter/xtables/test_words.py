"""Words as xtables quotes them."""

import pytest

from podpath.walk.netfilter.xtables.words import always_quote, quote, split


@pytest.mark.parametrize(("word", "text"), [("plain-1", "plain-1"), ("two words", '"two words"'), ('a"b', '"a\\"b"'), ("", '""')])
def test_a_word_comes_back_as_it_was(word: str, text: str) -> None:
    """Quotes are put where libxtables puts them, and taken off again."""
    assert quote(word) == text
    assert split(f"-x {text} y") == ["-x", word, "y"]
    assert split(always_quote(word)) == [word]
