"""Which of a probe's packets was observed, and in which direction it went."""

from enum import StrEnum
from typing import NamedTuple

from podpath.probe.flow import MARK_BYTES, NUMBERS, Flow
from podpath.probe.headers import opened
from podpath.probe.observation import Observation

_ECHO_REPLIES = {"icmp": 0, "icmpv6": 129}
_SPAN = 1 << 16
_MARKED = 8 + MARK_BYTES + 2
"""Bytes of a header of UDP or an echo message with the mark and the number behind it."""


class Direction(StrEnum):
    """Which way a packet goes."""

    FORWARD = "forward"
    REPLY = "reply"
    ERROR = "error"
    """An ICMP error about a packet of the probe."""


class Identity(NamedTuple):
    """A packet of a probe.

    Attributes:
        number: number of the packet, from 0, or None if only its port shows that it is the probe's.
        direction: which way it goes.
        source: its source address, inside of all tunnels.
    """

    number: int | None
    direction: Direction
    source: str


def identify(seen: Observation, flow: Flow) -> Identity | None:
    """Return whose packet was observed, or None if it is none of the probe's."""
    layers = opened(seen.packet, flow.vxlan_ports)
    if not layers:
        return None
    layer, transport = layers[-1]
    error = next((outer for outer, _ in layers if outer.carrier == "ICMP error"), None)
    found = _segment(transport, flow) if flow.proto == "tcp" else _datagram(layer.proto, transport, layer.dport, flow)
    if found is None:
        return None
    number, direction = found
    return Identity(number, direction if error is None else Direction.ERROR, (error or layer).src)


def _segment(transport: bytes, flow: Flow) -> tuple[int | None, Direction] | None:
    """Return the number and direction of a TCP segment: its own sequence number is the probe's, or it acknowledges that."""
    for start, direction in ((4, Direction.FORWARD), (8, Direction.REPLY)):
        distance = int.from_bytes(transport[start : start + 4], "big") - flow.sequence & 0xFFFFFFFF
        if distance < _SPAN and len(transport) >= start + 4:
            return distance // NUMBERS, direction
    return None


def _datagram(proto: str, transport: bytes, dport: int | None, flow: Flow) -> tuple[int | None, Direction] | None:
    """Return the number and direction of an echo message or a UDP datagram."""
    marked = transport[8 : 8 + MARK_BYTES] == flow.mark and len(transport) >= _MARKED
    number = int.from_bytes(transport[8 + MARK_BYTES : 10 + MARK_BYTES], "big") if marked else None
    if flow.proto == "icmp":
        if not marked:
            return None
        return number, Direction.REPLY if transport[0] == _ECHO_REPLIES.get(proto) else Direction.FORWARD
    sport = int.from_bytes(transport[:2], "big")
    if dport in flow.ports or (marked and sport in flow.served and dport not in flow.served):
        return number, Direction.REPLY
    return (number, Direction.FORWARD) if marked else None
