"""Where JSON begins and ends."""

import pytest

from podpath.readers.pasted_json import JSON_START, decoded, opened, whole
from podpath.readers.section import Section
from podpath.readers.transcript import Transcript
from podpath.readers.whereabouts import NodeRef


@pytest.mark.parametrize(
    ("line", "begins"), [("[", True), ('{"a": 1}', True), ("[]", True), ("[n1] ip route", False), ("{noformat}", False)]
)
def test_a_document_begins_with_a_bracket(line: str, *, begins: bool) -> None:
    """And something that can only be JSON."""
    assert (JSON_START.match(line) is not None) is begins


def test_brackets_in_strings_do_not_count() -> None:
    """The document ends where none is open."""
    assert opened('{"a": "{[", "b": [') == 2
    assert opened(r'{"a": "\"{", "b": "[') == 1


def test_numbers_beyond_64_bits_and_halves_of_characters_are_read() -> None:
    """They are JSON, whatever the fast decoder says."""
    assert decoded('{"a": 99999999999999999999999}')["a"] == pytest.approx(1e23)
    assert decoded('["\\ud800"]') == ["?"]


@pytest.mark.parametrize(
    ("line", "document"),
    [
        ('{"a": "}{"}', {"a": "}{"}),
        ("[]", []),
        ('{"x": "}", "y": {}', None),
        ('{"a": 1,}', None),
        ('{"a": [', None),
        ("[" * 9999 + "]" * 9999, None),
    ],
)
def test_a_line_is_a_document_if_it_decodes_as_one(line: str, document: object) -> None:
    """Brackets that are balanced may stand in strings, and then it goes on."""
    assert whole(line) == document


def test_a_document_goes_on_where_a_bracket_in_a_string_balances_its_first_line() -> None:
    """The decoder knows, and the rest follows."""
    text = ["$ ip -j route", '[{"dst": "default", "dev": "]", "flags": []}', "]"]
    (part,) = Transcript("t", NodeRef("t")).read(text)
    assert isinstance(part, Section)
    assert part.document == [{"dst": "default", "dev": "]", "flags": []}]
