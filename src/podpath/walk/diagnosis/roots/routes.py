"""From where a packet was lost to what is wrong: a route that is missing shows where the packet then goes."""

from typing import Final

from podpath.causes.calico import calico_borrowed_ip_blackhole, calico_pod32_route_missing
from podpath.causes.overlay import vxlan_device_conflict
from podpath.causes.routing import peer_route_missing, route_missing, route_overlap_more_specific
from podpath.state.address import BITS, V6, Ip, family_of, ip_text, prefix_text
from podpath.state.fix import Fix, do
from podpath.state.link import Link
from podpath.state.route import Route
from podpath.state.step import RouteTaken
from podpath.state.tun import TUNS
from podpath.walk.cluster import NoPort, Port
from podpath.walk.diagnosis.failures import explained
from podpath.walk.diagnosis.own_network import address_gone, route_gone
from podpath.walk.diagnosis.rule_drop import net_of
from podpath.walk.events import Diagnosis, Path, Walk
from podpath.walk.host.links import dead
from podpath.walk.namespace import LOOPBACK, UNSHOWN, Entry
from podpath.walk.netfilter import Hook
from podpath.walk.routing.rules import FlowKey

_OUTWARD: Final = frozenset((None, "veth", "vlan", "bond", "macvlan", "ipvlan", *TUNS))
"""Kinds of devices that a default route may lead through."""


def rooted(walk: Walk, path: Path, cause: Diagnosis) -> Diagnosis:
    """Return what is wrong where a path ended: the cause of its end, or what has led it there."""
    packet = path.end.packet
    if packet is None or cause.name not in peer_route_missing.CAUSE.leads_to:
        return cause
    near = _cable_to(walk, cause.ns, packet.dst)
    if near is not None and cause.name in calico_pod32_route_missing.CAUSE.leads_to:
        return _pod_route(walk, cause, near, packet.dst)
    if cause.name in route_overlap_more_specific.CAUSE.leads_to and (refused := _refused(walk, cause, packet.dst)) is not None:
        return refused
    if cause.name == route_missing.CAUSE.name and (found := _own(walk, cause.ns, packet.dst)) is not None:
        return found
    return _detour(walk, path, cause, packet.dst) or cause


def _refused(walk: Walk, cause: Diagnosis, address: Ip) -> Diagnosis | None:
    """Return that a route for a part of a peer's pod network stops what a wider one would carry there."""
    netns, node = walk.cluster.netns(cause.ns), walk.cluster.node_of(cause.ns)
    route = next((held.row for held in cause.rows if isinstance(held, Entry) and isinstance(held.row, Route)), None)
    homes = {ns for ns, dev in walk.cluster.owners(address) if dev != LOOPBACK and walk.cluster.node_of(ns) != node}
    if route is None or netns.label or len({walk.cluster.node_of(ns) for ns in homes}) != 1:
        return None
    peer, narrow = walk.cluster.netns(homes.pop()).node, prefix_text(route.family, route.dst, route.dst_len)
    if route.type == "blackhole" and route.proto in calico_borrowed_ip_blackhole.BLOCK_PROTOCOLS:
        words = calico_borrowed_ip_blackhole.of_pod(ip_text(address), peer, netns.node, narrow)
        return Diagnosis(words, cause.ns, cause.rows)
    wide = max((held for held in netns.all(Route) if _is_wider(held.row, route)), key=lambda held: held.row.dst_len, default=None)
    if wide is None:
        return None
    net = prefix_text(route.family, wide.row.dst, wide.row.dst_len)
    words = route_overlap_more_specific.refusing(netns.node, peer, route.type, narrow, net, route.family, route.table)
    return Diagnosis(words, cause.ns, (*cause.rows, wide))


def _is_wider(other: Route, route: Route) -> bool:
    """Say whether a route would carry what is in another one's network; the default route would not: it leads to no pods."""
    if (other.family, other.table, other.type) != (route.family, route.table, "unicast") or not 0 < other.dst_len < route.dst_len:
        return False
    bits = BITS[route.family] - other.dst_len
    return other.dst >> bits == route.dst >> bits


