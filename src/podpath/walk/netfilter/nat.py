"""Address translation: what a rule makes of a connection, and the connection of packets (net/netfilter/nf_nat_core.c)."""

from dataclasses import dataclass, replace
from typing import Final

from podpath.state.address import V4, Ip, family_of
from podpath.walk.netfilter.connection import Connection, Connections, Info, Track, Tuple
from podpath.walk.netfilter.interface import Hook
from podpath.walk.netfilter.jhash import jhash2
from podpath.walk.packet import Drawn, Packet, known_port

SRC: Final = "SRC"
DST: Final = "DST"
MANIPULATES: Final = {Hook.PREROUTING: DST, Hook.OUTPUT: DST, Hook.POSTROUTING: SRC, Hook.INPUT: SRC}
_V4_BITS: Final = 0xFFFF_FFFF
_PORT_BITS: Final = 0xFFFF
_WITH_PORTS: Final = frozenset(("tcp", "udp", "udplite", "sctp", "dccp"))
_ICMP: Final = frozenset(("icmp", "icmpv6"))


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a rule wants (struct nf_nat_range2).

    Attributes:
        first: first address, or None if the address stays.
        last: last address.
        port: first port, or None if ports are not named.
        last_port: last port.
        base: port that the range is counted from (``--to-destination A:1-9/BASE``).
        random: ``--random`` or ``--random-fully``.
        persistent: ``--persistent``.
    """

    first: Ip | None = None
    last: Ip | None = None
    port: int | None = None
    last_port: int | None = None
    base: int | None = None
    random: bool = False
    persistent: bool = False


def set_up(connection: Connection, manipulated: str, wanted: Wanted, connections: Connections) -> Connection:
    """Return a connection with its translation of one kind decided (nf_nat_setup_info).

    A port that the kernel draws by chance is a range.

    Args:
        connection: a connection that is not confirmed.
        manipulated: SRC or DST.
        wanted: what the rule wants.
        connections: connections of the namespace, whose tuples are taken.
    """
    if f"{manipulated}_NAT_DONE" in connection.status:
        return connection
    current = connection.reply.inverse
    chosen = _unique(current, manipulated, wanted, connection, connections)
    bits = [f"{manipulated}_NAT_DONE"]
    if chosen != current:
        bits.append(f"{manipulated}_NAT")
        connection = replace(connection, reply=chosen.inverse)
    return connection.having(*bits)


def _unique(current: Tuple, manipulated: str, wanted: Wanted, connection: Connection, connections: Connections) -> Tuple:
    """Return the tuple that the kernel finds (get_unique_tuple)."""
    if manipulated == SRC and not wanted.random and _in_range(current, wanted) and _free(current, connection, connections):
        return current
    if manipulated == SRC and not wanted.random and wanted.first != wanted.last:
        earlier = _as_before(current, wanted, connection, connections)
        if earlier is not None:
            return earlier
    chosen = _address(current, manipulated, wanted, connection.zone or connection.reply_zone)
    if chosen.proto not in _WITH_PORTS and chosen.proto not in _ICMP:
        return chosen
    if not wanted.random:
        if wanted.port is None:
            if _free(chosen, connection, connections):
                return chosen
        elif wanted.base is None and _port_fits(chosen, manipulated, wanted):
            single = wanted.port == wanted.last_port
            if single or _free(chosen, connection, connections):
                return chosen
    return _port(chosen, manipulated, wanted, connection, connections)


def _as_before(key: Tuple, wanted: Wanted, connection: Connection, connections: Connections) -> Tuple | None:
    """Return the translation that the same source has in another connection (find_appropriate_src)."""
    if key.sport is None and key.proto in _WITH_PORTS:
        return None
    for held in connections:
        source = held.original
        if (source.src, source.sport, source.proto, held.zone) == (key.src, key.sport, key.proto, connection.zone):
            known = held.reply.inverse
            found = key._replace(src=known.src, sport=known.sport)
            if _in_range(found, wanted) and _free(found, connection, connections):
                return found
    return None


def _in_range(key: Tuple, wanted: Wanted) -> bool:
    if wanted.first is not None and wanted.last is not None and not wanted.first <= key.src <= wanted.last:
        return False
    return wanted.port is None or _port_fits(key, SRC, wanted)


def _port_of(key: Tuple, manipulated: str) -> int | Drawn | None:
    return key.sport if manipulated == SRC or key.proto in _ICMP else key.dport


def _with_port(key: Tuple, manipulated: str, port: int | Drawn | None) -> Tuple:
    if manipulated == SRC or key.proto in _ICMP:
        return key._replace(sport=port)
    return key._replace(dport=port)


def _port_fits(key: Tuple, manipulated: str, wanted: Wanted) -> bool:
    port = _port_of(key, manipulated)
    if port is None or wanted.port is None:
        return False
    first, last = (port.first, port.last) if isinstance(port, Drawn) else (port, port)
    return wanted.port <= first and last <= (wanted.last_port or wanted.port)


def _free(key: Tuple, connection: Connection, connections: Connections) -> bool:
    """Say whether no other connection has the tuple's answer (nf_nat_used_tuple)."""
    holder = connections.holder(replace(connection, reply=key.inverse))
    return holder is None or (holder.original, holder.zone) == (connection.original, connection.zone)


