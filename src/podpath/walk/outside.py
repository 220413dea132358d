"""A sender that nobody captured, somewhere beyond a node's uplink: its packet is followed from there on."""

from podpath.state.address import Ip, family_of, ip_text, unseen_mac
from podpath.walk.cluster import Port
from podpath.walk.devices.underlay import is_outside
from podpath.walk.endpoints import EndpointError
from podpath.walk.events import Carry, Receive, Walk
from podpath.walk.packet import Frame, Packet
from podpath.walk.routing.rules import Flow


def arrival(walk: Walk, name: str, packet: Packet) -> Receive:
    """Return how a packet of a host that was not captured arrives.

    Args:
        walk: the walk.
        name: the sender, as a person calls it.
        packet: the packet; its source is the sender's address.

    Raises:
        EndpointError: its destination is not an address that a node has on a network beyond it, or the sender is elsewhere.
    """
    uplinks = [port for ns, dev in walk.cluster.owners(packet.dst) for port in _uplinks(walk, ns, dev)]
    if not uplinks:
        begins = f"a trace from there begins at a node's uplink, and {ip_text(packet.dst)} is on none"
        raise EndpointError(f"{name} is in no captured namespace: {begins}")
    here = next((port for port in uplinks if _is_beyond(walk, port, packet.src)), None)
    if here is None:
        node = walk.cluster.netns(uplinks[0].ns).node
        raise EndpointError(f"{name} is in no captured namespace, and by its routes {node} has it on the inside: capture it, too")
    frame = Frame(unseen_mac(name), here.link.row.mac, packet)
    return Receive(here.ns, here.link.row.name, frame, Carry())


def remark(walk: Walk, name: str, packet: Packet) -> str:
    """Return what is assumed of such a sender, in words."""
    event = arrival(walk, name, packet)
    return f"{name} was not captured: it is assumed that its packet arrives by {event.dev} of {walk.cluster.netns(event.ns).node}"


def _uplinks(walk: Walk, ns: int, dev: str) -> list[Port]:
    """Return the devices by which a packet for an address of a node comes in from outside: its own, or a port of its bridge."""
    netns = walk.cluster.netns(ns)
    held = netns.links.get(dev)
    if netns.label or held is None:
        return []
    return [port for port in (Port(ns, held), *(Port(ns, port) for port in netns.ports.get(dev, ()))) if is_outside(walk, port)]


def _is_beyond(walk: Walk, port: Port, source: Ip) -> bool:
    """Say whether the answer would leave by the uplink, or by the bridge that it is a port of, or nowhere at all."""
    way = walk.cluster.routing(port.ns, family_of(source)).lookup(Flow(dst=source))
    return not way.hops or any(hop.dev in {port.link.row.name, port.link.row.master} for hop in way.hops)