def strayed(walk: Walk, path: Path, cause: Diagnosis) -> Diagnosis | None:
    """Return why a packet for a container of its own host took the default route, and met a rule there that is not for it."""
    packet, at = path.end.packet, path.end.at
    if packet is None or at is None or at.hook is not Hook.FORWARD or at.ns != cause.ns:
        return None
    taken = next((step.facts for step in reversed(path.steps) if step.ns == at.ns and isinstance(step.facts, RouteTaken)), None)
    return _own(walk, at.ns, packet.dst) if isinstance(taken, RouteTaken) and not taken.length else None


def _own(walk: Walk, ns: int, address: Ip) -> Diagnosis | None:
    """Return why a host has no route to an address of its own containers' network."""
    found = _down(walk, ns, address) or route_gone(walk, ns, address) or _uplink_down(walk, ns, family_of(address))
    for owner, dev in walk.cluster.owners(address) if found is None else ():
        if walk.cluster.netns(owner).label and walk.cluster.node_of(owner) == walk.cluster.node_of(ns):
            found = found or _bridge_down(walk, ns, owner, dev) or address_gone(walk, owner, on=ns)
    return found


def _down(walk: Walk, ns: int, address: Ip) -> Diagnosis | None:
    """Return that a device is down whose own network an address is in: its route went with it (fib_sync_down_dev)."""
    netns = walk.cluster.netns(ns)
    for held in (one for own in netns.addresses.values() for one in own):
        row, link = held.row, netns.links.get(held.row.dev)
        bits = BITS[row.family] - row.length
        same = family_of(address) == row.family and bits and address >> bits == row.address >> bits
        if same and link is not None and link.row.up is False:
            return _broken(walk, ns, link)
    return None


def _bridge_down(walk: Walk, ns: int, inside: int, dev: str) -> Diagnosis | None:
    """Return that the bridge of a container is down: IPv6 forgets its addresses then, so that none shows its network."""
    link = walk.cluster.netns(inside).links.get(dev)
    port = walk.cluster.other_end(inside, link) if link is not None and link.row.kind in {"veth", None} else None
    if not isinstance(port, Port) or port.ns != ns or port.link.row.master is None:
        return None
    bridge = walk.cluster.netns(ns).links.get(port.link.row.master)
    return _broken(walk, ns, bridge) if bridge is not None and bridge.row.up is False else None


def _uplink_down(walk: Walk, ns: int, family: int) -> Diagnosis | None:
    """Return that the one device that may have led out is down: the routes through it went with it, the default route too.

    IPv6 forgets the addresses of such a device as well (addrconf_ifdown).
    """
    netns = walk.cluster.netns(ns)
    if any(held.row.family == family and not held.row.dst_len and held.row.type == "unicast" for held in netns.all(Route)):
        return None
    outward = [
        link for name, link in netns.links.items()
        if name != LOOPBACK and link.row.kind in _OUTWARD and not link.row.master
        and (netns.label or link.row.kind != "veth" or isinstance(walk.cluster.other_end(ns, link), NoPort))
    ]  # fmt: skip
    down = [link for link in outward if link.row.up is False]
    found = _broken(walk, ns, down[0]) if len(down) == 1 else None
    return found._replace(likely=found.likely or len(outward) > 1) if found is not None else None


def _broken(walk: Walk, ns: int, link: Entry[Link]) -> Diagnosis | None:
    failed = dead(walk, ns, link)
    return explained(walk, failed) if failed is not None else None


def _cable_to(walk: Walk, ns: int, address: Ip) -> Port | None:
    """Return this namespace's end of the cable to the one that has an address, or None if there is no such cable."""
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


