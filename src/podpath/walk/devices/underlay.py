"""The network between nodes, of which no kernel in the snapshot knows: hardware, a hypervisor, a cable to an unseen namespace.

What evidence there is: the addresses and MACs of the other nodes. A frame reaches the device with its MAC on the same
segment; a packet for a node in another network is carried by gateways that were not captured.
"""

from collections.abc import Iterable
from dataclasses import replace
from shlex import quote
from typing import Final

from podpath.language import tr
from podpath.state.address import Ip, Mac, family_of, ip_text, is_unseen, mac_text
from podpath.state.failures.segment import CableTooSmall, DevicePlace, OwnerElsewhere, StationUnknown
from podpath.state.link import Link
from podpath.state.step import UnderlayCrossed
from podpath.state.trace import Verdict
from podpath.walk.cluster import NoPort, Port
from podpath.walk.devices import macvlan
from podpath.walk.devices.interface import Device
from podpath.walk.devices.segment import contains, gate_of, nets_of, share_a_net
from podpath.walk.events import Outcome, Receive, Step, Stopped, Transition, Transmit, Walk, unknown, unknown_port
from podpath.walk.namespace import UNSHOWN, Entry
from podpath.walk.packet import Frame, NeighbourRequest, Packet
from podpath.wiring.places import run_in

_GROUP: Final = 1 << 40
_VLAN_ROOM: Final = 4
_MOST_ASKED: Final = 64
"""Maximum number of nodes of a segment that are checked for proxy ARP."""


def _transmit(walk: Walk, event: Transmit, link: Entry[Link]) -> tuple[Transition, ...]:
    command = run_in(walk.cluster.netns(event.ns).label, f"ip -d link show {quote(event.dev)}")
    return cross(walk, event, link, NoPort(tr("{dev} leads out of the node", dev=event.dev), command, outside=True))


def cross(walk: Walk, event: Transmit, link: Entry[Link], why: NoPort) -> tuple[Transition, ...]:
    """Return where a frame arrives that leaves its node through a device whose other end was not captured."""
    content = event.frame.content
    if isinstance(content, NeighbourRequest):
        return _ask(walk, event, link, content, why)
    if event.frame.dst is not None and event.frame.dst & _GROUP:
        return (
            Transition(
                unknown_port(
                    event.ns,
                    walk.cluster,
                    why._replace(reason=tr("which host gets a multicast frame on the segment of {dev}", dev=event.dev)),
                    event.dev,
                )
            ),
        )
    stations = walk.cluster.stations(event.frame.dst or Mac(0))
    near = _near(walk, event, stations)
    if near:
        return _arrivals(walk, event, near)
    isolated = (macvlan.apart(walk, Port(event.ns, link), end) for end in stations)
    cause = next((found for found in isolated if found is not None), None)
    if cause is not None:
        return (Transition(Outcome(Verdict.DROPPED, "", event.ns, event.dev, cause=cause)),)
    return _no_station(walk, event, link, content)


def _near(walk: Walk, event: Transmit, ends: Iterable[Port]) -> list[Port]:
    """Return the devices by which some are reached from where a frame leaves its node, as far as they share its segment."""
    gates = [gate.port for end in ends if (gate := gate_of(walk, end)) is not None and gate.port.ns != event.ns]
    found = {(port.ns, port.link.row.name): port for port in gates}
    return [port for port in found.values() if share_a_net(walk, event.ns, event.dev, port, event.frame.vlan)]


def _arrivals(walk: Walk, event: Transmit, ends: list[Port]) -> tuple[Transition, ...]:
    transitions = []
    for end in ends:
        facts = UnderlayCrossed(end.link.row.name, walk.cluster.netns(end.ns).node)
        step = Step(event.ns, event.dev, facts, rows=(end.link,))
        to = _refused(walk, event, end) or Receive(end.ns, end.link.row.name, _bare(event.frame), event.carry.fresh())
        transitions.append(Transition(to, (step,), copy=len(ends) > 1))
    return tuple(transitions)


def too_long(event: Transmit, far: Port) -> Outcome | None:
    """Return the end of a frame that the receiving veth does not take: 4 bytes more are let pass (is_skb_forwardable)."""
    packet, row = event.frame.content, far.link.row
    if row.mtu is None or not isinstance(packet, Packet) or packet.length <= row.mtu + _VLAN_ROOM:
        return None
    cause = Stopped(CableTooSmall(row.name, row.mtu, packet.length), far.ns, (far.link,))
    return Outcome(Verdict.DROPPED, "", far.ns, row.name, cause=cause)


def _refused(walk: Walk, event: Transmit, far: Port) -> Outcome | None:
    """Return the end of a frame that is longer than the MTU of who receives it: a card may take it nevertheless."""
    end = too_long(event, far)
    if end is None or far.link.row.kind == "veth":
        return end
    row, packet = far.link.row, event.frame.content
    name, length = row.name, packet.length if isinstance(packet, Packet) else 0
    what = tr(
        "whether {name} takes frames that are longer than its MTU: {name} accepts {mtu} bytes (its MTU), but gets {length}",
        name=name,
        mtu=row.mtu,
        length=length,
    )
    return unknown(far.ns, walk.cluster, what, f"ip -s -s link show dev {quote(name)}", name)


def _bare(frame: Frame) -> Frame:
    packet = frame.content
    return replace(frame, content=replace(packet, mark=0)) if isinstance(packet, Packet) and packet.mark else frame


