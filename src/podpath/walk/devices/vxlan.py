"""VXLAN: a frame becomes the payload of a UDP packet to the node that has its MAC (drivers/net/vxlan/vxlan_core.c, RFC 7348)."""

from dataclasses import replace
from shlex import quote
from typing import Any, Final, NamedTuple

from podpath.snapshot.schema import TABLE_OF
from podpath.state.address import Ip, Mac, family_of, ip_text, mac_text
from podpath.state.link import Link, Vxlan
from podpath.state.neighbour import FdbEntry, Neighbour
from podpath.state.step import Bypassed, Encapsulated, RemoteFound
from podpath.state.trace import Verdict
from podpath.walk.cluster import Port
from podpath.walk.devices.interface import Device
from podpath.walk.devices.outer import strange_source, uncut
from podpath.walk.events import Carry, Cause, Gap, Outcome, Receive, Send, Step, Transition, Transmit, Walk, gap_of, unknown
from podpath.walk.host.routes import choose_source, lookup
from podpath.walk.namespace import UNSHOWN, Entry
from podpath.walk.packet import Frame, NeighbourRequest, Packet

_GROUP: Final = 1 << 40
_OVERHEAD: Final = {4: 50, 6: 70}
_DEFAULT_PORT: Final = 8472
_ANYONE: Final = Mac(0)


def _transmit(walk: Walk, event: Transmit, link: Entry[Link]) -> tuple[Transition, ...]:
    netns = walk.cluster.netns(event.ns)
    settings = netns.vxlans.get(event.dev) or _unshown(event.dev)
    if settings.row.external:
        what = f"where {event.dev} sends packets: a program decides for each (external)"
        return (
            Transition(
                unknown(event.ns, walk.cluster, what, f"bpftool net; tc filter show dev {quote(event.dev)} egress", event.dev)
            ),
        )
    under = walk.cluster.under(event.ns, link)
    if under is None:
        what = f"the namespace that {event.dev} was made in, where its outer packets are"
        return (Transition(unknown(event.ns, walk.cluster, what, "lsns -t net; ip netns list-id", event.dev)),)
    wanted = event.frame.dst or _ANYONE
    entries = [] if wanted & _GROUP else _entries(walk, event, wanted)
    learned = event.carry.learned.get((event.ns, event.dev, 0, wanted))
    if learned is not None and not any((held.row.state or "") == "permanent" for held in entries):
        found = RemoteFound(wanted, Ip(int(learned)), learned=True)
        return (_to(walk, event, settings, under, _Place(Ip(int(learned))), found, ()),)
    entries = entries or _entries(walk, event, _ANYONE)
    if entries:
        return _copies(walk, event, settings, under, entries, wanted)
    if settings.row.remote is not None:
        found = RemoteFound(None, settings.row.remote, default=True, dev=event.dev)
        place = _Place(settings.row.remote, via=settings.row.lower)
        return (_to(walk, event, settings, under, place, found, (settings,)),)
    if not netns.seen(FdbEntry, dev=event.dev) and not netns.seen(FdbEntry):
        return (
            Transition(
                unknown(
                    event.ns, walk.cluster, f"where {mac_text(wanted)} is", f"bridge fdb show dev {quote(event.dev)}", event.dev
                )
            ),
        )
    asked = event.frame.content
    if isinstance(asked, NeighbourRequest) and not netns.seen(Neighbour, family_of(asked.target), dev=event.dev):
        missing, look = f"the neighbours of {event.dev}", f"ip neigh show dev {quote(event.dev)}"
        return (Transition(unknown(event.ns, walk.cluster, missing, look, event.dev)),)
    said = f"{event.dev} on {netns.node} does not know where {mac_text(wanted)} is, and has no default destination"
    if isinstance(asked, NeighbourRequest):
        said = f"{event.dev} on {netns.node} has no neighbour entry for {ip_text(asked.target)}, and nobody whom it could ask"
    fix = _entries_of(walk, event, settings, wanted)
    cause = Cause("vtep-neigh-or-fdb-missing", event.ns, said, "It drops the frame.", (settings,), fix)
    end = Outcome(
        Verdict.DROPPED,
        f"no forwarding entry for {mac_text(wanted)}",
        event.ns,
        event.dev,
        cause=cause,
        aside=bool(wanted & _GROUP),
    )
    return (Transition(end),)


def _unshown(dev: str) -> Entry[Vxlan]:
    """Return the settings of a device of which no output shows them."""
    return Entry(Vxlan(dev), TABLE_OF[Vxlan], UNSHOWN)