def _pod_route(walk: Walk, cause: Diagnosis, near: Port, address: Ip) -> Diagnosis:
    """Return why a namespace at the end of a cable has no route: the cable is down, or the route was never made, or was lost."""
    broken = _broken(walk, near.ns, near.link)
    if broken is not None:
        return broken
    row, netns = near.link.row, walk.cluster.netns(near.ns)
    words = calico_pod32_route_missing.to_pod(ip_text(address), row.name, netns.node, cause.summary)
    return Diagnosis(words, near.ns, (near.link, *cause.rows))


def _detour(walk: Walk, path: Path, cause: Diagnosis, address: Ip) -> Diagnosis | None:
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
        ns, dev = walk.cluster.owners(address)[0]
        own = _own(walk, step.ns, address) or _overlay_down(walk, step.ns, walk.cluster.host_of(ns))
        if own is not None:
            return own
        home = walk.cluster.netns(ns)
        place = f"{dev} {home.where}"
        there = walk.cluster.netns(cause.ns).node
        words = peer_route_missing.detour(
            netns.node, ip_text(address), place, there, cause.summary, _route_home(walk, step.ns, ns, address)
        )
        return Diagnosis(words, step.ns, (default, *cause.rows))
    return None


def _overlay_down(walk: Walk, ns: int, home: int | None) -> Diagnosis | None:
    """Return that the VXLAN device by which a node reaches another one is down: its routes went with it (fib_sync_down_dev)."""
    netns = walk.cluster.netns(ns)
    for end in walk.cluster.tunnels_under(home, "vxlan") if home is not None else ():
        far = walk.cluster.netns(end.ns).vxlans.get(end.link.row.name)
        for name, held in netns.vxlans.items():
            link = netns.links.get(name)
            if far is None or held.row.vni != far.row.vni or link is None or link.row.up is not False:
                continue
            rivals = (
                one
                for one in netns.vxlans.values()
                if one.row.port == held.row.port and one.row.external and not held.row.external
            )
            rival = next(rivals, None)
            if rival is None:
                return _broken(walk, ns, link)
            words = vxlan_device_conflict.port_taken(name, netns.node, held.row.port, rival.row.name)
            return Diagnosis(words, ns, (link, rival))
    return None


def _route_home(walk: Walk, ns: int, owner: int, address: Ip) -> Fix | None:
    """Return the command for the route that a node lacks to another one's address: as a third node has it, or by the overlay."""
    home = walk.cluster.node_of(owner)
    for host in walk.cluster.hosts():
        if host == ns or walk.cluster.node_of(host) == home:
            continue
        entry = walk.cluster.routing(host, family_of(address)).lookup(FlowKey(dst=address)).entry
        row, hop = (entry.row, entry.hops[0]) if entry is not None and entry.hops else (None, None)
        if row is not None and hop is not None and row.dst_len and hop.via and hop.dev in walk.cluster.netns(ns).links:
            return _route(row.family, prefix_text(row.family, row.dst, row.dst_len), hop.via, hop.dev, onlink=hop.onlink)
    return _through_overlay(walk, ns, walk.cluster.host_of(owner), address)


def _through_overlay(walk: Walk, ns: int, home: int | None, address: Ip) -> Fix | None:
    """Return the command for a route to a node's network through the VXLAN that both nodes have a device of."""
    own = {held.row.vni: name for name, held in walk.cluster.netns(ns).vxlans.items()}
    for end in walk.cluster.tunnels_under(home, "vxlan") if home is not None else ():
        netns = walk.cluster.netns(end.ns)
        far = netns.vxlans.get(end.link.row.name)
        vteps = [held.row.address for held in netns.addresses.get(end.link.row.name, ()) if held.row.family == family_of(address)]
        if far is not None and far.row.vni in own and vteps and home is not None:
            net = net_of(walk, home, address)
            return _route(family_of(address), net, vteps[0], own[far.row.vni], onlink=True)
    return None


def _route(family: int, net: str, via: Ip, dev: str, *, onlink: bool) -> Fix:
    six = ("-6",) if family == V6 else ()
    return do("ip", *six, "route", "replace", net, "via", ip_text(via), "dev", dev, *(("onlink",) if onlink else ()))