def _ask(walk: Walk, event: Transmit, link: Entry[Link], asked: NeighbourRequest, why: NoPort) -> tuple[Transition, ...]:
    if asked.answer:
        gates = (gate_of(walk, end) for end in walk.cluster.stations(event.frame.dst or Mac(0)))
        to = [gate.port for gate in gates if gate is not None and gate.port.ns != event.ns]
        return (
            _arrivals(walk, event, to)
            if to
            else (Transition(_outsider(walk, event, (tr("the host that has {target}", target=ip_text(asked.target))))),)
        )
    held = _holders(walk, asked.target)
    found = _near(walk, event, held)
    if found:
        return tuple(transition._replace(copy=True) for transition in _arrivals(walk, event, found))
    del link, why
    if any((gate := gate_of(walk, end)) is not None and gate.is_at(event.ns, event.dev) for end in held):
        said = tr("the host that has {target} is on the device through which the request leaves", target=ip_text(asked.target))
        return (Transition(Outcome(Verdict.DROPPED, said, event.ns, event.dev, aside=True)),)
    elsewhere = [end for end in held if end.ns != event.ns]
    if elsewhere:
        return _asked(walk, event, asked, elsewhere[0])
    return (Transition(_outsider(walk, event, ip_text(asked.target))),)


def _holders(walk: Walk, address: Ip) -> list[Port]:
    found = ((ns, walk.cluster.netns(ns).links.get(dev)) for ns, dev in walk.cluster.owners(address))
    return [Port(ns, held) for ns, held in found if held is not None]


def _asked(walk: Walk, event: Transmit, asked: NeighbourRequest, owner: Port) -> tuple[Transition, ...]:
    """Return the receivers of a request for an address whose owner is known but not on this segment: some may be proxies."""
    if not any(held.row.kind and held.rowid != UNSHOWN for held in walk.cluster.netns(event.ns).links.values()):
        # No output shows what kind of device it is: it may be a tunnel.
        return (Transition(_outsider(walk, event, ip_text(asked.target))),)
    fact = OwnerElsewhere(asked.target, event.dev, DevicePlace(owner.ns, owner.link.row.name))
    cause = Stopped(fact, event.ns, (owner.link,), likely=True)
    nobody = Outcome(Verdict.DROPPED, tr("no captured node on the segment has it"), event.ns, event.dev, cause=cause, aside=True)
    nets = [net for net in nets_of(walk, event.ns, event.dev, event.frame.vlan) if net.family == family_of(asked.target)]
    held = walk.cluster.within(nets, _MOST_ASKED + 1)
    if len(held) > _MOST_ASKED:
        return (Transition(_outsider(walk, event, ip_text(asked.target))),)
    heard = _arrivals(walk, event, _near(walk, event, held))
    return (
        (*(transition._replace(copy=True) for transition in heard), Transition(nobody, copy=True))
        if heard
        else (Transition(nobody),)
    )


def _outsider(walk: Walk, event: Transmit, who: str) -> Outcome:
    return unknown(
        event.ns,
        walk.cluster,
        tr("which host answers for {who} on the segment of {dev}: no captured node does", who=who, dev=event.dev),
        f"podpath collect (on the node that has {who}); ip neigh show dev {quote(event.dev)}",
        event.dev,
    )


def leaves(walk: Walk, packet: Packet) -> bool:
    """Say whether a packet is for a host that was not captured; what a tunnel wraps is for whoever unwraps it."""
    return packet.payload is None and not walk.cluster.owners(packet.dst)


def _no_station(walk: Walk, event: Transmit, link: Entry[Link], packet: Packet) -> tuple[Transition, ...]:
    """Return what happens to a frame whose MAC no captured node has on this segment."""
    outer = [
        (end, gate)
        for end in _holders(walk, packet.dst)
        if end.ns != event.ns and (gate := gate_of(walk, end)) is not None and gate.port.ns != event.ns
    ]
    mac = f"MAC {mac_text(event.frame.dst)}" if event.frame.dst is not None else tr("no MAC")
    near = [end for end, gate in outer if share_a_net(walk, event.ns, event.dev, gate.port, event.frame.vlan)]
    if near and is_unseen(near[0].link.row.mac):  # no output shows its MAC: that of the neighbour's entry may be it
        gate = next(gate for end, gate in outer if end == near[0])
        meant = replace(event, frame=replace(event.frame, dst=near[0].link.row.mac))
        return _arrivals(walk, meant, [gate.port])
    if near:
        owner = near[0]
        end = DevicePlace(owner.ns, owner.link.row.name)
        fact = StationUnknown(packet.dst, event.frame.dst, event.dev, end, owner.link.row.mac or Mac(0))
        cause = Stopped(fact, event.ns, (link, owner.link), likely=True)
        return (
            Transition(
                Outcome(
                    Verdict.DROPPED, tr("no captured node on the segment has {mac}", mac=mac), event.ns, event.dev, cause=cause
                )
            ),
        )
    routed = not any(contains(net, packet.dst) for net in nets_of(walk, event.ns, event.dev, event.frame.vlan))
    if outer and routed:
        owner, gate = outer[0]
        there = walk.cluster.netns(owner.ns)
        step = Step(event.ns, event.dev, UnderlayCrossed(owner.link.row.name, there.node, gateways=True), rows=(owner.link,))
        frame = replace(event.frame, dst=owner.link.row.mac, vlan=gate.tags, content=replace(packet, ttl=packet.ttl - 1))
        port = gate.port
        to = _refused(walk, event, port) or Receive(port.ns, port.link.row.name, _bare(frame), event.carry.fresh())
        return (Transition(to, (step,)),)
    what = tr(
        "where the host with {mac}, which is not in the snapshot, sends packets for {dst}", mac=mac, dst=ip_text(packet.dst)
    )
    open_ = unknown(event.ns, walk.cluster, what, "podpath collect (on that host: capture this node)", event.dev)
    return (Transition(replace(open_, left=leaves(walk, packet), packet=packet)),)


DEVICE: Final = Device((None,), _transmit)
