"""Comparisons."""

from dataclasses import replace

import pytest

from podpath.walk.netfilter.answer import Answer, Chance
from podpath.walk.netfilter.interface import Doubt
from podpath.walk.netfilter.nft.match import compare
from podpath.walk.netfilter.nft.types import Json
from podpath.walk.packet import Drawn
from tests.walk.netfilter.nft.looking import SYN, asking

DPORT = {"payload": {"protocol": "tcp", "field": "dport"}}


@pytest.mark.parametrize(
    ("operation", "left", "right", "answer"),
    [
        ("==", DPORT, {"range": [1, 100]}, True),
        ("!=", DPORT, {"set": [22, 80]}, False),
        (">", DPORT, 80, False),
        ("<=", DPORT, 80, True),
        ("in", {"ct": {"key": "state"}}, ["invalid", "new"], True),
        ("==", {"ct": {"key": "state"}}, "new", False),
        ("==", {"payload": {"protocol": "udp", "field": "dport"}}, 80, False),
        ("!=", {"payload": {"protocol": "udp", "field": "dport"}}, 80, False),
        ("==", {"exthdr": {"name": "frag"}}, True, False),
        ("!", {"payload": {"protocol": "tcp", "field": "flags"}}, ["ack", "rst"], True),
        ("!", {"payload": {"protocol": "tcp", "field": "flags"}}, ["ack", "syn"], False),
    ],
)
def test_values_are_compared(operation: str, left: Json, right: Json, *, answer: bool) -> None:
    """What the packet does not have matches nothing, negated or not."""
    assert compare({"op": operation, "left": left, "right": right}, asking()) == [((), answer)]


@pytest.mark.parametrize(
    ("operation", "right", "answer"),
    [
        ("==", 30080, False),
        ("!=", 30080, True),
        ("==", {"range": [1024, 65535]}, True),
        (">=", 1024, True),
        ("<", 1024, False),
        ("==", {"range": [1024, 33279]}, Chance(0.5)),
        (">", 33279, Chance(0.5)),
        ("==", {"set": [22, 30080]}, False),
    ],
)
def test_a_port_that_the_kernel_draws_is_compared_by_share(operation: str, right: Json, answer: Answer) -> None:
    """One port of 64,512 is none."""
    packet = replace(SYN, dport=Drawn(1024, 65535))
    assert compare({"op": operation, "left": DPORT, "right": right}, asking(packet)) == [((), answer)]


@pytest.mark.parametrize("right", ["@gone", "nonsense"])
def test_what_cannot_be_compared_is_in_doubt(right: str) -> None:
    """A set that was not printed, a word that nobody knows."""
    ((_, answer),) = compare({"op": "==", "left": DPORT, "right": right}, asking())
    assert isinstance(answer, Doubt)


def test_an_unknown_comparison_is_unknown() -> None:
    """It is no equality."""
    ((_, answer),) = compare({"op": "~", "left": DPORT, "right": 80}, asking())
    assert isinstance(answer, Doubt)
