"""From where a packet was lost to what is wrong: a route that is missing shows where the packet then goes."""

from shlex import quote

from podpath.state.address import BITS, Ip, family_of, ip_text
from podpath.state.route import Route
from podpath.state.step import RouteTaken
from podpath.walk.cluster import NoPort, Port
from podpath.walk.diagnosis.own_network import address_gone, route_gone
from podpath.walk.events import Cause, Path, Walk
from podpath.walk.host.links import dead
from podpath.walk.namespace import LOOPBACK, UNSHOWN, Entry

_SYMPTOMS = frozenset(("ip-forward-off", "per-interface-forwarding-off", "route-missing", "route-refuses", "routing-loop"))
_ROUTELESS = frozenset(("route-missing", "route-refuses"))


def rooted(walk: Walk, path: Path, cause: Cause) -> Cause:
    """Return what is wrong where a path ended: the cause of its end, or what has led it there."""
    packet = path.end.packet
    if packet is None or cause.check not in _SYMPTOMS:
        return cause
    near = _cable_to(walk, cause.ns, packet.dst)
    if near is not None and cause.check in _ROUTELESS:
        return _pod_route(walk, cause, near, packet.dst)
    if cause.check == "route-missing" and (found := _own(walk, cause.ns, packet.dst)) is not None:
        return found
    return _detour(walk, path, cause, packet.dst) or cause


def _own(walk: Walk, ns: int, address: Ip) -> Cause | None:
    """Return why a host does not know the way to an address of its own containers' network."""
    found = _down(walk, ns, address) or route_gone(walk, ns, address)
    for owner, _ in walk.cluster.owners(address) if found is None else ():
        if walk.cluster.netns(owner).label and walk.cluster.node_of(owner) == walk.cluster.node_of(ns):
            found = found or address_gone(walk, owner, on=ns)
    return found


def _down(walk: Walk, ns: int, address: Ip) -> Cause | None:
    """Return that a device is down whose own network an address is in: its route went with it (fib_sync_down_dev)."""
    netns = walk.cluster.netns(ns)
    for held in (one for own in netns.addresses.values() for one in own):
        row, link = held.row, netns.links.get(held.row.dev)
        bits = BITS[row.family] - row.length
        same = family_of(address) == row.family and bits and address >> bits == row.address >> bits
        if same and link is not None and link.row.up is False:
            return dead(walk, ns, link)
    return None


def _cable_to(walk: Walk, ns: int, address: Ip) -> Port | None:
    """Return this namespace's end of the cable to the one that has an address; none where there is no such cable."""
    for owner, dev in walk.cluster.owners(address):
        link = walk.cluster.netns(owner).links.get(dev)
        if owner == ns or link is None or link.row.kind != "veth":
            continue
        other = walk.cluster.other_end(owner, link)
        if isinstance(other, NoPort) or other.ns != ns or other.link.row.master is not None:
            continue
        # With an address of its own the device has a network, and needs no route for each that is on it.
        held = walk.cluster.netns(ns).addresses.get(other.link.row.name, ())
        if not any(one.row.family == family_of(address) and one.row.scope != "link" for one in held):
            return other
    return None


def _pod_route(walk: Walk, cause: Cause, near: Port, address: Ip) -> Cause:
    """Return why a namespace at the end of a cable has no route: the cable is down, or the route was never made, or was lost."""
    broken = dead(walk, near.ns, near.link)
    if broken is not None:
        return broken
    row, netns = near.link.row, walk.cluster.netns(near.ns)
    said = f"{netns.node} has no route to {ip_text(address)} by {row.name}, which leads to it"
    why = cause.summary[:1].upper() + cause.summary[1:] + "."
    fix = (f"ip route add {ip_text(address)} dev {quote(row.name)} scope link",)
    return Cause("calico-pod32-route-missing", near.ns, said, why, (near.link, *cause.rows), fix)


def _detour(walk: Walk, path: Path, cause: Cause, address: Ip) -> Cause | None:
    """Return the cause where a node sent a packet away by its default route, though the address is another captured node's."""
    homes = {walk.cluster.node_of(ns) for ns, dev in walk.cluster.owners(address) if dev != LOOPBACK}
    if not homes or walk.cluster.node_of(cause.ns) in homes:
        return None
    for step in reversed(path.steps):
        rows = [held for held in step.rows if isinstance(held, Entry) and isinstance(held.row, Route)]
        default = next((held for held in rows if held.row.dst_len == 0), None)
        netns = walk.cluster.netns(step.ns)
        if (
            not isinstance(step.facts, RouteTaken)
            or default is None
            or default.rowid == UNSHOWN
            or netns.label
            or step.ns == cause.ns
        ):
            continue
        near = _cable_to(walk, step.ns, address)
        if near is not None:
            return _pod_route(walk, cause, near, address)
        own = _own(walk, step.ns, address)
        if own is not None:
            return own
        ns, dev = walk.cluster.owners(address)[0]
        home = walk.cluster.netns(ns)
        place = f"{dev} in {home.label.replace(':', ' ', 1)} on {home.node}" if home.label else f"{dev} on {home.node}"
        there = walk.cluster.netns(cause.ns).node
        said = f"{netns.node} has no route to {ip_text(address)}, which is {place}: its default route sends it to {there}"
        why = f"There it is lost: {cause.summary}."
        return Cause("peer-route-missing", step.ns, said, why, (default, *cause.rows))
    return None
