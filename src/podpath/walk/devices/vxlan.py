"""VXLAN: a frame becomes the payload of a UDP packet to the node that has its MAC (drivers/net/vxlan/vxlan_core.c, RFC 7348)."""

from dataclasses import replace
from shlex import quote
from typing import Any, Final, NamedTuple

from podpath.language import tr
from podpath.snapshot.schema import TABLE_OF
from podpath.state.address import Ip, Mac, family_of, ip_text, mac_text
from podpath.state.failures.segment import DevicePlace
from podpath.state.failures.vxlan import NoForwardingEntry, RemoteContradicted, RemoteIsSelf, RemoteStray
from podpath.state.fdb import FdbEntry
from podpath.state.link import Link, Vxlan
from podpath.state.neighbour import Neighbour
from podpath.state.step import Bypassed, Encapsulated, RemoteFound
from podpath.state.trace import Verdict
from podpath.walk.cluster import Cluster
from podpath.walk.devices.interface import Device
from podpath.walk.devices.outer import into_itself, strange_source, uncut
from podpath.walk.events import Carry, Gap, Outcome, Receive, Send, Step, Stopped, Transition, Transmit, Walk, gap_of, unknown
from podpath.walk.host.routes import choose_source, lookup
from podpath.walk.namespace import UNSHOWN, Entry, Namespace
from podpath.walk.packet import Frame, NeighbourRequest, Packet

_GROUP: Final = 1 << 40
_OVERHEAD: Final = {4: 50, 6: 70}
_DEFAULT_PORT: Final = 8472
_ANYONE: Final = Mac(0)


def _transmit(walk: Walk, event: Transmit, link: Entry[Link]) -> tuple[Transition, ...]:
    netns = walk.cluster.netns(event.ns)
    settings = netns.vxlans.get(event.dev) or _unshown(event.dev)
    if settings.row.external:
        what = tr("where {dev} sends packets: a program decides for each (external)", dev=event.dev)
        return (
            Transition(
                unknown(event.ns, walk.cluster, what, f"bpftool net; tc filter show dev {quote(event.dev)} egress", event.dev)
            ),
        )
    under = walk.cluster.under(event.ns, link)
    if under is None:
        what = tr("the namespace that {dev} was created in, which routes its outer packets", dev=event.dev)
        return (Transition(unknown(event.ns, walk.cluster, what, "lsns -t net; ip netns list-id", event.dev)),)
    wanted = event.frame.dst or _ANYONE
    entries = [] if wanted & _GROUP else entries_for(netns, event.dev, wanted)
    learned = event.carry.learned.get((event.ns, event.dev, 0, wanted))
    if learned is not None and not any((held.row.state or "") == "permanent" for held in entries):
        found = RemoteFound(wanted, Ip(int(learned)), learned=True)
        return (_to(walk, event, settings, under, _Place(Ip(int(learned))), found, ()),)
    entries = entries or entries_for(netns, event.dev, _ANYONE)
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
                    event.ns,
                    walk.cluster,
                    tr("where {wanted} is", wanted=mac_text(wanted)),
                    f"bridge fdb show dev {quote(event.dev)}",
                    event.dev,
                )
            ),
        )
    asked = event.frame.content
    if isinstance(asked, NeighbourRequest) and not netns.seen(Neighbour, family_of(asked.target), dev=event.dev):
        missing, look = tr("the neighbours of {dev}", dev=event.dev), f"ip neigh show dev {quote(event.dev)}"
        return (Transition(unknown(event.ns, walk.cluster, missing, look, event.dev)),)
    target = asked.target if isinstance(asked, NeighbourRequest) else None
    cause = Stopped(NoForwardingEntry(event.dev, wanted, target, settings.row.vni), event.ns, (settings,))
    end = Outcome(
        Verdict.DROPPED,
        tr("no forwarding entry for {wanted}", wanted=mac_text(wanted)),
        event.ns,
        event.dev,
        cause=cause,
        aside=bool(wanted & _GROUP),
    )
    return (Transition(end),)


def _unshown(dev: str) -> Entry[Vxlan]:
    """Return the settings of a device of which no output shows them."""
    return Entry(Vxlan(dev), TABLE_OF[Vxlan], UNSHOWN)


def entries_for(netns: Namespace, dev: str, mac: Mac) -> list[Entry[FdbEntry]]:
    """Return the entries of a VXLAN device that place a MAC at a node."""
    return [held for held in netns.fdb(mac) if held.row.dev == dev and (held.row.dst is not None or held.row.nhid is not None)]