def _entries_of(walk: Walk, event: Transmit, settings: Entry[Vxlan], wanted: Mac) -> tuple[str, ...]:
    """Return the commands that make the entries which a frame lacks, with what was captured of the device that it is for."""
    asked = event.frame.content
    ends = walk.cluster.stations(wanted)
    if isinstance(asked, NeighbourRequest):
        links = ((ns, walk.cluster.netns(ns).links.get(dev)) for ns, dev in walk.cluster.owners(asked.target))
        ends = [Port(ns, link) for ns, link in links if link is not None]
    peer, home = None, "ADDRESS-OF-THE-NODE"
    for end in ends:
        far = walk.cluster.netns(end.ns).vxlans.get(end.link.row.name)
        if far is not None and far.row.vni == settings.row.vni:
            peer, home = end.link.row.mac, ip_text(far.row.local) if far.row.local is not None else home
    told = mac_text(peer) if peer is not None else "MAC-OF-ITS-TUNNEL-DEVICE"
    if not isinstance(asked, NeighbourRequest):
        return (f"bridge fdb append {mac_text(wanted)} dev {quote(event.dev)} dst {home}",)
    neighbour = f"ip neigh replace {ip_text(asked.target)} lladdr {told} dev {quote(event.dev)} nud permanent"
    known = peer is not None and _entries(walk, event, peer)
    return (neighbour,) if known or peer is None else (neighbour, f"bridge fdb append {told} dev {quote(event.dev)} dst {home}")


def _entries(walk: Walk, event: Transmit, mac: Mac) -> list[Entry[FdbEntry]]:
    return [
        held
        for held in walk.cluster.netns(event.ns).fdb(mac)
        if held.row.dev == event.dev and (held.row.dst is not None or held.row.nhid is not None)
    ]


def _copies(
    walk: Walk, event: Transmit, settings: Entry[Vxlan], under: int, entries: list[Entry[FdbEntry]], wanted: Mac
) -> tuple[Transition, ...]:
    transitions = []
    for held in entries:
        if held.row.dst is None:
            what = f"the nodes of nexthop group {held.row.nhid}"
            transitions.append(
                Transition(unknown(event.ns, walk.cluster, what, f"ip nexthop show id {held.row.nhid}", event.dev))
            )
            continue
        found = RemoteFound(wanted if held.row.mac else None, held.row.dst)
        stray = _stray(walk, event, settings, held, wanted)
        place = _Place(held.row.dst, held.row.vni, held.row.port, held.row.via)
        transitions.append(Transition(stray) if stray is not None else _to(walk, event, settings, under, place, found, (held,)))
    return tuple(transition._replace(copy=len(transitions) > 1) for transition in transitions)


def _stray(walk: Walk, event: Transmit, settings: Entry[Vxlan], entry: Entry[FdbEntry], mac: Mac) -> Outcome | None:
    """Return the end of a frame for a device that was captured, and that is not where an entry says; none where it may be.

    Who has the address of the entry was not captured; it is not the node whose VXLAN device has the MAC.
    """
    remote = entry.row.dst
    if remote is None or mac & _GROUP or not entry.row.mac or walk.cluster.owners(remote):
        return None
    for end in walk.cluster.stations(mac):
        far = walk.cluster.netns(end.ns).vxlans.get(end.link.row.name)
        if far is None or far.row.vni != settings.row.vni or far.row.local in {None, remote}:
            continue
        home = f"{end.link.row.name} of {walk.cluster.netns(end.ns).node}, at {ip_text(far.row.local or remote)}"
        here = walk.cluster.netns(event.ns).node
        said = f"{event.dev} on {here} sends frames for {mac_text(mac)} to {ip_text(remote)}, but the MAC is that of {home}"
        fix = (
            f"bridge fdb replace {mac_text(mac)} dev {quote(event.dev)} dst {ip_text(far.row.local or remote)} self permanent",
        )
        why = "The frame goes to a host that is not in the snapshot, and that is not the one with this MAC."
        cause = Cause("fdb-stale-vtep-ip", event.ns, said, why, (entry, far), fix, likely=True)
        return Outcome(Verdict.DROPPED, f"{ip_text(remote)} is not where {mac_text(mac)} is", event.ns, event.dev, cause=cause)
    return None


class _Place(NamedTuple):
    """Where a frame is sent to (struct vxlan_rdst).

    Attributes:
        remote: address of the node.
        vni: network identifier; none for the device's own.
        port: UDP port; none for the device's own.
        via: device that it must leave by; the device that a VXLAN device stands on counts for its default destination alone.
    """

    remote: Ip
    vni: int | None = None
    port: int | None = None
    via: str | None = None


