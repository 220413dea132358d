"""The socket that a packet finds in a namespace (__inet_lookup_listener, udp4_lib_lookup), as delivery and netfilter ask."""

from dataclasses import replace
from typing import Final

from podpath.language import tr
from podpath.state.address import V4, V4_BASE, V6, Ip
from podpath.state.host import Socket
from podpath.walk.host.netfilter_lookups import Lookups
from podpath.walk.namespace import Entry, Namespace
from podpath.walk.netfilter import AddressType, Doubt, Taker, Track
from podpath.walk.packet import Packet

LISTENING: Final = {"tcp": "LISTEN", "udp": "UNCONN", "sctp": "LISTEN"}
_ANY: Final = frozenset((None, Ip(V4_BASE), Ip(0)))


def is_any(address: Ip | None) -> bool:
    """Say whether a socket that is bound so takes packets for every address."""
    return address in _ANY


def of_port(netns: Namespace, packet: Packet) -> list[Entry[Socket]]:
    """Return the sockets of a packet's port, whatever address they are bound to."""
    return [held for held in netns.all(Socket) if _may_take(held.row, packet)]


def nearest(candidates: list[Entry[Socket]], packet: Packet, dev: str | None) -> Entry[Socket] | None:
    """Return which of some sockets takes a packet: the nearer it is to the packet, the better (compute_score)."""
    taking = [held for held in candidates if _takes(held.row, packet, dev)]
    return max(taking, key=lambda held: (not is_any(held.row.local), held.row.dev is not None)) if taking else None


def _may_take(row: Socket, packet: Packet) -> bool:
    return (row.proto.rstrip("6") == packet.proto and row.local_port == packet.dport
            and row.state in {LISTENING[packet.proto], "ESTAB" if packet.proto == "udp" else ""})  # fmt: skip


def _takes(row: Socket, packet: Packet, dev: str | None) -> bool:
    if row.dev not in {None, dev}:
        return False
    if not is_any(row.remote) and (row.remote != packet.src or row.remote_port != packet.sport):
        return False
    if row.local is None:
        # `*`: a socket of :: that serves both families, or one of 0.0.0.0.
        return row.family in {packet.family, V6}
    if is_any(row.local):
        return row.family == packet.family
    return row.local == packet.dst


class SocketTable:
    """What netfilter asks of the sockets of a namespace (the protocol ``Sockets`` of podpath.walk.netfilter).

    Args:
        netns: the namespace.
        lookups: its addresses.
        dev: device that the packet arrived on.
    """

    def __init__(self, netns: Namespace, lookups: Lookups, dev: str | None) -> None:
        self._space, self._lookups, self._dev = netns, lookups, dev

    def taker(self, packet: Packet, track: Track | None) -> Taker | Doubt | None:
        """Return the socket that a packet finds (nf_sk_lookup_slow_v4): who waits for it, or who listens."""
        if packet.about is not None:
            return Doubt(tr("whether a socket here has the connection that the message is about"), "ss -tuanp")
        if packet.proto not in {"tcp", "udp"} or packet.payload is not None:
            return None
        return self._asker(packet, track) if packet.awaited else self._found(packet)

    def _asker(self, packet: Packet, track: Track | None) -> Taker | Doubt | None:
        """Return the socket that asked, where it is in this namespace: an answer to a masqueraded one is not its router's."""
        connection = track.connection if track is not None else None
        whose = connection.original.src if connection is not None else packet.dst
        kind = self._lookups.address_type(whose, None)
        if isinstance(kind, Doubt):
            return kind
        if kind is not AddressType.LOCAL:
            return None
        if packet.proto == "udp":
            return Doubt(tr("whether the client's socket is bound to an address"), "ss -uanp")
        return Taker(wildcard=False, transparent=False)

    def listener(self, packet: Packet, address: Ip | None, port: int) -> Taker | Doubt | None:
        """Return the socket that TPROXY hands a packet to (nf_tproxy_get_sock_v4, nf_tproxy_laddr4)."""
        if packet.awaited:
            return Doubt(tr("which socket has its connection"), "ss -tuanp")
        own = [held.row.address for held in self._space.addresses.get(self._dev or "", ()) if held.row.family == packet.family]
        target = address or (own[0] if own and packet.family == V4 else packet.dst)
        return self._found(replace(packet, dst=target, dport=port))

    def _found(self, packet: Packet) -> Taker | Doubt | None:
        if not self._space.seen(Socket, part=packet.proto):
            return Doubt(tr("whether a socket here accepts it"), f"ss -{packet.proto[0]}lnp")
        found = nearest(of_port(self._space, packet), packet, self._dev)
        return Taker(is_any(found.row.local), found.row.transparent) if found is not None else None
