"""A node that got what is another's: the route that led there, not the rule that then stopped the packet."""

from shlex import quote
from typing import Final

from podpath.state.address import ip_text, prefix_text
from podpath.state.route import Route
from podpath.walk.events import Cause, Path, Walk
from podpath.walk.namespace import Entry
from podpath.walk.packet import Frame, Packet
from podpath.walk.routing.rules import Flow

_STOPPED: Final = frozenset(
    ("netfilter-drop", "host-firewall-rejects-pods", "forward-policy-drop", "ip-forward-off", "routing-loop")
)


def detour(walk: Walk, path: Path, cause: Cause) -> Cause | None:
    """Return the route into an overlay whose next hop is another node than the one that has the address."""
    packet = path.end.packet
    if cause.check not in _STOPPED or packet is None or packet.payload is not None:
        return None
    homes = {walk.cluster.node_of(ns): ns for ns, _ in walk.cluster.owners(packet.dst)}
    node = walk.cluster.node_of(cause.ns)
    if len(homes) != 1 or node in homes:
        return None
    home = walk.cluster.host_of(next(iter(homes.values())))
    for step in path.steps:
        netns = walk.cluster.netns(step.ns)
        device = netns.vxlans.get(step.dev)
        row = next((held for held in step.rows if isinstance(held, Entry) and isinstance(held.row, Route)), None)
        if device is None or row is None or row.row.via is None or home is None:
            continue
        if not any(walk.cluster.node_of(ns) == node for ns, _ in walk.cluster.owners(row.row.via)):
            continue
        for end in walk.cluster.tunnels_under(home, "vxlan"):
            far = walk.cluster.netns(end.ns).vxlans.get(end.link.row.name)
            near = [held.row.address for held in walk.cluster.netns(end.ns).addresses.get(end.link.row.name, ())
                    if held.row.family == packet.family]  # fmt: skip
            if far is None or far.row.vni != device.row.vni or not near:
                continue
            there, right = walk.cluster.netns(cause.ns).node, ip_text(near[0])
            net = prefix_text(packet.family, row.row.dst, row.row.dst_len)
            owner = f"{ip_text(packet.dst)} is on {walk.cluster.netns(home).node}"
            said = f"{netns.node} sends {net} to {ip_text(row.row.via)}, which is {there}'s; {owner}"
            why = f"{there} does not send it on: {cause.summary}."
            fix = (f"ip route replace {net} via {right} dev {quote(step.dev)} onlink",)
            return Cause("route-wrong-next-hop", step.ns, said, why, (row,), fix)
    return None


def mixed(walk: Walk, path: Path, cause: Cause) -> Cause | None:
    """Return that a node without the overlay's device reaches its peer past the overlay: it runs another backend."""
    outer = path.end.packet
    if cause.check != "overlay-device-missing" or outer is None or not isinstance(outer.payload, Frame):
        return None
    inner = outer.payload.content
    netns = walk.cluster.netns(cause.ns)
    if not isinstance(inner, Packet) or any(held.row.kind == "vxlan" for held in netns.links.values()):
        return None
    way = walk.cluster.routing(cause.ns, inner.family).lookup(Flow(dst=inner.src))
    entry = way.entry
    if entry is None or not entry.row.dst_len or entry.row.via != outer.src:
        return None
    net = prefix_text(inner.family, entry.row.dst, entry.row.dst_len)
    peer = walk.cluster.netns(path.steps[0].ns).node
    said = f"{netns.node} has no VXLAN device and reaches {net} by {ip_text(outer.src)}, while {peer} reaches it through a tunnel"
    fix = ("give every node the same backend (flannel: net-conf.json; Calico: the pool's encapsulation), then restart its agent",)
    return Cause("backend-mix", cause.ns, said, f"{cause.summary[:1].upper()}{cause.summary[1:]}.", (entry.held,), fix)
