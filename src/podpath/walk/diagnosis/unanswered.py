"""Why nobody answered for a next hop: not the silence, but what keeps the request or the answer from arriving."""

from collections.abc import Callable, Iterable
from typing import Final

from podpath.state.address import Ip, Mac, ip_text
from podpath.walk.cluster import Cluster, Port
from podpath.walk.devices import macvlan
from podpath.walk.diagnosis.loose_port import loose_port
from podpath.walk.diagnosis.own_network import address_gone
from podpath.walk.events import Carry, Cause, Leave, Outcome, Transmit, Unanswered, Walk
from podpath.walk.packet import BROADCAST, Frame, NeighbourRequest

Explain = Callable[[Walk, Outcome], Cause | None]
# What tells more comes first: a thing that is broken, before a thing that is only not there.
_ORDER: Final = ("device-down", "no-carrier", "port-without-bridge", "bridge-port-blocked")
_BYSTANDERS: Final = frozenset(("neighbour-wrong-mac", "vtep-mac-mismatch"))
"""Causes of hosts that a flooded request was not for."""


def cause_of(walk: Walk, facts: Unanswered, explain: Explain) -> Cause:
    """Return why nobody answers for a next hop.

    The request's own paths are looked at first. If none of them was stopped, the owner of the address sends a request
    of its own: what stops that one is what keeps the two apart.

    Args:
        walk: the walk.
        facts: the packet that waits, and how its request fared.
        explain: returns the cause of another path's end.
    """
    event = facts.event
    owners = list(walk.cluster.owners(event.via))
    found = _apart(walk, event, owners)
    if found is None and not owners and walk.cluster.netns(event.ns).label:
        found = address_gone(walk, event.ns)
    found = found or _first(walk, (path.end for path in facts.paths), explain)
    for ns, dev in owners:
        found = found or _from_owner(walk, ns, dev, event.via, event.packet.src, explain)
    if found is not None:
        return found._replace(rows=(*found.rows, *facts.rows))
    where = _owner_words(walk.cluster, owners)
    netns = walk.cluster.netns(event.ns)
    said = f"nobody on the segment of {event.dev} on {netns.node} answers for {ip_text(event.via)}{where}"
    check = "route-wrong-next-hop" if event.via != event.packet.dst else "route-wrong-device" if owners else "neighbour-missing"
    return Cause(check, event.ns, said, "Packets for it wait, and are given up after three requests.", facts.rows)


def _apart(walk: Walk, event: Leave, owners: Iterable[tuple[int, str]]) -> Cause | None:
    """Return that the owner of an address stands on the device by which the request leaves, or carries it."""
    near = walk.cluster.netns(event.ns).links.get(event.dev)
    if near is None:
        return None
    ends = [Port(ns, link) for ns, dev in owners if (link := walk.cluster.netns(ns).links.get(dev)) is not None]
    found = (macvlan.apart(walk, Port(event.ns, near), end) for end in ends)
    return next((cause for cause in found if cause is not None), None)


def _first(walk: Walk, ends: Iterable[Outcome], explain: Explain) -> Cause | None:
    """Return the cause among those of several ends that tells most."""
    causes = [cause for end in ends if (cause := explain(walk, end)) is not None and cause.check not in _BYSTANDERS]
    known = [cause for cause in causes if cause.check in _ORDER]
    return min(known, key=lambda cause: _ORDER.index(cause.check), default=causes[0] if causes else None)


def _from_owner(walk: Walk, ns: int, dev: str, owned: Ip, asker: Ip, explain: Explain) -> Cause | None:
    """Return what stops a request that the owner of an address sends towards the asker."""
    link = walk.cluster.netns(ns).links.get(dev)
    if link is None or link.row.name == "lo":
        return None
    mac = link.row.mac or Mac(0)
    frame = Frame(mac, BROADCAST, NeighbourRequest(owned, asker, mac))
    paths = walk.follow_all(Transmit(ns, dev, frame, Carry()))
    found = _first(walk, (path.end for path in paths), explain)
    return found or next((cause for path in paths if (cause := loose_port(walk, path.end.ns, path.end.dev)) is not None), None)


def _owner_words(cluster: Cluster, owners: list[tuple[int, str]]) -> str:
    if not owners:
        return ""
    ns, dev = owners[0]
    netns = cluster.netns(ns)
    place = f"{dev} in {netns.label.replace(':', ' ', 1)} on {netns.node}" if netns.label else f"{dev} on {netns.node}"
    return f"; it belongs to {place}, which is not reached from there"
