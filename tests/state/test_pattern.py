"""Regular expressions that wait until they are used."""

import re

import pytest

from podpath.state.pattern import LazyPattern, lazy


def test_an_expression_is_compiled_when_it_is_used() -> None:
    """And then does what a compiled one does."""
    made = lazy(r"(?P<word>\w+) ", re.IGNORECASE)
    assert isinstance(made, LazyPattern)
    assert "match" not in vars(made)
    match = made.match("one two")
    assert match is not None
    assert match["word"] == "one"
    assert (made.pattern, made.groups, made.sub("", "a b ")) == (r"(?P<word>\w+) ", 1, "")
    assert "match" in vars(made)


def test_what_is_no_expression_fails_when_it_is_used() -> None:
    """As it would have at once."""
    made = lazy("(")
    with pytest.raises(re.error):
        made.match("")
    with pytest.raises(AttributeError):
        made.nothing  # type: ignore[attr-defined] # noqa: B018 - the look itself
