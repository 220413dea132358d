"""What a packet is to the connections of a namespace."""

from dataclasses import replace

import pytest

from podpath.state.address import parse_ip
from podpath.walk.netfilter.connection import Connections, Info, Track
from podpath.walk.netfilter.conntrack import closing, confirm, look_up, updated
from podpath.walk.netfilter.interface import Doubt
from podpath.walk.packet import Drawn, Packet

A, B = parse_ip("10.0.0.1"), parse_ip("10.0.0.2")
SYN = Packet(A, B, "tcp", 1000, 80, flags=frozenset(("SYN",)))


def seen(packet: Packet, connections: Connections, track: Track | None = None) -> Track:
    """Look a packet up."""
    found = look_up(packet, track, connections, {})
    assert isinstance(found, Track)
    return found


def first(packet: Packet) -> Connections:
    """Return the connections after a first packet."""
    return confirm(seen(packet, Connections()), Connections())[1]


def test_a_connection_is_new_until_it_is_answered() -> None:
    """A second packet without an answer is still new; after the answer both directions are established."""
    query = Packet(A, B, "udp", 1000, 53)
    connections = first(query)
    assert seen(query, connections).info is Info.NEW
    answer = seen(Packet(B, A, "udp", 53, 1000), connections)
    assert (answer.info, answer.answer) == (Info.ESTABLISHED, True)
    assert seen(query, updated(answer, connections)).info is Info.ESTABLISHED


@pytest.mark.parametrize("flags", ["SYN ACK", "RST", "FIN ACK", "FIN"])
def test_what_opens_no_connection_is_invalid(flags: str) -> None:
    """The middle of a connection that nobody tracked, but for an ACK."""
    assert seen(replace(SYN, flags=frozenset(flags.split())), Connections()).info is Info.INVALID


def test_an_ack_is_picked_up_unless_told_otherwise() -> None:
    """nf_conntrack_tcp_loose."""
    ack = replace(SYN, flags=frozenset(("ACK",)))
    assert seen(ack, Connections()).info is Info.NEW
    strict = look_up(ack, None, Connections(), {"net.netfilter.nf_conntrack_tcp_loose": "0"})
    assert isinstance(strict, Track)
    assert strict.info is Info.INVALID


def test_an_icmp_error_is_related_to_what_it_is_about() -> None:
    """An error about a connection that nobody tracks is invalid."""
    error = Packet(B, A, "icmp", icmp_type=3, icmp_code=3, about=SYN)
    assert seen(error, first(SYN)).info is Info.RELATED
    assert seen(error, Connections()).info is Info.INVALID


def test_a_rule_that_resets_a_connection_closes_it() -> None:
    """What follows is not established; a connection that was never confirmed is as it was."""
    new = seen(SYN, Connections())
    assert closing(new) == new
    assert closing(None) is None
    known = closing(seen(SYN, first(SYN)))
    assert known is not None
    assert known.connection is not None
    assert known.connection.state == "CLOSE"


def test_zones_are_worlds_of_their_own() -> None:
    """The same tuple in another zone is another connection."""
    template = Track(zone=5, looked_up=False)
    connections = confirm(seen(SYN, Connections(), template), Connections())[1]
    assert seen(Packet(B, A, "udp", 80, 1000), connections).connection != seen(SYN, connections, template).connection
    synack = Packet(B, A, "tcp", 80, 1000, flags=frozenset(("SYN", "ACK")))
    assert seen(synack, connections).info is Info.INVALID
    assert seen(synack, connections, template).info is Info.ESTABLISHED


def test_a_full_table_leaves_a_doubt() -> None:
    """The kernel may drop an old connection, or the new one."""
    sysctls = {"net.netfilter.nf_conntrack_max": "10", "net.netfilter.nf_conntrack_count": "10"}
    assert isinstance(look_up(SYN, None, Connections(), sysctls), Doubt)


def test_what_is_not_tracked_stays_so() -> None:
    """NOTRACK, and neighbour discovery."""
    told = Track(Info.UNTRACKED, looked_up=False)
    assert seen(SYN, Connections(), told).info is Info.UNTRACKED
    asks = Packet(parse_ip("fe80::1"), parse_ip("fe80::2"), "icmpv6", icmp_type=135, icmp_code=0)
    assert seen(asks, Connections()).info is Info.UNTRACKED


def test_two_connections_cannot_have_one_answer() -> None:
    """The second is dropped when it should be confirmed (insert_failed)."""
    mine = seen(SYN, Connections())
    other = seen(replace(SYN, src=parse_ip("10.0.0.9")), Connections())
    assert mine.connection is not None
    assert other.connection is not None
    clashing = replace(other, connection=replace(other.connection, reply=mine.connection.reply))
    assert confirm(clashing, first(SYN))[2] is not None


def test_ports_by_chance_do_not_clash() -> None:
    """The kernel draws a free one; that both are not known does not make them the same."""
    held = Connections()
    for source in (SYN.src, parse_ip("10.0.0.9")):
        track = seen(replace(SYN, src=source), held)
        assert track.connection is not None
        reply = track.connection.reply._replace(dst=SYN.src, dport=Drawn(1024, 65535))
        _, held, clash = confirm(replace(track, connection=replace(track.connection, reply=reply)), held)
        assert clash is None
