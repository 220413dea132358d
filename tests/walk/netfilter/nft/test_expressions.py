"""What expressions give; that it is what the kernel's give is shown by the proofs."""

from dataclasses import replace

import pytest

from podpath.state.address import parse_ip
from podpath.walk.netfilter.connection import Track
from podpath.walk.netfilter.interface import Doubt
from podpath.walk.netfilter.nft.expressions import BREAK, evaluate
from podpath.walk.netfilter.nft.types import Json
from tests.walk.netfilter.nft.looking import SYN, asking


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ({"payload": {"protocol": "tcp", "field": "flags"}}, 2),
        ({"payload": {"protocol": "udp", "field": "dport"}}, BREAK),
        ({"payload": {"protocol": "ip6", "field": "daddr"}}, BREAK),
        ({"ct": {"key": "state"}}, 1),
        ({"ct": {"key": "mark"}}, BREAK),
        ({"meta": {"key": "oifname"}}, ""),
        ({"&": [{"meta": {"key": "mark"}}, 255]}, 5),
        ({"fib": {"result": "type", "flags": ["daddr"]}}, "local"),
        ({"concat": [{"meta": {"key": "l4proto"}}, {"payload": {"protocol": "th", "field": "dport"}}]}, (6, 80)),
        ({"exthdr": {"name": "frag"}}, False),
    ],
)
def test_expressions_read_the_packet(expression: Json, value: object) -> None:
    """What is not there breaks the rule."""
    assert evaluate(expression, asking(replace(SYN, mark=5))) == [((), value)]


def test_what_nobody_knows_is_in_doubt() -> None:
    """An unknown port, bytes of the packet, an expression of a newer nft."""
    packet = replace(SYN, sport=None)
    bits = {"payload": {"base": "th", "offset": 16, "len": 16}}
    unknown: list[Json] = [{"payload": {"protocol": "tcp", "field": "sport"}}, bits, {"wizard": {}}]
    for expression in unknown:
        ((_, value),) = evaluate(expression, asking(packet))
        assert isinstance(value, Doubt)


def test_numbers_are_drawn_by_chance() -> None:
    """Each is as likely as any other; a hash gives one packet the same number each time."""
    found = evaluate({"numgen": {"mode": "random", "mod": 4, "offset": 10}}, asking())
    assert [(value, sum(coins[0][0].shares[side] for side in coins[0][1])) for coins, value in found] == [
        (10 + at, 0.25) for at in range(4)
    ]
    hashed = {"jhash": {"mod": 2, "seed": 5, "expr": {"payload": {"protocol": "ip", "field": "saddr"}}}}
    same = asking()
    assert evaluate(hashed, same)[0][0][0][0].key == evaluate(hashed, same)[0][0][0][0].key


def test_a_map_without_the_key_breaks_the_rule() -> None:
    """Its values are constants, which whoever uses them reads."""
    key = {"payload": {"protocol": "ip", "field": "daddr"}}
    assert evaluate({"map": {"key": key, "data": {"set": [["10.0.0.2", 7]]}}}, asking()) == [((), 7)]
    assert evaluate({"map": {"key": key, "data": {"set": [["10.0.0.3", 7]]}}}, asking()) == [((), BREAK)]
    assert evaluate(key, asking()) == [((), parse_ip("10.0.0.2"))]


@pytest.mark.parametrize("key", ["zone", "mark", "direction"])
def test_kernels_differ_on_what_is_still_to_be_looked_up(key: str) -> None:
    """A zone that a rule has set stands in a template; only the state of that is the same in all kernels."""
    (told,) = evaluate({"ct": {"key": key}}, asking(track=Track(zone=3, looked_up=False)))
    assert isinstance(told[1], Doubt)
    assert told[1].command == "uname -r"
    assert evaluate({"ct": {"key": "state"}}, asking(track=Track(zone=3, looked_up=False))) == [((), 8)]


def test_a_header_inside_a_tunnel_is_not_the_header_outside() -> None:
    """What is inside is not known; what cannot be that tunnel does not match."""
    inner = {"payload": {"tunnel": "vxlan", "protocol": "ip", "field": "saddr"}}
    assert evaluate(inner, asking()) == [((), BREAK)]
    ((_, value),) = evaluate(inner, asking(replace(SYN, proto="udp", flags=frozenset())))
    assert isinstance(value, Doubt)
    assert "inside vxlan" in value.reason
