"""Tunnels whose other end is set once: IPIP, SIT, GRE, GENEVE (net/ipv4/ip_tunnel.c, ip6_tunnel.c, drivers/net/geneve.c)."""

from shlex import quote
from typing import Final

from podpath.language import tr
from podpath.state.address import V4_BASE, Ip
from podpath.state.link import Link, Tunnel
from podpath.state.step import Encapsulated
from podpath.walk.devices.interface import Device
from podpath.walk.devices.outer import into_itself, strange_source, uncut
from podpath.walk.events import Send, Step, Transition, Transmit, Walk, unknown
from podpath.walk.host.routes import choose_source
from podpath.walk.namespace import Entry
from podpath.walk.packet import Packet

# Bytes that each kind adds: the outer IP header, and its own.
_OVERHEAD: Final = {"ipip": 20, "sit": 20, "gre": 24, "gretap": 38, "ip6tnl": 40, "ip6gre": 44, "ip6gretap": 58, "geneve": 50}
_PROTO: Final = {
    "ipip": "ipip",
    "sit": "ipv6",
    "gre": "gre",
    "gretap": "gre",
    "ip6tnl": "ipv6",
    "ip6gre": "gre",
    "ip6gretap": "gre",
    "geneve": "udp",
}
_KEY_BYTES: Final = 4
_GENEVE_PORT: Final = 6081
FRAMED: Final = frozenset(("gretap", "ip6gretap", "geneve"))
"""Kinds of tunnels that carry frames, not packets."""


def protocol(kind: str) -> str:
    """Return the protocol of the outer packets of a kind."""
    return _PROTO[kind]


def _transmit(walk: Walk, event: Transmit, link: Entry[Link]) -> tuple[Transition, ...]:
    netns = walk.cluster.netns(event.ns)
    settings = netns.tunnels.get(event.dev)
    if settings is None:
        return (
            Transition(
                unknown(
                    event.ns,
                    walk.cluster,
                    tr("the ends of {dev}", dev=event.dev),
                    f"ip -d link show {quote(event.dev)}",
                    event.dev,
                )
            ),
        )
    under = walk.cluster.under(event.ns, link)
    row = settings.row
    remote = row.remote if row.remote not in {None, Ip(V4_BASE), Ip(0)} else event.frame.via
    if under is None or remote is None:
        what = tr("the other end of {dev}", dev=event.dev)
        return (
            Transition(
                unknown(
                    event.ns,
                    walk.cluster,
                    what,
                    f"ip -d link show {quote(event.dev)}; ip route show dev {quote(event.dev)}",
                    event.dev,
                )
            ),
        )
    strange = strange_source(walk, event, under, _local(row), settings)
    if strange is not None:
        return (Transition(strange),)
    outer = _outer(walk, event, settings.row, remote, under)
    step = Step(event.ns, event.dev, Encapsulated(row.kind, outer.src, remote), outer, (settings,))
    oif = row.lower if row.lower in walk.cluster.netns(under).links else None
    circular = into_itself(walk, event, under, outer, oif)
    if circular is not None:
        return (Transition(circular),)
    return (Transition(Send(under, outer, event.carry, oif), (step,)),)


def _local(row: Tunnel) -> Ip | None:
    return row.local if row.local not in {None, Ip(V4_BASE), Ip(0)} else None


def _outer(walk: Walk, event: Transmit, row: Tunnel, remote: Ip, under: int) -> Packet:
    inner = event.frame.content
    length = inner.length if isinstance(inner, Packet) else 28
    length += _OVERHEAD[row.kind] + (_KEY_BYTES if row.key is not None and row.kind != "geneve" else 0)
    payload = event.frame if row.kind in FRAMED or not isinstance(inner, Packet) else inner
    port = (row.port or _GENEVE_PORT) if row.kind == "geneve" else None
    # A tunnel with pmtudisc (the default) lets nobody cut its packets.
    whole = uncut(row.df if row.kind == "geneve" else row.df or "set", inner, remote)
    asked = Packet(Ip(0), remote, _PROTO[row.kind], None, port)
    src = _local(row) or choose_source(walk, under, asked, row.lower) or remote
    return Packet(
        src,
        remote,
        _PROTO[row.kind],
        None,
        port,
        length=length,
        key=row.key,
        payload=payload,
        dont_fragment=whole,
        mark=inner.mark if isinstance(inner, Packet) and under == event.ns else 0,
    )


DEVICE: Final = Device(tuple(_OVERHEAD), _transmit)
