"""The port that a program sends from: where none is left, nothing is sent (inet_csk_get_port, udp_lib_get_port)."""

from typing import Any, Final

from podpath.state.address import V4_BASE, Ip
from podpath.state.failures.host import PortsExhausted
from podpath.state.host import Socket
from podpath.state.trace import Verdict
from podpath.walk.events import Outcome, Stopped
from podpath.walk.namespace import Entry, Namespace
from podpath.walk.packet import Packet, known_port

_RANGE: Final = "net.ipv4.ip_local_port_range"
_RESERVED: Final = "net.ipv4.ip_local_reserved_ports"
_ERRORS: Final = {"tcp": "EADDRNOTAVAIL", "udp": "EAGAIN"}
"""The error of connect(2): for UDP, the kernel chooses the port before (inet_autobind)."""
_ANY: Final = frozenset((None, Ip(V4_BASE), Ip(0)))


def none_left(netns: Namespace, ns: int, packet: Packet) -> Outcome | None:
    """Return the end of a packet for which its sender has no port left, or None if it has one, or if it is not known.

    Both settings hold for IPv6, too. A port of TCP may serve again for another destination.
    """
    error, held, port = _ERRORS.get(packet.proto), netns.sysctl(_RANGE), known_port(packet.dport)
    if error is None or held is None or port is None:
        return None
    words = (held.row.value or "").split()
    if len(words) != 2 or not all(word.isdecimal() for word in words):  # noqa: PLR2004 - the first and the last
        return None
    ports = range(int(words[0]), int(words[1]) + 1)
    kept = netns.sysctl(_RESERVED)
    reserved = _listed((kept.row.value or "") if kept is not None else "")
    if sum(len(span) for span in reserved) + _sockets(netns) < len(ports):
        return None
    taken = {row.row.local_port: row for row in netns.all(Socket) if _takes(row.row, packet)}
    if any(one not in taken and not any(one in span for span in reserved) for one in ports):
        return None
    rows: tuple[Entry[Any], ...] = (held, *((kept,) if kept is not None and reserved else ()), *list(taken.values())[:3])
    fact = PortsExhausted(packet.dst, port, packet.proto, words[0], words[1], reserved=bool(reserved))
    return Outcome(Verdict.UNREACHABLE, "", ns, error=error, cause=Stopped(fact, ns, rows), packet=packet)


def _listed(text: str) -> list[range]:
    """Read ``8080,9000-9010``."""
    spans = (part.strip().partition("-") for part in text.split(","))
    return [
        range(int(first), int(last or first) + 1) for first, _, last in spans if first.isdecimal() and (last or first).isdecimal()
    ]


def _sockets(netns: Namespace) -> int:
    return len(netns.all(Socket))


def _takes(row: Socket, packet: Packet) -> bool:
    """Say whether a socket keeps its port from being chosen for a packet."""
    if row.proto.rstrip("6") != packet.proto or row.local_port is None:
        return False
    if packet.proto == "udp" or row.remote in _ANY:
        return True
    return (row.remote, row.remote_port) == (packet.dst, packet.dport)
