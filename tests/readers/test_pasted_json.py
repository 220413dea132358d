"""Where JSON begins and ends."""

import pytest

from podpath.readers.pasted_json import JSON_START, decoded, opened


@pytest.mark.parametrize(
    ("line", "begins"), [("[", True), ('{"a": 1}', True), ("[]", True), ("[n1] ip route", False), ("{noformat}", False)]
)
def test_a_document_begins_with_a_bracket(line: str, *, begins: bool) -> None:
    """And something that can only be JSON."""
    assert (JSON_START.match(line) is not None) is begins


def test_brackets_in_strings_do_not_count() -> None:
    """The document ends where none is open."""
    assert opened('{"a": "{[", "b": [') == 2


def test_numbers_beyond_64_bits_and_halves_of_characters_are_read() -> None:
    """They are JSON, whatever the fast decoder says."""
    assert decoded('{"a": 99999999999999999999999}')["a"] == pytest.approx(1e23)
    assert decoded('["\\ud800"]') == ["?"]