def _address(key: Tuple, manipulated: str, wanted: Wanted, zone: int) -> Tuple:
    """Choose an address of a range by the hash of the two ends (find_best_ips_proto), as a little-endian kernel does."""
    if wanted.first is None or wanted.last is None:
        return key
    chosen = wanted.first if wanted.first == wanted.last else _hashed(key, manipulated, wanted, zone)
    return key._replace(src=chosen) if manipulated == SRC else key._replace(dst=chosen)


def _hashed(key: Tuple, manipulated: str, wanted: Wanted, zone: int) -> Ip:
    """Choose an address of a range (find_best_ips_proto)."""
    assert wanted.first is not None  # noqa: S101 - for the type checker: the caller has asked
    assert wanted.last is not None  # noqa: S101
    source, target = _words(key.src), _words(key.dst)
    count = 1 if family_of(key.src) == V4 else 4
    drawn = jhash2([_swapped(word) for word in source], 0 if wanted.persistent else _swapped(target[count - 1]) ^ zone)
    words: list[int] = []
    full = False
    lowest, highest = _words(wanted.first), _words(wanted.last)
    for at in range(count):
        first, span = (0, _V4_BITS) if full else (lowest[at], (highest[at] - lowest[at] + 1) & _V4_BITS)
        word = (first + ((drawn * span) >> 32)) & _V4_BITS
        words.append(word)
        full = full or word != highest[at]
        if not wanted.persistent:
            # It reads the tuple that it writes: of a destination the word is the new one.
            drawn ^= _swapped(word if manipulated == DST else target[at])
    number = 0
    for word in words:
        number = (number << 32) | word
    return Ip(number + (0xFFFF_0000_0000 if count == 1 else 0))


def _words(address: Ip) -> list[int]:
    """Return an address as the four words of union nf_inet_addr, in the order of the network."""
    if family_of(address) == V4:
        return [address & _V4_BITS, 0, 0, 0]
    return [(address >> shift) & _V4_BITS for shift in (96, 64, 32, 0)]


def _swapped(word: int) -> int:
    return int.from_bytes(word.to_bytes(4, "big"), "little")


def _port(key: Tuple, manipulated: str, wanted: Wanted, connection: Connection, connections: Connections) -> Tuple:
    """Choose a port (nf_nat_l4proto_unique_tuple)."""
    if wanted.port is None:
        if manipulated == DST:
            return key
        return _with_port(key, manipulated, _drawn(key))
    last = wanted.last_port or wanted.port
    if wanted.port == last:
        return _with_port(key, manipulated, wanted.port)
    if wanted.base is not None:
        port = known_port(_port_of(key, manipulated))
        start = None if port is None else (port - wanted.base) & _PORT_BITS
    else:
        start = None if wanted.random or manipulated == SRC else 0
    if start is None:
        return _with_port(key, manipulated, Drawn(wanted.port, last))
    size = last - wanted.port + 1
    for step in range(min(size, 128)):
        chosen = _with_port(key, manipulated, wanted.port + (start + step) % size)
        if _free(chosen, connection, connections):
            return chosen
    return _with_port(key, manipulated, Drawn(wanted.port, last))


def _drawn(key: Tuple) -> Drawn:
    """Return where a source port is drawn from that no rule limits: privileged ones stay so."""
    if key.proto in _ICMP:
        return Drawn(0, 65535)
    port = known_port(key.sport)
    if port is None or port >= 1024:  # noqa: PLR2004 - as the kernel has it
        return Drawn(1024, 65535)
    return Drawn(1, 511) if port < 512 else Drawn(600, 1023)  # noqa: PLR2004 - as above


def translated(packet: Packet, track: Track, manipulated: str) -> Packet:
    """Return a packet as its connection has it at a hook (nf_nat_packet, nf_nat_icmp_reply_translation)."""
    connection = track.connection
    if connection is None:
        return packet
    side = manipulated if not track.answer else {SRC: DST, DST: SRC}[manipulated]
    if f"{side}_NAT" not in connection.status:
        return packet
    other = connection.original if track.answer else connection.reply
    target = other.inverse
    if track.info is Info.RELATED and packet.proto in _ICMP:
        return _error(packet, other, target, manipulated)
    if packet.proto in _ICMP:
        ends = {"src": target.src} if manipulated == SRC else {"dst": target.dst}
        return replace(packet, **ends, sport=target.sport)  # type: ignore[arg-type]
    if manipulated == SRC:
        return replace(packet, src=target.src, sport=target.sport if packet.proto in _WITH_PORTS else packet.sport)
    return replace(packet, dst=target.dst, dport=target.dport if packet.proto in _WITH_PORTS else packet.dport)


def _error(packet: Packet, other: Tuple, target: Tuple, manipulated: str) -> Packet:
    """Translate an ICMP error, and the packet inside it the other way round."""
    inner = packet.about
    if inner is not None:
        if manipulated == DST:
            inner = replace(inner, src=other.src, sport=other.sport)
        elif inner.proto in _ICMP:
            inner = replace(inner, dst=other.dst, sport=other.sport)
        else:
            inner = replace(inner, dst=other.dst, dport=other.dport)
    if manipulated == SRC:
        return replace(packet, src=target.src, about=inner)
    return replace(packet, dst=target.dst, about=inner)
