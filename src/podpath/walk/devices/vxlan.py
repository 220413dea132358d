"""VXLAN: a frame becomes the payload of a UDP packet to the node that has its MAC (drivers/net/vxlan/vxlan_core.c, RFC 7348)."""

from dataclasses import replace
from typing import Final

from podpath.state.address import Ip, Mac, family_of, ip_text, mac_text
from podpath.state.link import Link, Vxlan
from podpath.state.neighbour import FdbEntry
from podpath.state.trace import Verdict
from podpath.walk.devices.interface import Device
from podpath.walk.events import Carry, Cause, End, Mark, Send, Transmit, Turn, Walk, unknown
from podpath.walk.packet import Frame, Packet
from podpath.walk.routes import choose_source
from podpath.walk.space import Held

_GROUP: Final = 1 << 40
_OVERHEAD: Final = {4: 50, 6: 70}
_DEFAULT_PORT: Final = 8472
_ANYONE: Final = Mac(0)


def _transmit(walk: Walk, event: Transmit, link: Held[Link]) -> tuple[Turn, ...]:
    space = walk.world.space(event.ns)
    settings = space.vxlans.get(event.dev)
    if settings is None or (settings.row.vni is None and not settings.row.external):
        return (Turn(unknown(event.ns, walk.world, f"VNI and port of {event.dev}", f"ip -d link show {event.dev}", event.dev)),)
    if settings.row.external:
        what = f"where {event.dev} sends packets: a program decides for each (external)"
        return (Turn(unknown(event.ns, walk.world, what, f"bpftool net; tc filter show dev {event.dev} egress", event.dev)),)
    under = walk.world.under(event.ns, link)
    if under is None:
        what = f"the namespace that {event.dev} was made in, where its outer packets are"
        return (Turn(unknown(event.ns, walk.world, what, "lsns -t net; ip netns list-id", event.dev)),)
    wanted = event.frame.dst or _ANYONE
    entries = [] if wanted & _GROUP else _entries(walk, event, wanted)
    learned = event.carry.learned.get((event.ns, event.dev, 0, wanted))
    if learned is not None and not any((held.row.state or "") == "permanent" for held in entries):
        said = f"{mac_text(wanted)} was learned from {ip_text(Ip(int(learned)))}"
        return (_to(walk, event, settings, under, Ip(int(learned)), None, said, ()),)
    entries = entries or _entries(walk, event, _ANYONE)
    if entries:
        return _copies(walk, event, settings, under, entries, wanted)
    if settings.row.remote is not None:
        said = f"{event.dev} sends all to {ip_text(settings.row.remote)}"
        return (_to(walk, event, settings, under, settings.row.remote, None, said, (settings,)),)
    if not space.seen(FdbEntry, dev=event.dev) and not space.seen(FdbEntry):
        return (
            Turn(unknown(event.ns, walk.world, f"where {mac_text(wanted)} is", f"bridge fdb show dev {event.dev}", event.dev)),
        )
    said = f"{event.dev} on {space.node} does not know where {mac_text(wanted)} is, and has no default destination"
    fix = (f"bridge fdb append {mac_text(wanted)} dev {event.dev} dst ADDRESS-OF-THE-NODE",)
    cause = Cause("vtep-neigh-or-fdb-missing", event.ns, said, "It drops the frame.", (settings,), fix)
    end = End(
        Verdict.DROPPED,
        f"no forwarding entry for {mac_text(wanted)}",
        event.ns,
        event.dev,
        cause=cause,
        aside=bool(wanted & _GROUP),
    )
    return (Turn(end),)


def _entries(walk: Walk, event: Transmit, mac: Mac) -> list[Held[FdbEntry]]:
    return [
        held
        for held in walk.world.space(event.ns).fdb(mac)
        if held.row.dev == event.dev and (held.row.dst is not None or held.row.nhid is not None)
    ]


