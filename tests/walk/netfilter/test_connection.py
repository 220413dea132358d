"""Tracked connections as values."""

from podpath.state.address import parse_ip
from podpath.state.conntrack import ConntrackEntry
from podpath.walk.netfilter.connection import Connection, Connections, Tuple
from podpath.walk.packet import Packet

A, B, C = (parse_ip(f"10.0.0.{last}") for last in (1, 2, 3))


def test_an_echo_reply_answers_an_echo_request() -> None:
    """The identifier stays, the type turns, and ports change places elsewhere."""
    ping = Tuple.of(Packet(A, B, "icmp", 7, None, 8, 0))
    assert ping.inverse == Tuple.of(Packet(B, A, "icmp", 7, None, 0, 0))
    assert Tuple(A, B, "tcp", 1, 2).inverse == Tuple(B, A, "tcp", 2, 1)


def test_an_entry_of_a_snapshot_is_found_in_both_directions() -> None:
    """Where NAT changed the destination, the reply comes from elsewhere."""
    entry = ConntrackEntry(4, "udp", A, B, 5, 53, C, A, 53, 5, status="UNREPLIED,DST_NAT")
    connections = Connections.of([entry])
    found = connections.find(Tuple(C, A, "udp", 53, 5))
    assert found is not None
    assert found is connections.find(Tuple(A, B, "udp", 5, 53))
    assert "DST_NAT" in found.status
    assert not found.status & {"SRC_NAT", "SEEN_REPLY"}


def test_confirming_makes_new_connections() -> None:
    """The old value knows nothing of it; a changed reply tuple replaces the old one."""
    before = Connections()
    first = Connection(Tuple(A, B, "udp", 1, 2), Tuple(B, A, "udp", 2, 1))
    after = before.confirmed(first)
    assert not before
    assert after.find(Tuple(B, A, "udp", 2, 1)) == first
    changed = Connection(first.original, Tuple(C, A, "udp", 2, 1))
    again = after.confirmed(changed)
    assert list(again) == [changed]
    assert again.find(first.reply) is None
    assert after.find(first.reply) == first


def test_what_a_walk_changes_leaves_the_snapshot_as_it_was() -> None:
    """A walk shares the connections of the snapshot with all others."""
    entry = ConntrackEntry(4, "udp", A, B, 5, 53, C, A, 53, 5, status="UNREPLIED,DST_NAT")
    connections = Connections.of([entry])
    (known,) = connections
    after = connections.confirmed(known.having("SEEN_REPLY"))
    assert (after.seen is connections.seen, [held.status == known.status for held in connections]) == (True, [True])
    assert [held.status for held in after] == [known.status | {"SEEN_REPLY"}]


def test_protocols_without_ports_have_port_zero() -> None:
    """ICMP has its identifier there, and its type with its code; a port that is not known stays unknown."""
    assert [Tuple(A, B, "esp").port(side) for side in ("src", "dst")] == [0, 0]
    assert [Tuple(A, B, "icmp", 7, None, 8, 0).port(side) for side in ("src", "dst")] == [7, 0x800]
    assert Tuple(A, B, "tcp", None, 80).port("src") is None
