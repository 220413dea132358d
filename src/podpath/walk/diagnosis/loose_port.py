"""A device that is not connected: no bridge, no address, no route."""

from podpath.causes.bridge import port_without_bridge
from podpath.state.address import BITS, Ip, Mac, is_link_local
from podpath.state.link import Link
from podpath.state.route import Route
from podpath.walk.cluster import Cluster, NoPort
from podpath.walk.events import Diagnosis, Walk
from podpath.walk.namespace import Entry


def loose_port(walk: Walk, ns: int, dev: str) -> Diagnosis | None:
    """Return the cause where a frame ends at a device that is not connected: no bridge, no address, no route."""
    netns = walk.cluster.netns(ns)
    link = netns.links.get(dev)
    if link is None or link.row.kind != "veth" or link.row.master is not None:
        return None
    if any(held.row.scope != "link" for held in netns.addresses.get(link.row.name, ())):
        return None
    routes = [hop for family in (4, 6) for hop in _routes_by(walk.cluster, ns, family, link.row.name)]
    if routes:
        return None
    bridge = _bridge_of(walk.cluster, ns, link)
    modes = {netns.bridge_ports[name].row.hairpin for name, held in netns.links.items()
             if held.row.kind == "veth" and held.row.master == bridge and name in netns.bridge_ports}  # fmt: skip
    words = port_without_bridge.loose(link.row.name, netns.node, bridge, hairpin=bridge is not None and modes == {True})
    return Diagnosis(words, ns, (link,))


def _bridge_of(cluster: Cluster, ns: int, link: Entry[Link]) -> str | None:
    """Return the bridge that a device was a port of: the only one, or the one in whose network the other end's address lies."""
    netns = cluster.netns(ns)
    bridges = [name for name, held in netns.links.items() if held.row.kind == "bridge"]
    if len(bridges) == 1:
        return bridges[0]
    end = cluster.other_end(ns, link)
    if isinstance(end, NoPort):
        return None
    inner = [
        held.row for held in cluster.netns(end.ns).addresses.get(end.link.row.name, ()) if not is_link_local(held.row.address)
    ]
    homes = {
        name for name in bridges for held in netns.addresses.get(name, ()) for one in inner
        if held.row.family == one.family and not is_link_local(held.row.address)
        and (held.row.address ^ one.address) >> (BITS[one.family] - held.row.length) == 0
    }  # fmt: skip
    return homes.pop() if len(homes) == 1 else None


def station_lost(walk: Walk, ns: int, mac: Mac) -> Diagnosis | None:
    """Return why no frame reaches the device with a MAC, at the end of a cable to this node, or None if nothing shows it."""
    for end in walk.cluster.stations(mac):
        if walk.cluster.node_of(end.ns) != walk.cluster.node_of(ns):
            continue
        other = walk.cluster.other_end(end.ns, end.link) if end.link.row.kind == "veth" else None
        if other is not None and not isinstance(other, NoPort):
            return loose_port(walk, other.ns, other.link.row.name)
    return None


def _routes_by(cluster: Cluster, ns: int, family: int, dev: str) -> list[Entry[Route]]:
    return [
        held for held in cluster.netns(ns).all(Route)
        if held.row.family == family and held.row.dev == dev and held.row.table == "main" and not _everyones(held.row.dst)
    ]  # fmt: skip


def _everyones(ip: Ip) -> bool:
    return is_link_local(ip) or ip >> 120 == 0xFF  # noqa: PLR2004 - fe80::/10 and ff00::/8 are on every device
