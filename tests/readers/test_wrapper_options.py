"""Options of wrappers that take a value."""

from podpath.readers.wrapper_options import VALUED


def test_every_option_begins_with_a_dash() -> None:
    """One word each."""
    assert all(word.startswith("-") and word == word.strip() for words in VALUED.values() for word in words)
    assert "-p" in VALUED["ssh"]
