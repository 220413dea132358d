"""A sender that was not captured, somewhere beyond a node's uplink: its packet is followed from there on."""

from shlex import quote
from typing import NamedTuple

from podpath.language import tr
from podpath.state.address import Ip, family_of, ip_text, unseen_mac
from podpath.walk.cluster import Port
from podpath.walk.devices.segment import Gate, gate_of
from podpath.walk.endpoints import EndpointError
from podpath.walk.events import Carry, Receive, Walk
from podpath.walk.packet import Frame, Packet
from podpath.walk.routing.rules import FlowKey
from podpath.wiring.hosted import BRIDGE


def arrival(walk: Walk, name: str, packet: Packet) -> Receive:
    """Return how a packet of a host that was not captured arrives.

    Args:
        walk: the walk.
        name: the sender, as a person calls it.
        packet: the packet; its source is the sender's address.

    Raises:
        EndpointError: its destination is not an address that a node has on a network beyond it, or the sender is elsewhere.
    """
    uplinks = [uplink for ns, dev in walk.cluster.owners(packet.dst) if (uplink := _uplink(walk, ns, dev)) is not None]
    if not uplinks and (home := _bridge_of(walk, packet.src)) is not None:
        node, dev = walk.cluster.netns(home.ns).node, home.dev
        look = f"ip neigh show dev {quote(dev)}; bridge fdb show br {quote(dev)}"
        raise EndpointError(
            tr(
                "no captured namespace has {name}: it is in the network of {dev} on {node}, but no output shows who "
                "has it there. On {node}, run this and paste it, too: {look}",
                name=name,
                dev=dev,
                node=node,
                look=look,
            )
        )
    if not uplinks:
        begins = tr("a trace from there begins at a node's uplink, and {dst} is not on one", dst=ip_text(packet.dst))
        raise EndpointError(tr("no captured namespace has {name}: {begins}", name=name, begins=begins))
    here = next((uplink for uplink in uplinks if _is_beyond(walk, uplink.to, packet.src)), None)
    if here is None:
        node = walk.cluster.netns(uplinks[0].to.ns).node
        raise EndpointError(
            tr(
                "no captured namespace has {name}, and the routes of {node} lead to it inside the cluster: capture it, too",
                name=name,
                node=node,
            )
        )
    mac = unseen_mac(name)
    frame = Frame(mac, here.to.link.row.mac, packet, vlan=here.gate.tags)
    # The sender has asked for the node's address before, and the node learns its address (arp_process, ndisc_recv_ns).
    asker = {(here.to.ns, here.to.link.row.name, hop): mac for hop in _next_hops(walk, here.to, packet.src)}
    return Receive(here.gate.port.ns, here.gate.port.link.row.name, frame, Carry(neighbours=asker))


def remark(walk: Walk, name: str, packet: Packet) -> str:
    """Return what is assumed of such a sender, in words."""
    event = arrival(walk, name, packet)
    return tr(
        "{name} was not captured: it is assumed that its packet arrives on {dev} of {node}",
        name=name,
        dev=event.dev,
        node=walk.cluster.netns(event.ns).node,
    )


class _Home(NamedTuple):
    """A bridge of containers whose network an address is in."""

    ns: int
    dev: str


def _bridge_of(walk: Walk, address: Ip) -> _Home | None:
    """Return the bridge of containers in whose network an address is, or None if no host has one, or several have."""
    found = [
        _Home(ns, hop.dev)
        for ns in walk.cluster.hosts()
        for hop in walk.cluster.routing(ns, family_of(address)).lookup(FlowKey(dst=address)).hops
        if hop.via is None and hop.dev is not None and BRIDGE.match(hop.dev)
    ]
    return found[0] if len(found) == 1 else None


class _Uplink(NamedTuple):
    """An address of a node on a network beyond it.

    Attributes:
        to: the device that has the address.
        gate: how that is reached from outside.
    """

    to: Port
    gate: Gate


def _uplink(walk: Walk, ns: int, dev: str) -> _Uplink | None:
    """Return by which device a packet for an address of a node comes in from outside."""
    netns = walk.cluster.netns(ns)
    held = netns.links.get(dev)
    gate = gate_of(walk, Port(ns, held)) if held is not None and not netns.label else None
    return _Uplink(Port(ns, held), gate) if held is not None and gate is not None else None


def _is_beyond(walk: Walk, to: Port, source: Ip) -> bool:
    """Say whether the answer would leave by the device that has the address, or nowhere at all."""
    way = walk.cluster.routing(to.ns, family_of(source)).lookup(FlowKey(dst=source))
    return not way.hops or any(hop.dev == to.link.row.name for hop in way.hops)


def _next_hops(walk: Walk, to: Port, source: Ip) -> list[Ip]:
    """Return who the answer goes to on the network of the device: the sender, or the gateway before it."""
    way = walk.cluster.routing(to.ns, family_of(source)).lookup(FlowKey(dst=source))
    return [hop.via if hop.via is not None else source for hop in way.hops if hop.dev == to.link.row.name]
