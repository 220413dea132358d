"""A device that is plugged in nowhere: no bridge, no address, no route."""

from shlex import quote

from podpath.state.address import Ip, Mac, is_link_local
from podpath.state.route import Route
from podpath.walk.cluster import Cluster, NoPort
from podpath.walk.events import Cause, Walk
from podpath.walk.namespace import Entry


def loose_port(walk: Walk, ns: int, dev: str) -> Cause | None:
    """Return the cause where a frame ends at a device that is plugged in nowhere: no bridge, no address, no route."""
    netns = walk.cluster.netns(ns)
    link = netns.links.get(dev)
    if link is None or link.row.kind != "veth" or link.row.master is not None:
        return None
    if any(held.row.scope != "link" for held in netns.addresses.get(link.row.name, ())):
        return None
    routes = [hop for family in (4, 6) for hop in _routes_by(walk.cluster, ns, family, link.row.name)]
    if routes:
        return None
    said = f"{link.row.name} on {netns.node} is a port of no bridge, and has no address and no route: its frames reach nobody"
    bridges = [name for name, held in netns.links.items() if held.row.kind == "bridge"]
    fix = (f"ip link set {quote(link.row.name)} master {quote(bridges[0]) if len(bridges) == 1 else 'BRIDGE'}",)
    return Cause("port-without-bridge", ns, said, "What is behind it reaches nobody, and nobody reaches it.", (link,), fix)


def station_lost(walk: Walk, ns: int, mac: Mac) -> Cause | None:
    """Return why the device with a MAC, at the end of a cable to this node, is reached by no frame; none where nothing tells."""
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