def _copies(
    walk: Walk, event: Transmit, settings: Entry[Vxlan], under: int, entries: list[Entry[FdbEntry]], wanted: Mac
) -> tuple[Transition, ...]:
    transitions = []
    for held in entries:
        if held.row.dst is None:
            what = tr("the nodes of nexthop group {nhid}", nhid=held.row.nhid)
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
    """Return the end of a frame for a device that was captured, and that is not where an entry says, or None if it may be.

    Who has the address of the entry was not captured; it is not the node whose VXLAN device has the MAC.
    """
    remote = entry.row.dst
    if remote is None or mac & _GROUP or not entry.row.mac or walk.cluster.owners(remote):
        return None
    home = home_of(walk.cluster, settings.row, mac, remote)
    if home is None:
        return None
    fact = RemoteStray(event.dev, mac, remote, home.end, home.address)
    cause = Stopped(fact, event.ns, (entry, home.device), likely=True)
    return Outcome(
        Verdict.DROPPED,
        tr("{remote} is not where {mac} is", remote=ip_text(remote), mac=mac_text(mac)),
        event.ns,
        event.dev,
        cause=cause,
    )


class Home(NamedTuple):
    """Where the MAC of a tunnel's end really is.

    Attributes:
        device: settings of the VXLAN device with the MAC.
        end: that device.
        address: its address on the underlay.
    """

    device: Entry[Vxlan]
    end: DevicePlace
    address: Ip


def home_of(cluster: Cluster, settings: Vxlan, mac: Mac, remote: Ip) -> Home | None:
    """Return the captured VXLAN device of the same network that has a MAC and is not where an entry says, or None."""
    for end in cluster.stations(mac):
        far = cluster.netns(end.ns).vxlans.get(end.link.row.name)
        if far is not None and far.row.vni == settings.vni and far.row.local not in {None, remote}:
            return Home(far, DevicePlace(end.ns, end.link.row.name), far.row.local or remote)
    return None


class _Place(NamedTuple):
    """Where a frame is sent to (struct vxlan_rdst).

    Attributes:
        remote: address of the node.
        vni: network identifier, or None for the device's own.
        port: UDP port, or None for the device's own.
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
        return Transition(
            Outcome(Verdict.DROPPED, tr("{dev} has no destination for it", dev=event.dev), event.ns, event.dev, aside=True)
        )
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
    circular = into_itself(walk, event, under, outer, oif)
    if circular is not None:
        return Transition(circular, (step,))
    shown = port if vni is not None else None
    wrap = Step(event.ns, event.dev, Encapsulated("vxlan", outer.src, remote, shown, outer.key), outer, (settings,))
    return Transition(
        Send(under, outer, event.carry, oif), (step, wrap), gaps=agreed(walk, event.ns, event.dev) if vni is None else ()
    )


def agreed(walk: Walk, ns: int, dev: str) -> tuple[Gap, ...]:
    """Return what is left open where no output shows the network of a device: it may be another one than its peers'."""
    command = f"ip -d link show {quote(dev)}"
    return (gap_of(ns, walk.cluster, tr("whether VNI and UDP port of {dev} are those of its peers", dev=dev), command),)


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
    cause = Stopped(RemoteIsSelf(outer.dst, outer.key), event.ns, step.rows)
    return Transition(Outcome(Verdict.DROPPED, "", event.ns, event.dev, cause=cause), (step,))


def received(walk: Walk, ns: int, dev: str, outer: Packet, carry: Carry) -> tuple[Entry[Vxlan], Frame, Carry] | Outcome:
    """Return what a VXLAN device does with a frame that came for its VNI (vxlan_rcv, vxlan_set_mac, vxlan_snoop)."""
    netns = walk.cluster.netns(ns)
    settings, frame = netns.vxlans.get(dev) or _unshown(dev), outer.payload
    assert isinstance(frame, Frame)  # noqa: S101 - VXLAN carries frames
    link = netns.links[dev]
    if frame.src is not None and frame.src == link.row.mac:
        return Outcome(Verdict.DROPPED, tr("the frame comes from the MAC of {dev} itself", dev=dev), ns, dev, aside=True)
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
            fact = RemoteContradicted(dev, frame.src, fixed.row.dst or Ip(0), outer.src)
            return Outcome(Verdict.DROPPED, "", ns, dev, cause=Stopped(fact, ns, (fixed,)))
        carry = replace(carry, learned={**carry.learned, (ns, dev, 0, frame.src): str(int(outer.src))})
    return settings, frame, carry


DEVICE: Final = Device(("vxlan",), _transmit)
