"""Command lines of ip and bridge."""

import pytest

from podpath.readers.ip_words import IpWords, device_filter, is_noun, parse_ip_words, takes


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("ip a", IpWords(None, details=False, statistics=0, noun="a", rest=[])),
        (
            "ip -d -s -s link show dev eth0",
            IpWords(None, details=True, statistics=2, noun="link", rest=["dev", "eth0"]),
        ),
        ("ip -6 route ls table all", IpWords(6, details=False, statistics=0, noun="route", rest=["table", "all"])),
        ("ip -f inet -j addr", IpWords(4, details=False, statistics=0, noun="addr", rest=[])),
        ("ip --details link", IpWords(None, details=True, statistics=0, noun="link", rest=[])),
        ("ip -batch file", None),
        ("ip", None),
        ("bridge fdb", None),
    ],
)
def test_options_noun_and_rest_are_told_apart(line: str, expected: IpWords | None) -> None:
    """The verb for showing is taken off, in any of its spellings."""
    assert parse_ip_words(line.split()) == expected


def test_nouns_may_be_abbreviated() -> None:
    """As iproute2 allows."""
    assert is_noun("addr", "address")
    assert not is_noun("addresses", "address")


def test_unknown_words_are_no_filter() -> None:
    """Prose after a command's name is no command line."""
    assert device_filter(["dev", "eth0", "up"], (), ("up",)) == ("eth0", True)
    assert device_filter(["is", "down", "now"], ()) is None


@pytest.mark.parametrize(
    ("keyword", "value", "expected"),
    [("to", "connect", False), ("via", "the", False), ("to", "10.0.0.0/8", True), ("src", "$ADDRESS", True),
     ("to", "match", True), ("from", "any", True), ("via", "inet6", True), ("master", "bridge", True)],
)  # fmt: skip
def test_a_plain_word_is_no_address(keyword: str, value: str, expected: bool) -> None:  # noqa: FBT001
    """``ip address to connect`` is the comment of a person."""
    assert takes(keyword, value) is expected
