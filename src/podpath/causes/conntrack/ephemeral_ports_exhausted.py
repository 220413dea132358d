"""A namespace has no local port left for new connections."""

from typing import Final

from podpath.causes.cause import Cause
from podpath.language import tr
from podpath.state.finding import Words
from podpath.state.fix import do

CAUSE: Final = Cause(
    name="ephemeral-ports-exhausted",
    title="A namespace has no local port left for new connections",
    explain="""A program that connects gets a local port from net.ipv4.ip_local_port_range, without those in ip_local_reserved_ports; each network namespace
has its own range. For one remote address and port, each local port can be used once, and stays in use while the old
connection is in TIME_WAIT. When all are in use, connect() fails: "Cannot assign requested address". Nothing is sent.

It happens to proxies and load testers, and when somebody narrowed the range.

Check: in the container `ss -tan`, `sysctl net.ipv4.ip_local_port_range net.ipv4.ip_local_reserved_ports`.""",
    summary=(
        "no local port is left{where}: all {size} of {range} are reserved",
        "connections to {remote} port {port} use {used} of {room} local ports{where}",
        "only {room} local ports are available for connections{where}",
    ),
    why="New connections from there fail at once (EADDRNOTAVAIL).",
    fix=(
        do("sysctl", "-w", "net.ipv4.ip_local_port_range=32768 60999"),
        "reuse connections; net.ipv4.tcp_tw_reuse=1 lets new connections take ports in TIME_WAIT",
    ),
)

_RANGE: Final = "net.ipv4.ip_local_port_range"
_RESERVED: Final = "net.ipv4.ip_local_reserved_ports"


def none_left(place: str, flow: str, first: str, last: str, *, reserved: bool) -> Words:
    """Return the words for a sender that has no source port left (inet_hash_connect, udp_lib_get_port).

    Args:
        place: the sender.
        flow: address, port and protocol that it asks.
        first: first port of the range.
        last: last port of the range.
        reserved: ports are reserved.
    """
    return CAUSE.words(
        tr("no source port is left in {place} for {flow}: {first} to {last}", place=place, flow=flow, first=first, last=last),
        tr("Its programs cannot even send a request."),
        do("sysctl", "-w", f"{_RANGE}=32768 60999"),
        *((do("sysctl", "-w", f"{_RESERVED}="),) if reserved else ()),
    )
