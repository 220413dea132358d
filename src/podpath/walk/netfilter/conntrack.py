"""Connection tracking: what a packet is to the connections of its namespace (net/netfilter/nf_conntrack_core.c)."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from podpath.language import tr
from podpath.walk.netfilter.connection import Connection, Connections, Info, Track, Tuple
from podpath.walk.netfilter.interface import Doubt
from podpath.walk.netfilter.tcp import next_state
from podpath.walk.packet import Drawn, Packet

# Types of ICMP that open a connection, and those that speak about another packet (nf_conntrack_proto_icmp.c, _icmpv6.c).
_OPENING: Final = {"icmp": frozenset((8, 13, 15, 17)), "icmpv6": frozenset((128, 139))}
_ERRORS: Final = {"icmp": frozenset((3, 4, 5, 11, 12)), "icmpv6": frozenset(range(128))}
_NEVER_TRACKED: Final = frozenset((130, 131, 132, 133, 134, 135, 136, 137, 143))
_REOPENED: Final = frozenset(("TIME_WAIT", "CLOSE"))


def look_up(packet: Packet, track: Track | None, connections: Connections, sysctls: Mapping[str, str]) -> Track | Doubt:
    """Return what a packet is (nf_conntrack_in); one that was looked up before stays what it is.

    Args:
        packet: the packet.
        track: what an earlier hook or a rule in raw said of it.
        connections: connections of the namespace.
        sysctls: settings of the namespace.
    """
    if track is not None and (track.looked_up or track.info is Info.UNTRACKED):
        return replace(track, looked_up=True)
    given = track or Track(looked_up=False)
    if packet.proto == "icmpv6" and packet.icmp_type in _NEVER_TRACKED:
        return Track(Info.UNTRACKED)
    if packet.icmp_type is not None and packet.icmp_type in _ERRORS.get(packet.proto, ()):
        return _about(packet, given, connections)
    key = Tuple.of(packet)
    found = connections.find(key, given.zone_of("original"), given.zone_of("reply"))
    if found is None or _reopens(found, key, packet):
        return _new(packet, key, given, connections, sysctls)
    return _known(found, key, packet)


def _about(packet: Packet, given: Track, connections: Connections) -> Track:
    """Return the connection that an ICMP error is about (nf_conntrack_inet_error)."""
    if packet.about is None:
        return Track(Info.INVALID)
    key = Tuple.of(packet.about).inverse
    found = connections.find(key, given.zone_of("original"), given.zone_of("reply"))
    if found is None:
        return Track(Info.INVALID)
    return Track(Info.RELATED, found, answer=key == found.reply)


def _reopens(found: Connection, key: Tuple, packet: Packet) -> bool:
    """Say whether a SYN takes the place of a connection that is over."""
    opening = packet.proto == "tcp" and "SYN" in packet.flags and "ACK" not in packet.flags
    return opening and key == found.original and found.state in _REOPENED


def _new(packet: Packet, key: Tuple, given: Track, connections: Connections, sysctls: Mapping[str, str]) -> Track | Doubt:
    """Return a new connection, unless a packet like this opens none (init_conntrack and the protocols' own rules)."""
    if packet.proto in _OPENING and packet.icmp_type not in _OPENING[packet.proto]:
        return Track(Info.INVALID)
    state = _opens(packet, sysctls) if packet.proto == "tcp" else None
    if packet.proto == "tcp" and state is None:
        return Track(Info.INVALID)
    full = _full(connections, sysctls)
    if full is not None:
        return full
    made = Connection(key, key.inverse, given.zone_of("original"), given.zone_of("reply"), state=state, helper=given.helper)
    return Track(Info.NEW, made)


def _opens(packet: Packet, sysctls: Mapping[str, str]) -> str | None:
    """Return the state of a new connection, or None for a packet that opens none (tcp_new)."""
    state = next_state("NONE", packet.flags, answer=False)
    if state == "SYN_SENT" or sysctls.get("net.netfilter.nf_conntrack_tcp_loose", "1") != "0":
        return state
    return None


def _full(connections: Connections, sysctls: Mapping[str, str]) -> Doubt | None:
    most = sysctls.get("net.netfilter.nf_conntrack_max", "")
    count = sysctls.get("net.netfilter.nf_conntrack_count", str(connections.count or 0))
    if most.isdecimal() and count.isdecimal() and int(most) and int(count) >= int(most):
        return Doubt(
            tr("whether the full connection table ({count} of {most}) has room for a new connection", count=count, most=most),
            "conntrack -S; dmesg | tail",
        )
    return None


def _known(found: Connection, key: Tuple, packet: Packet) -> Track:
    """Return a packet of a connection that is there (resolve_normal_ct)."""
    answer = key == found.reply and key != found.original
    settled = found
    if packet.proto == "tcp":
        state = next_state(found.state or "ESTABLISHED", packet.flags, answer=answer)
        if state is None:
            return Track(Info.INVALID)
        if state == "ESTABLISHED" and "SEEN_REPLY" in found.status and found.state in {"SYN_RECV", "ESTABLISHED"}:
            settled = found.having("ASSURED")
        settled = replace(settled, state=state)
    if answer:
        return Track(Info.ESTABLISHED, settled.having("SEEN_REPLY"), answer=True)
    if "SEEN_REPLY" in found.status:
        return Track(Info.ESTABLISHED, settled)
    return Track(Info.RELATED if "EXPECTED" in found.status else Info.NEW, settled)


def confirm(track: Track | None, connections: Connections) -> tuple[Track | None, Connections, str | None]:
    """Take the packet's connection into those of the namespace (nf_conntrack_confirm).

    Returns:
        the track, the connections, and why the packet is dropped instead: another connection has its tuples.
    """
    if track is None or track.connection is None or track.info is Info.RELATED:
        return track, updated(track, connections), None
    connection = track.connection
    holder = None if _drawn(connection) else connections.holder(connection)
    if "CONFIRMED" not in connection.status and holder is not None and holder.original != connection.original:
        return track, connections, tr("another connection already has the addresses and ports of its reply (insert_failed)")
    confirmed = connection.having("CONFIRMED")
    return replace(track, connection=confirmed), connections.confirmed(confirmed), None


def _drawn(connection: Connection) -> bool:
    """Say whether translation draws a port by chance: a free one, whose number is not known."""
    return any(isinstance(port, Drawn) for port in (connection.reply.sport, connection.reply.dport))


def closing(track: Track | None) -> Track | None:
    """Return what is left of a connection that a rule has reset (nf_conntrack_tcp_set_closing, since Linux 6.4)."""
    if track is None or track.connection is None or "CONFIRMED" not in track.connection.status:
        return track
    return track.with_connection(state="CLOSE")


def updated(track: Track | None, connections: Connections) -> Connections:
    """Return the connections after a packet of one that is there: it counts, whatever becomes of the packet."""
    if track is None or track.connection is None or "CONFIRMED" not in track.connection.status:
        return connections
    return connections.confirmed(track.connection)
