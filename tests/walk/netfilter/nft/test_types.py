"""Constants of nftables."""

import pytest

from podpath.state.address import parse_ip
from podpath.walk.netfilter.nft.types import Json, constant, kind_of


@pytest.mark.parametrize(
    ("value", "kind", "number"),
    [
        (["established", "related"], "ct_state", 6),
        ({"|": ["syn", "ack"]}, "tcp_flag", 18),
        ("10.0.0.1", "ipv4_addr", parse_ip("10.0.0.1")),
        ("tcp", "inet_proto", 6),
        ("cs1", "dscp", 8),
        ("0x10", "integer", 16),
        (5, "iface_index", "5"),
        ("http", "inet_service", 80),
    ],
)
def test_words_stand_for_numbers(value: Json, kind: str, number: object) -> None:
    """By the type of what they are compared with."""
    assert constant(value, kind) == number


def test_what_is_no_constant_is_said() -> None:
    """The rule that holds it is then unknown."""
    with pytest.raises(ValueError, match="is not a valid ct_state"):
        constant("dizzy", "ct_state")


def test_expressions_have_types() -> None:
    """A concatenation has one for each part, a calculation that of its left side."""
    port = {"payload": {"protocol": "tcp", "field": "dport"}}
    assert kind_of({"concat": [port, {"meta": {"key": "iifname"}}]}) == ("inet_service", "ifname")
    assert kind_of({"&": [{"ct": {"key": "status"}}, 32]}) == "ct_status"
