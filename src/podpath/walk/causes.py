"""The root behind a question that nobody answered: not the silence, but what keeps the question or the answer from arriving."""

from collections.abc import Iterable
from typing import Any, Final

from podpath.state.address import Ip, Mac, ip_text, is_link_local
from podpath.walk.events import Carry, Cause, End, Leave, Path, Transmit, Walk
from podpath.walk.packet import BROADCAST, Frame, Question
from podpath.walk.space import Held
from podpath.walk.world import NoEnd, World

# What tells more comes first: a thing that is broken, before a thing that is only not there.
_ORDER: Final = ("device-down", "no-carrier", "port-without-bridge", "bridge-port-blocked")


def unanswered(walk: Walk, event: Leave, paths: Iterable[Path], shown: tuple[Held[Any], ...]) -> Cause:
    """Return why nobody answers for a next hop.

    The question's own ways are looked at first. If none of them was stopped, the owner of the address sends a question
    of its own: what stops that one is what keeps the two apart.

    Args:
        walk: the walk.
        event: the packet that waits for the answer.
        paths: the ways of the question's copies.
        shown: entries that tell of earlier failures.
    """
    told = _told(path.end for path in paths)
    owners = [(ns, dev) for ns, dev in walk.world.owners(event.via)]
    if told is None:
        for ns, dev in owners:
            told = told or _from_owner(walk, ns, dev, event)
    space = walk.world.space(event.ns)
    if told is not None:
        return replace_rows(told, shown)
    where = _owner_words(walk.world, owners)
    said = f"nobody on the segment of {event.dev} on {space.node} answers for {ip_text(event.via)}{where}"
    check = "route-wrong-next-hop" if event.via != event.packet.dst else "route-wrong-device" if owners else "neighbour-missing"
    return Cause(check, event.ns, said, "Packets for it wait, and are given up after three questions.", shown)


def replace_rows(cause: Cause, rows: tuple[Held[Any], ...]) -> Cause:
    """Return a cause with more rows that show it."""
    return cause._replace(rows=(*cause.rows, *rows))


def _told(ends: Iterable[End]) -> Cause | None:
    causes = [
        end.cause for end in ends if end.cause is not None and end.cause.check not in {"neighbour-wrong-mac", "vtep-mac-mismatch"}
    ]
    known = [cause for cause in causes if cause.check in _ORDER]
    return min(known, key=lambda cause: _ORDER.index(cause.check), default=causes[0] if causes else None)


def _from_owner(walk: Walk, ns: int, dev: str, event: Leave) -> Cause | None:
    """Return what stops a question that the owner of the address sends towards the asker."""
    link = walk.world.space(ns).links.get(dev)
    if link is None or link.row.name == "lo":
        return None
    mac = link.row.mac or Mac(0)
    frame = Frame(mac, BROADCAST, Question(event.via, event.packet.src, mac))
    paths = walk.follow_all(Transmit(ns, dev, frame, Carry()))
    found = _told(path.end for path in paths)
    return found or next((cause for path in paths if (cause := loose_end(walk, path.end.ns, path.end.dev)) is not None), None)


def loose_end(walk: Walk, ns: int, dev: str) -> Cause | None:
    """Return the cause where a frame ends at a device that is plugged in nowhere: no bridge, no address, no route."""
    space = walk.world.space(ns)
    link = space.links.get(dev)
    if link is None or link.row.kind != "veth" or link.row.master is not None:
        return None
    if any(held.row.scope != "link" for held in space.addresses.get(link.row.name, ())):
        return None
    routes = [hop for family in (4, 6) for hop in _routes_by(walk.world, ns, family, link.row.name)]
    if routes:
        return None
    said = f"{link.row.name} on {space.node} is a port of no bridge, and has no address and no route: its frames reach nobody"
    bridges = [name for name, held in space.links.items() if held.row.kind == "bridge"]
    fix = (f"ip link set {link.row.name} master {bridges[0] if len(bridges) == 1 else 'BRIDGE'}",)
    return Cause("port-without-bridge", ns, said, "What is behind it reaches nobody, and nobody reaches it.", (link,), fix)


def station_lost(walk: Walk, ns: int, mac: Mac) -> Cause | None:
    """Return why the device with a MAC, at the end of a cable to this node, is reached by no frame; none where nothing tells."""
    for end in walk.world.stations(mac):
        if walk.world.node_of(end.ns) != walk.world.node_of(ns):
            continue
        other = walk.world.other_end(end.ns, end.link) if end.link.row.kind == "veth" else None
        if other is not None and not isinstance(other, NoEnd):
            return loose_end(walk, other.ns, other.link.row.name)
    return None


def _routes_by(world: World, ns: int, family: int, dev: str) -> list[Any]:
    from podpath.state.address import last_ip
    from podpath.state.route import Route

    del last_ip
    return [
        held for held in world.space(ns).all(Route)
        if held.row.family == family and held.row.dev == dev and held.row.table == "main" and not _everyones(held.row.dst)
    ]  # fmt: skip


def _everyones(ip: Ip) -> bool:
    return is_link_local(ip) or ip >> 120 == 0xFF  # noqa: PLR2004 - fe80::/10 and ff00::/8 are on every device


def _owner_words(world: World, owners: list[tuple[int, str]]) -> str:
    if not owners:
        return ""
    ns, dev = owners[0]
    space = world.space(ns)
    place = f"{dev} in {space.label.replace(':', ' ', 1)} on {space.node}" if space.label else f"{dev} on {space.node}"
    return f"; it belongs to {place}, which is not reached from there"