def _copies(
    walk: Walk, event: Transmit, settings: Held[Vxlan], under: int, entries: list[Held[FdbEntry]], wanted: Mac
) -> tuple[Turn, ...]:
    turns = []
    for held in entries:
        if held.row.dst is None:
            what = f"the nodes of nexthop group {held.row.nhid}"
            turns.append(Turn(unknown(event.ns, walk.world, what, f"ip nexthop show id {held.row.nhid}", event.dev)))
            continue
        who = mac_text(wanted) if held.row.mac else "every unknown MAC"
        said = f"{who} is at {ip_text(held.row.dst)}"
        turns.append(_to(walk, event, settings, under, held.row.dst, held, said, (held,)))
    return tuple(turn._replace(copy=len(turns) > 1) for turn in turns)


def _to(
    walk: Walk,
    event: Transmit,
    settings: Held[Vxlan],
    under: int,
    remote: Ip,
    entry: Held[FdbEntry] | None,
    said: str,
    rows: tuple[Held[Vxlan] | Held[FdbEntry], ...],
) -> Turn:
    """Wrap the frame (vxlan_xmit_one)."""
    if remote in {Ip(0xFFFF_0000_0000), Ip(0)}:
        return Turn(End(Verdict.DROPPED, f"{event.dev} has no destination for it", event.ns, event.dev, aside=True))
    row, content = settings.row, event.frame.content
    vni = entry.row.vni if entry is not None and entry.row.vni is not None else row.vni
    port = (entry.row.port if entry is not None else None) or row.port or _DEFAULT_PORT
    mark = content.mark if isinstance(content, Packet) and under == event.ns else 0
    length = (content.length if isinstance(content, Packet) else 28) + _OVERHEAD[family_of(remote)]
    oif = (entry.row.via if entry is not None else None) or row.lower
    outer = Packet(row.local or Ip(0), remote, "udp", None, port, length=length, key=vni, payload=event.frame, mark=mark)
    if row.local is None:
        src = choose_source(walk, under, outer, oif)
        if src is None:
            outer = Packet(remote, remote, "udp", None, port, length=length, key=vni, payload=event.frame, mark=mark)
        else:
            outer = Packet(src, remote, "udp", None, port, length=length, key=vni, payload=event.frame, mark=mark)
    wrap = f"VXLAN {vni}, UDP {port}, {ip_text(outer.src)} → {ip_text(remote)}"
    marks = (Mark(event.ns, event.dev, "FDB", said, rows=rows), Mark(event.ns, event.dev, "tunnel", wrap, outer, (settings,)))
    return Turn(Send(under, outer, event.carry, oif if oif in walk.world.space(under).links else None), marks)


def received(walk: Walk, ns: int, dev: str, outer: Packet, carry: Carry) -> tuple[Held[Vxlan], Frame, Carry] | End:
    """Return what a VXLAN device does with a frame that came for its VNI (vxlan_rcv, vxlan_set_mac, vxlan_snoop)."""
    space = walk.world.space(ns)
    settings, frame = space.vxlans[dev], outer.payload
    assert isinstance(frame, Frame)  # noqa: S101 - VXLAN carries frames
    link = space.links[dev]
    if frame.src is not None and frame.src == link.row.mac:
        return End(Verdict.DROPPED, f"the frame comes from the MAC of {dev} itself", ns, dev, aside=True)
    if settings.row.learning and frame.src is not None:
        fixed = next(
            (
                held
                for held in space.fdb(frame.src)
                if held.row.dev == dev and held.row.dst not in {None, outer.src} and held.row.state in {"permanent", "static"}
            ),
            None,
        )
        if fixed is not None:
            place = ip_text(fixed.row.dst or Ip(0))
            said = f"{dev} on {space.node} has {mac_text(frame.src)} fixed at {place}, and gets it from {ip_text(outer.src)}"
            cause = Cause("fdb-wrong-underlay", ns, said, "It drops frames from a place that its table contradicts.", (fixed,))
            return End(Verdict.DROPPED, said, ns, dev, cause=cause)
        carry = replace(carry, learned={**carry.learned, (ns, dev, 0, frame.src): str(int(outer.src))})
    return settings, frame, carry


DEVICE: Final = Device(("vxlan",), _transmit)