def _to(
    walk: Walk,
    event: Transmit,
    settings: Entry[Vxlan],
    under: int,
    place: _Place,
    found: RemoteFound,
    rows: tuple[Entry[Any], ...],
) -> Transition:
    """Wrap the frame (vxlan_xmit_one)."""
    remote = place.remote
    if remote in {Ip(0xFFFF_0000_0000), Ip(0)}:
        return Transition(Outcome(Verdict.DROPPED, f"{event.dev} has no destination for it", event.ns, event.dev, aside=True))
    row, content = settings.row, event.frame.content
    port = place.port or row.port or _DEFAULT_PORT
    length = (content.length if isinstance(content, Packet) else 28) + _OVERHEAD[family_of(remote)]
    oif = place.via if place.via in walk.cluster.netns(under).links else None
    mark = content.mark if isinstance(content, Packet) and under == event.ns else 0
    vni = place.vni if place.vni is not None else row.vni
    whole = uncut(row.df, content, remote)
    blank = Packet(
        Ip(0), remote, "udp", None, port, length=length, key=vni, payload=event.frame, mark=mark, dont_fragment=whole
    )  # fmt: skip
    outer = replace(blank, src=row.local or choose_source(walk, under, blank, oif) or remote)
    step = Step(event.ns, event.dev, found, rows=rows)
    strange = strange_source(walk, event, under, row.local, settings)
    if strange is not None:
        return Transition(strange, (step,))
    way = lookup(walk, under, outer, oif)
    if way.entry is not None and way.error is None and way.entry.row.type == "local":
        return _bypass(walk, event, under, outer, step)
    shown = port if vni is not None else None
    wrap = Step(event.ns, event.dev, Encapsulated("vxlan", outer.src, remote, shown, outer.key), outer, (settings,))
    return Transition(
        Send(under, outer, event.carry, oif), (step, wrap), gaps=agreed(walk, event.ns, event.dev) if vni is None else ()
    )


def agreed(walk: Walk, ns: int, dev: str) -> tuple[Gap, ...]:
    """Return what is left open where no output shows the network of a device: it may be another one than its peers'."""
    command = f"ip -d link show {quote(dev)}"
    return (gap_of(ns, walk.cluster, f"whether VNI and UDP port of {dev} are those of its peers", command),)


def _bypass(walk: Walk, event: Transmit, under: int, outer: Packet, step: Step) -> Transition:
    """Return where a frame goes whose destination is this host itself: to the device with its VNI, whatever its MAC.

    encap_bypass_if_local(), vxlan_encap_bypass(): nothing is wrapped.
    """
    for end in walk.cluster.tunnels_under(under, "vxlan"):
        held = walk.cluster.netns(end.ns).vxlans.get(end.link.row.name)
        if held is not None and held.row.vni == outer.key and (held.row.port or _DEFAULT_PORT) == outer.dport:
            name = end.link.row.name
            own = Step(event.ns, event.dev, Bypassed(outer.dst, name), rows=(held,))
            return Transition(Receive(end.ns, name, event.frame, event.carry, own=True), (step, own))
    said = f"{ip_text(outer.dst)} is this host itself, and no device here has VNI {outer.key}"
    cause = Cause("fdb-stale-vtep-ip", event.ns, said, "The frame is dropped.", step.rows)
    return Transition(Outcome(Verdict.DROPPED, said, event.ns, event.dev, cause=cause), (step,))


def received(walk: Walk, ns: int, dev: str, outer: Packet, carry: Carry) -> tuple[Entry[Vxlan], Frame, Carry] | Outcome:
    """Return what a VXLAN device does with a frame that came for its VNI (vxlan_rcv, vxlan_set_mac, vxlan_snoop)."""
    netns = walk.cluster.netns(ns)
    settings, frame = netns.vxlans.get(dev) or _unshown(dev), outer.payload
    assert isinstance(frame, Frame)  # noqa: S101 - VXLAN carries frames
    link = netns.links[dev]
    if frame.src is not None and frame.src == link.row.mac:
        return Outcome(Verdict.DROPPED, f"the frame comes from the MAC of {dev} itself", ns, dev, aside=True)
    if settings.row.learning and frame.src is not None:
        fixed = next(
            (
                held
                for held in netns.fdb(frame.src)
                if held.row.dev == dev and held.row.dst not in {None, outer.src} and held.row.state in {"permanent", "static"}
            ),
            None,
        )
        if fixed is not None:
            place = ip_text(fixed.row.dst or Ip(0))
            said = f"{dev} on {netns.node} has {mac_text(frame.src)} fixed at {place}, and gets it from {ip_text(outer.src)}"
            cause = Cause("fdb-wrong-underlay", ns, said, "It drops frames from a place that its table contradicts.", (fixed,))
            return Outcome(Verdict.DROPPED, said, ns, dev, cause=cause)
        carry = replace(carry, learned={**carry.learned, (ns, dev, 0, frame.src): str(int(outer.src))})
    return settings, frame, carry


DEVICE: Final = Device(("vxlan",), _transmit)
