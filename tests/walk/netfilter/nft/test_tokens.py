"""Words and constants."""

import pytest

from podpath.walk.netfilter.nft.tokens import UnreadError, Words, elements, one, scalar
from podpath.walk.netfilter.nft.types import Json


@pytest.mark.parametrize(
    ("word", "value"),
    [
        ("80", 80), ("0xff", 255), ("80-90", {"range": [80, 90]}), ("10.0.0.0/8", {"prefix": {"addr": "10.0.0.0", "len": 8}}),
        ("::ffff:0.0.0.0/96", {"prefix": {"addr": "::ffff:0.0.0.0", "len": 96}}),
        ("fe80::1-fe80::9", {"range": ["fe80::1", "fe80::9"]}),
        ("30s", 30), ("4d23h59m59s", 431_999), ("33s-55s", {"range": [33, 55]}),
        ("02:00:00:00:00:01", "02:00:00:00:00:01"), ("ssh", "ssh"),
    ],
)  # fmt: skip
def test_constants_are_what_json_has(word: str, value: Json) -> None:
    """Numbers, ranges, prefixes, seconds; any other word stays."""
    assert scalar(word) == value


def test_quoted_words_are_names_and_a_dash_makes_them_a_range() -> None:
    """A number in quotes is none, and a variable in quotes is a name."""
    assert one(Words('"80"')) == "80"
    assert one(Words('"17:00"-"19:00"')) == {"range": ["17:00", "19:00"]}
    with pytest.raises(UnreadError, match="variable"):
        Words("$LAN")


def test_what_is_said_of_an_element_is_left_out() -> None:
    """Counters, limits, comments, when it expires."""
    text = '{ 10.0.0.1 counter packets 5 bytes 6 : accept, 10.0.0.2 limit rate 5/second expires 5s comment "a, }" : drop }'
    assert elements(Words(text)) == [["10.0.0.1", {"accept": None}], ["10.0.0.2", {"drop": None}]]
    with pytest.raises(UnreadError):
        elements(Words("{ 10.0.0.1 wizard 5 }"))
