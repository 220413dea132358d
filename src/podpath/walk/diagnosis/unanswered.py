"""Why nobody answered for a next hop: not the silence, but what keeps the request or the answer from arriving."""

from collections.abc import Callable, Iterable
from typing import Final

from podpath.causes.addresses import neighbour_missing, neighbour_wrong_mac
from podpath.causes.bridge import bridge_port_blocked, device_down, port_without_bridge
from podpath.causes.device import no_carrier
from podpath.causes.overlay import vtep_mac_mismatch
from podpath.causes.routing import route_wrong_device, route_wrong_next_hop
from podpath.state.address import Ip, Mac, ip_text
from podpath.state.trace import Verdict
from podpath.walk.cluster import Cluster, Port
from podpath.walk.devices import macvlan
from podpath.walk.diagnosis.failures import explained
from podpath.walk.diagnosis.loose_port import loose_port, station_lost
from podpath.walk.diagnosis.own_network import address_gone
from podpath.walk.events import Carry, Diagnosis, Leave, Outcome, Transmit, Unanswered, Walk
from podpath.walk.host.neighbour import asker
from podpath.walk.packet import BROADCAST, Frame, NeighbourRequest

Explain = Callable[[Walk, Outcome], Diagnosis | None]
# What tells more comes first: a thing that is broken, before a thing that is only not there.
_ORDER: Final = tuple(one.CAUSE.name for one in (device_down, no_carrier, port_without_bridge, bridge_port_blocked))
_BYSTANDERS: Final = frozenset((neighbour_wrong_mac.CAUSE.name, vtep_mac_mismatch.CAUSE.name))
"""Causes at hosts that a flooded request was not for."""


def cause_of(walk: Walk, facts: Unanswered, explain: Explain) -> Diagnosis:
    """Return why nobody answers for a next hop.

    The request's own paths are looked at first. If none of them was stopped, the owner of the address sends a request
    of its own: what stops that one is what separates the two.

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
    found = found or _first(walk, (path.end for path in facts.paths), explain) or _own_cable(walk, event.ns, event.dev)
    for ns, dev in owners:
        found = found or _from_owner(walk, ns, dev, (event.via, asker(walk, event)), explain) or _loose(walk, event.ns, ns, dev)
    if found is not None:
        return found._replace(rows=(*found.rows, *facts.rows))
    where = _owner_words(walk.cluster, owners)
    netns = walk.cluster.netns(event.ns)
    words = neighbour_missing.unanswered(event.dev, netns.node, ip_text(event.via), where)
    if event.via != event.packet.dst:
        words = words._replace(cause=route_wrong_next_hop.CAUSE.name)
    elif owners:
        words = words._replace(cause=route_wrong_device.CAUSE.name)
    # Where the request ends beyond what was captured, the kernel's own failure is all that tells, and it is of the past.
    unseen = any(path.end.verdict is Verdict.UNKNOWN for path in facts.paths)
    return Diagnosis(words, event.ns, facts.rows, likely=unseen, devices=(event.dev,))


def _apart(walk: Walk, event: Leave, owners: Iterable[tuple[int, str]]) -> Diagnosis | None:
    """Return the cause if the owner of an address is a device above or below the one that sends the request."""
    near = walk.cluster.netns(event.ns).links.get(event.dev)
    if near is None:
        return None
    ends = [Port(ns, link) for ns, dev in owners if (link := walk.cluster.netns(ns).links.get(dev)) is not None]
    apart = (macvlan.apart(walk, Port(event.ns, near), end) for end in ends)
    return next((explained(walk, failed) for failed in apart if failed is not None), None)


def _first(walk: Walk, ends: Iterable[Outcome], explain: Explain) -> Diagnosis | None:
    """Return the cause among those of several ends that tells most."""
    causes = [cause for end in ends if (cause := explain(walk, end)) is not None and cause.name not in _BYSTANDERS]
    known = [cause for cause in causes if cause.name in _ORDER]
    return min(known, key=lambda cause: _ORDER.index(cause.name), default=causes[0] if causes else None)


def _from_owner(walk: Walk, ns: int, dev: str, between: tuple[Ip, Ip], explain: Explain) -> Diagnosis | None:
    """Return what stops a request that the owner of an address sends to the one that asks for it."""
    link = walk.cluster.netns(ns).links.get(dev)
    if link is None or link.row.name == "lo":
        return None
    mac = link.row.mac or Mac(0)
    frame = Frame(mac, BROADCAST, NeighbourRequest(*between, mac))
    paths = walk.follow_all(Transmit(ns, dev, frame, Carry()))
    # Where a flood ends says nothing: another device that nothing connects may be among its ends.
    return _first(walk, (path.end for path in paths), explain) or _own_cable(walk, ns, dev)


def _own_cable(walk: Walk, ns: int, dev: str) -> Diagnosis | None:
    """Return that the cable of a device ends at one that nothing connects."""
    link = walk.cluster.netns(ns).links.get(dev)
    end = walk.cluster.other_end(ns, link) if link is not None and link.row.kind == "veth" else None
    return loose_port(walk, end.ns, end.link.row.name) if isinstance(end, Port) else None


def _loose(walk: Walk, ns: int, owner: int, dev: str) -> Diagnosis | None:
    """Return that the owner's cable to this node ends at a device that nothing connects: the host answers there alone."""
    link = walk.cluster.netns(owner).links.get(dev)
    return station_lost(walk, ns, link.row.mac) if link is not None and link.row.mac is not None else None


def _owner_words(cluster: Cluster, owners: list[tuple[int, str]]) -> str:
    if not owners:
        return ""
    ns, dev = owners[0]
    return f"{dev} {cluster.netns(ns).where}"
