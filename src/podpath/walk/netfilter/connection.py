"""Tracked connections of a namespace, as values: looking one up or confirming one makes new values.

The tuples are those of nf_conntrack_tuple.h: what tells a packet of one direction from all others.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import NamedTuple, Self

from podpath.state.address import Ip
from podpath.state.conntrack import ConntrackEntry
from podpath.walk.packet import Drawn, Packet

_PORTED = frozenset(("tcp", "udp", "udplite", "sctp", "dccp", "icmp", "icmpv6"))
_ICMP_ANSWERS = {8: 0, 0: 8, 13: 14, 14: 13, 15: 16, 16: 15, 17: 18, 18: 17}
_ICMP6_ANSWERS = {128: 129, 129: 128, 139: 140, 140: 139}


class Tuple(NamedTuple):
    """One direction of a connection.

    Attributes:
        src: source address.
        dst: destination address.
        proto: protocol by name.
        sport: source port; the identifier of an ICMP query, or None if it is not known, or the protocol has none.
        dport: destination port.
        icmp_type: type of an ICMP message.
        icmp_code: its code.
    """

    src: Ip
    dst: Ip
    proto: str
    sport: int | Drawn | None = None
    dport: int | Drawn | None = None
    icmp_type: int | None = None
    icmp_code: int | None = None

    @classmethod
    def of(cls, packet: Packet) -> Self:
        """Return the tuple of a packet (nf_ct_get_tuple)."""
        if packet.proto in {"icmp", "icmpv6"}:
            code = packet.icmp_code or 0
            return cls(packet.src, packet.dst, packet.proto, packet.sport, None, packet.icmp_type, code)
        return cls(packet.src, packet.dst, packet.proto, packet.sport, packet.dport)

    def port(self, side: str) -> int | Drawn | None:
        """Return what the kernel keeps where ports are (union nf_conntrack_man_proto), or None if it is not known.

        Args:
            side: src or dst. Of ICMP they are the identifier, and type with code; of protocols without ports, 0.
        """
        if self.proto in {"icmp", "icmpv6"} and side == "dst":
            return ((self.icmp_type or 0) << 8) | (self.icmp_code or 0)
        found = self.sport if side == "src" else self.dport
        return found if found is not None or self.proto in _PORTED else 0

    @property
    def inverse(self) -> Self:
        """Return the tuple of an answer (nf_ct_invert_tuple)."""
        if self.proto in {"icmp", "icmpv6"}:
            answers = _ICMP_ANSWERS if self.proto == "icmp" else _ICMP6_ANSWERS
            kind = self.icmp_type if self.icmp_type is None else answers.get(self.icmp_type, self.icmp_type)
            return self._replace(src=self.dst, dst=self.src, icmp_type=kind)
        return self._replace(src=self.dst, dst=self.src, sport=self.dport, dport=self.sport)


@dataclass(frozen=True, slots=True)
class Connection:
    """A connection that a namespace tracks (struct nf_conn).

    Attributes:
        original: tuple of its first direction.
        reply: tuple that an answer has when it comes in; where it is not the inverse, there is NAT.
        zone: zone of its original direction.
        reply_zone: zone of its reply direction.
        mark: its mark.
        status: SEEN_REPLY, ASSURED, CONFIRMED, SRC_NAT, DST_NAT, SRC_NAT_DONE, DST_NAT_DONE, EXPECTED, OFFLOAD …
        state: state of the protocol, for TCP and SCTP.
        helper: helper that a rule gave it.
        labels: bits of its label.
        known: it was in the snapshot; else the walk made it.
    """

    original: Tuple
    reply: Tuple
    zone: int = 0
    reply_zone: int = 0
    mark: int = 0
    status: frozenset[str] = frozenset()
    state: str | None = None
    helper: str | None = None
    labels: frozenset[int] = frozenset()
    known: bool = False

    def having(self, *bits: str) -> "Connection":
        """Return it with bits of its status set."""
        return replace(self, status=self.status | frozenset(bits))


class Info(StrEnum):
    """What a packet is to its connection (enum ip_conntrack_info)."""

    NEW = "new"
    ESTABLISHED = "established"
    RELATED = "related"
    INVALID = "invalid"
    UNTRACKED = "untracked"


@dataclass(frozen=True, slots=True)
class Track:
    """What connection tracking says of a packet (``skb->_nfct``).

    Attributes:
        info: what the packet is.
        connection: its connection, or None if it is invalid or untracked.
        answer: it goes in the reply direction.
        zone: zone that a rule gave to the packet before it was looked up (a template).
        zone_side: the direction that the zone is for: both, original or reply.
        helper: helper that a rule gave to it.
        looked_up: the lookup is done; else this is what a rule in raw said.
    """

    info: Info = Info.INVALID
    connection: Connection | None = None
    answer: bool = False
    zone: int = 0
    zone_side: str = "both"
    helper: str | None = None
    looked_up: bool = True

    @property
    def prepared(self) -> bool:
        """A rule in raw has said something of the lookup that is to come: a template (IPS_TEMPLATE) stands for the connection."""
        return not self.looked_up and self.info is not Info.UNTRACKED

    def zone_of(self, side: str) -> int:
        """Return the zone of a direction (nf_ct_zone_id)."""
        return self.zone if self.zone_side in {"both", side} else 0

    def with_connection(self, **changes: object) -> "Track":
        """Return it with fields of its connection changed."""
        if self.connection is None:
            return self
        return replace(self, connection=replace(self.connection, **changes))  # type: ignore[arg-type]


@dataclass(frozen=True, slots=True)
class Connections:
    """The connections of a namespace: those of the snapshot, which all walks share, and those that this walk made.

    Attributes:
        seen: both tuples of each connection of the snapshot, with their zone, to the connection.
        made: the same of those that the walk made or changed, or None if it took one away.
        count: how many there are, also those that were not printed, or None if it is not known.
    """

    seen: Mapping[tuple[int, Tuple], Connection] = field(default_factory=dict)
    made: Mapping[tuple[int, Tuple], Connection | None] = field(default_factory=dict)
    count: int | None = None

    @classmethod
    def of(cls, entries: Iterable[ConntrackEntry]) -> Self:
        """Make them of the rows of a snapshot."""
        seen: dict[tuple[int, Tuple], Connection] = {}
        count = 0
        for entry in entries:
            connection = _connection(entry)
            seen[connection.zone, connection.original] = seen[connection.reply_zone, connection.reply] = connection
            count += 1
        return cls(seen, count=count)

    def __bool__(self) -> bool:
        return bool(self.seen or self.made)

    def __iter__(self) -> Iterator[Connection]:
        """Yield each connection, the latest first."""
        for (zone, key), held in reversed(tuple(self.made.items())):
            if held is not None and (zone, key) == (held.zone, held.original):
                yield held
        for (zone, key), held in reversed(tuple(self.seen.items())):
            if (zone, key) == (held.zone, held.original) and (zone, key) not in self.made:
                yield held

    def _held(self, zone: int, key: Tuple) -> Connection | None:
        place = (zone, key)
        return self.made[place] if place in self.made else self.seen.get(place)

    def find(self, key: Tuple, zone: int = 0, reply_zone: int | None = None) -> Connection | None:
        """Return the connection that a tuple belongs to.

        Args:
            key: the tuple.
            zone: zone of connections whose original direction it may be.
            reply_zone: zone of those whose reply direction it may be; the same one where none is given.
        """
        found = self._held(zone, key)
        if found is not None and found.original == key:
            return found
        found = self._held(zone if reply_zone is None else reply_zone, key)
        return found if found is not None and found.reply == key else None

    def holder(self, connection: Connection) -> Connection | None:
        """Return what already has the tuple of a connection's answers (nf_conntrack_tuple_taken, nf_conntrack_confirm).

        The kernel looks in the bucket of the zone of answers (hash_conntrack), and compares the zone of the direction that it
        finds there (nf_ct_key_equal): what goes the same way in its original direction counts only where both zones are one.
        """
        held = self._held(connection.reply_zone, connection.reply)
        if held is None or (held.reply != connection.reply and connection.zone != connection.reply_zone):
            return None
        return held

    def confirmed(self, connection: Connection) -> "Connections":
        """Return them with a connection in, or with what is newly known of it."""
        old = self._held(connection.zone, connection.original)
        if old == connection:
            return self
        made = dict(self.made)
        if old is not None:
            made[old.reply_zone, old.reply] = None
        made[connection.zone, connection.original] = made[connection.reply_zone, connection.reply] = connection
        count = self.count if self.count is None or old is not None else self.count + 1
        return Connections(self.seen, made, count)


def _connection(entry: ConntrackEntry) -> Connection:
    """Return the connection that a row describes."""
    icmp = entry.proto in {"icmp", "icmpv6"}
    echo = (8, 0) if entry.proto == "icmp" else (128, 129)

    def one(src: Ip, dst: Ip, sport: int | None, dport: int | None, kind: int) -> Tuple:
        if icmp:
            return Tuple(src, dst, entry.proto, sport, None, kind, 0)
        return Tuple(src, dst, entry.proto, sport, dport)

    original = one(entry.src, entry.dst, entry.sport, entry.dport, echo[0])
    reply = one(entry.reply_src, entry.reply_dst, entry.reply_sport, entry.reply_dport, echo[1])
    told = {word for word in (entry.status or "").upper().replace(" ", ",").split(",") if word}
    status = (told - {"UNREPLIED"}) | {"CONFIRMED", "SRC_NAT_DONE", "DST_NAT_DONE"}
    if "UNREPLIED" not in told:
        status.add("SEEN_REPLY")
    back = original.inverse
    if (back.dst, back.dport) != (reply.dst, reply.dport):
        status.add("SRC_NAT")
    if (back.src, back.sport) != (reply.src, reply.sport):
        status.add("DST_NAT")
    zone = entry.zone or 0
    return Connection(original, reply, zone, zone, entry.mark or 0, frozenset(status), entry.state, known=True)
