"""Observations: packets that were seen, and answers of the kernel. They are no state; each is compared with the walk."""

from typing import NamedTuple

from podpath.state.address import Ip
from podpath.state.column import Interface, Word
from podpath.state.table import table


@table("sighting", incomparable="it was seen once")
class Sighting(NamedTuple):
    """What a program saw of a flow (``ping``, ``curl -v``, ``nc -v``, ``dig``, ``traceroute``, ``tcpdump``).

    Attributes:
        tool: the program.
        seen: answered, refused, unreachable, silent (sent, and nothing came back), or passing (tcpdump).
        proto: icmp, tcp or udp.
        dst: where it was sent to.
        src: where it was sent from, as far as the output tells.
        port: destination port.
        by: who sent the answer or the error, where it was not the destination.
        dev: device that it was seen on.
        hop: number of routers on the way, the one that answered included.
    """

    tool: Word
    seen: Word
    proto: Word
    dst: Ip
    src: Ip | None = None
    port: int | None = None
    by: Ip | None = None
    dev: Interface | None = None
    hop: int | None = None


@table("route_answer", incomparable="it was asked once")
class RouteAnswer(NamedTuple):
    """What the kernel answered to ``ip route get``: what it would do with one packet.

    Attributes:
        dst: the destination.
        dev: device that it leaves by, or None if it does not leave.
        via: next hop; none on the link.
        prefsrc: source address that a packet without one gets.
        local: the destination is an address of the host.
        refused: the kernel has no route, or one that refuses.
        src: source that was asked for, or None if none was given.
    """

    dst: Ip
    dev: Interface | None = None
    via: Ip | None = None
    prefsrc: Ip | None = None
    local: bool = False
    refused: bool = False
    src: Ip | None = None
