"""A node that received packets for another one: the cause is the route to it, not the rule that then dropped them."""

from podpath.causes.overlay import backend_mix
from podpath.causes.routing import route_wrong_next_hop
from podpath.causes.services import answer_from_stranger
from podpath.language import tr
from podpath.state.address import BITS, Ip, family_of, ip_text, prefix_text
from podpath.state.route import Route
from podpath.state.step import AddressTranslated, RouteTaken
from podpath.walk.events import Diagnosis, Path, Walk
from podpath.walk.namespace import LOOPBACK, Entry
from podpath.walk.packet import Frame, Packet
from podpath.walk.routing.rules import FlowKey


def detour(walk: Walk, path: Path, cause: Diagnosis) -> Diagnosis | None:
    """Return the route into an overlay whose next hop is another node than the one that has the address."""
    packet = path.end.packet
    if cause.name not in route_wrong_next_hop.CAUSE.leads_to or packet is None or packet.payload is not None:
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
        if isinstance(step.facts, RouteTaken) and step.facts.destination != packet.dst:
            continue  # it was for another address then
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
            owner = tr("{dst} is on {node}", dst=ip_text(packet.dst), node=walk.cluster.netns(home).node)
            words = route_wrong_next_hop.another_node(
                netns.node, net, ip_text(row.row.via), there, owner, cause.summary, right, step.dev, onlink=True
            )
            return Diagnosis(words, step.ns, (row,))
    return None


def sideways(walk: Walk, path: Path, cause: Diagnosis) -> Diagnosis | None:
    """Return the route over the nodes' own network that leads to a host which knows nothing of the address.

    The node that has the address is on the same network as that host, so that a route straight to it does.
    """
    packet, walked, third = path.end.packet, walk.cluster, walk.cluster.node_of(cause.ns)
    if cause.name not in route_wrong_next_hop.CAUSE.leads_to or packet is None or packet.payload is not None:
        return None
    homes = {walked.node_of(ns): ns for ns, _ in walked.owners(packet.dst)}
    home = walked.host_of(next(iter(homes.values()))) if len(homes) == 1 and third not in homes else None
    known = walked.routing(cause.ns, packet.family).lookup(FlowKey(dst=packet.dst)).entry
    if home is None or (known is not None and known.row.dst_len):
        return None
    for step in path.steps:
        facts = step.facts
        row = next((held for held in step.rows if isinstance(held, Entry) and isinstance(held.row, Route)), None)
        if not isinstance(facts, RouteTaken) or facts.via is None or facts.destination != packet.dst or row is None:
            continue
        led = any(walked.node_of(ns) == third for ns, _ in walked.owners(facts.via)) and step.ns != cause.ns
        if not led or not row.row.dst_len or walked.netns(step.ns).label:
            continue
        beside = _beside(walk, home, facts.via)
        straight = (beside, step.dev) if beside is not None else _straight(walk, home, step.ns, packet.family)
        if straight is None:
            continue
        net, node = prefix_text(row.row.family, row.row.dst, row.row.dst_len), walked.netns(step.ns).node
        owner = tr("{dst} is on {node}", dst=ip_text(packet.dst), node=walked.netns(home).node)
        words = route_wrong_next_hop.another_node(
            node,
            net,
            ip_text(facts.via),
            walked.netns(cause.ns).node,
            owner,
            cause.summary,
            ip_text(straight[0]),
            straight[1],
            onlink=False,
        )
        return Diagnosis(words, step.ns, (row, *cause.rows))
    return None


def hidden(walk: Walk, path: Path, cause: Diagnosis) -> Diagnosis | None:
    """Return the route that led a packet by a third node, which masquerades it: its receiver does not know whose it is."""
    packet = path.end.packet
    if cause.name != answer_from_stranger.CAUSE.name or packet is None:
        return None
    masked = next((s for s in reversed(path.steps) if isinstance(s.facts, AddressTranslated) and s.facts.end == "source"), None)
    if masked is None:
        return None
    walked, third = walk.cluster, walk.cluster.node_of(masked.ns)
    step = next((s for s in path.steps if isinstance(s.facts, RouteTaken) and s.facts.via is not None
                 and any(walked.node_of(ns) == third for ns, _ in walked.owners(s.facts.via))), None)  # fmt: skip
    if step is None or not isinstance(step.facts, RouteTaken) or step.facts.via is None:
        return None
    via = step.facts.via
    homes = [ns for ns, _ in walked.owners(step.facts.destination)]
    row = next((held for held in step.rows if isinstance(held, Entry) and isinstance(held.row, Route)), None)
    home = walked.host_of(homes[0]) if homes else None
    if row is None or home is None or len({third, walked.node_of(step.ns), walked.node_of(home)}) < 3:  # noqa: PLR2004 - three nodes
        return None
    right = _beside(walk, home, via)
    if right is None:
        return None
    net = prefix_text(row.row.family, row.row.dst, row.row.dst_len)
    node, there = walked.netns(step.ns).node, walked.netns(masked.ns).node
    owner = tr("{destination} is on {node}", destination=ip_text(step.facts.destination), node=walked.netns(home).node)
    words = route_wrong_next_hop.masqueraded(node, net, ip_text(via), there, owner, cause.summary, ip_text(right), step.dev)
    return Diagnosis(words, step.ns, (row, *masked.rows))


def _beside(walk: Walk, ns: int, via: Ip) -> Ip | None:
    """Return an address of a host on the network of another one's address, or None if it has none there."""
    for rows in walk.cluster.netns(ns).addresses.values():
        for held in rows:
            row, bits = held.row, BITS[held.row.family] - held.row.length
            if row.family == family_of(via) and bits and row.address >> bits == via >> bits:
                return row.address
    return None


def _straight(walk: Walk, home: int, ns: int, family: int) -> tuple[Ip, str] | None:
    """Return an address of a host that another one has on a network of its own, and its device there, or None."""
    for dev, rows in walk.cluster.netns(ns).addresses.items():
        for held in rows:
            if held.row.family == family and dev != LOOPBACK and (found := _beside(walk, home, held.row.address)) is not None:
                return found, dev
    return None


def mixed(walk: Walk, path: Path, cause: Diagnosis) -> Diagnosis | None:
    """Return that a node without the overlay's device reaches its peer past the overlay: it runs another backend."""
    outer = path.end.packet
    if cause.name not in backend_mix.CAUSE.leads_to or outer is None or not isinstance(outer.payload, Frame):
        return None
    inner = outer.payload.content
    netns = walk.cluster.netns(cause.ns)
    if not isinstance(inner, Packet) or any(held.row.kind == "vxlan" for held in netns.links.values()):
        return None
    way = walk.cluster.routing(cause.ns, inner.family).lookup(FlowKey(dst=inner.src))
    entry = way.entry
    if entry is None or not entry.row.dst_len or entry.row.via != outer.src:
        return None
    net = prefix_text(inner.family, entry.row.dst, entry.row.dst_len)
    peer = walk.cluster.netns(path.steps[0].ns).node
    words = backend_mix.past_overlay(netns.node, net, ip_text(outer.src), peer, cause.summary)
    return Diagnosis(words, cause.ns, (entry.held,))
