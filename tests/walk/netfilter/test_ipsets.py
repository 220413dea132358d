"""IP sets."""

from typing import cast

import pytest

from podpath.state.address import parse_ip
from podpath.walk.netfilter.interface import Context, Doubt, Fib
from podpath.walk.netfilter.ipsets import IpSets
from podpath.walk.packet import Packet

SAVED = """create pods hash:net family inet hashsize 1024 maxelem 65536
add pods 10.1.0.0/16
add pods 10.1.9.0/24 nomatch
add pods 10.1.9.7 comment "inside the exception"
create web hash:ip,port family inet
add web 10.1.0.5,tcp:80
add web 10.1.0.5,udp:1000-2000
create all list:set size 8
add all pods
add all gone
create v6 hash:ip family inet6
add v6 fd00::1
create ports bitmap:port range 0-65535
add ports 53
create via hash:net,iface
add via 10.1.0.0/16,cni0
"""
LISTED = """Name: few
Type: hash:ip
Revision: 5
Header: family inet hashsize 1024 maxelem 65536
Size in memory: 200
References: 0
Number of entries: 1
Members:
10.9.9.9
"""


@pytest.mark.parametrize(
    ("name", "sides", "dst", "held"),
    [
        ("pods", "dst", "10.1.2.3", True),
        ("pods", "dst", "10.1.9.1", False),
        ("pods", "dst", "10.1.9.7", True),
        ("pods", "dst", "10.2.0.1", False),
        ("web", "dst,dst", "10.1.0.5", True),
        ("web", "dst,src", "10.1.0.5", False),
        ("all", "dst", "10.1.2.3", True),
        ("v6", "dst", "10.1.2.3", False),
        ("ports", "dst", "10.1.2.3", False),
        ("ports", "src", "10.1.2.3", True),
        ("via", "dst,src", "10.1.0.9", True),
        ("few", "dst", "10.9.9.9", True),
    ],
)
def test_members_are_found(name: str, sides: str, dst: str, *, held: bool) -> None:
    """The most specific member decides, each dimension looks at its own side of the packet."""
    sets = IpSets((SAVED, LISTED))
    packet = Packet(parse_ip("10.0.0.1"), parse_ip(dst), "tcp", 53, 80)
    context = Context(fib=cast("Fib", None), iif="cni0")
    assert sets.holds(name, tuple(sides.split(",")), packet, context) is held


def test_a_set_that_was_not_printed_is_in_doubt() -> None:
    """Also inside a list of sets, where no other set holds the packet."""
    sets = IpSets((SAVED,))
    packet = Packet(parse_ip("10.0.0.1"), parse_ip("10.2.0.1"), "tcp", 53, 80)
    for name in ("nowhere", "all"):
        answer = sets.holds(name, ("dst",), packet, Context(fib=cast("Fib", None)))
        assert isinstance(answer, Doubt)
        assert "ipset save" in answer.command


@pytest.mark.parametrize("text", [f"{SAVED}...\n", LISTED.replace("10.9.9.9", "10.9.9.9\n[truncated]")])
def test_members_that_were_left_out_may_be_any(text: str) -> None:
    """A person who shortens a list puts dots there, and the packet may be in it."""
    sets = IpSets((text,))
    packet = Packet(parse_ip("10.0.0.1"), parse_ip("10.2.0.1"), "tcp", 53, 80)
    for name in sets.sets:
        if sets.sets[name].family == packet.family:
            assert isinstance(sets.holds(name, ("dst",), packet, Context(fib=cast("Fib", None))), Doubt)
