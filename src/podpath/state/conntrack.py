"""Connections that a namespace tracks (``conntrack -L``)."""

from typing import NamedTuple

from podpath.state.address import Ip
from podpath.state.column import Word
from podpath.state.table import table


@table("conntrack", arbitrary="timeout", incomparable="connections come and go", listing="conntrack -L")
class ConntrackEntry(NamedTuple):
    """A tracked connection: its two directions, told apart where NAT changes an address.

    Attributes:
        family: 4 or 6.
        proto: tcp, udp, icmp …
        src: source address of the first packet.
        dst: destination address of the first packet.
        sport: source port; the identifier, for ICMP.
        dport: destination port.
        reply_src: source address of a reply.
        reply_dst: destination address of a reply.
        reply_sport: source port of a reply.
        reply_dport: destination port of a reply.
        state: state of the protocol (SYN_SENT, ESTABLISHED, TIME_WAIT …), or None if it has none.
        status: comma-separated bits (ASSURED, UNREPLIED, SRC_NAT, DST_NAT, OFFLOAD …).
        timeout: seconds until it is forgotten.
        mark: mark of the connection.
        zone: zone that it belongs to.
    """

    family: int
    proto: Word
    src: Ip
    dst: Ip
    sport: int | None
    dport: int | None
    reply_src: Ip
    reply_dst: Ip
    reply_sport: int | None
    reply_dport: int | None
    state: Word | None = None
    status: Word | None = None
    timeout: int | None = None
    mark: int | None = None
    zone: int | None = None
