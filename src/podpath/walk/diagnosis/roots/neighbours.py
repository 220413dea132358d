"""From a frame that was dropped as another host's to the neighbour entry that gave it its MAC."""

from typing import Final

from podpath.causes.addresses import address_missing, neighbour_wrong_mac
from podpath.causes.overlay import vtep_neigh_or_fdb_missing
from podpath.causes.routing import ip_forward_off, per_interface_forwarding_off
from podpath.state.address import Mac, ip_text, mac_text
from podpath.state.neighbour import Neighbour
from podpath.state.step import Answering, NeighbourAnswered, NeighbourFound
from podpath.walk.cluster import Cluster
from podpath.walk.events import Diagnosis, Path, Walk
from podpath.walk.namespace import UNSHOWN, Entry
from podpath.walk.packet import Packet
from podpath.wiring.places import in_words

_WRONG_MAC: Final = frozenset((neighbour_wrong_mac.CAUSE.name, vtep_neigh_or_fdb_missing.CAUSE.name))
"""What comes of a wrong MAC: a host that it does not belong to, or a tunnel that knows no node with it."""
_NOT_FORWARDED: Final = frozenset((ip_forward_off.CAUSE.name, per_interface_forwarding_off.CAUSE.name))


def stale(walk: Walk, path: Path, cause: Diagnosis) -> Diagnosis | None:
    """Return the last neighbour entry on a path, where the device with its address has another MAC, or None if all agree."""
    if cause.name not in _WRONG_MAC:
        return None
    for step in reversed(path.steps):
        held = next((row for row in step.rows if isinstance(row, Entry) and isinstance(row.row, Neighbour)), None)
        if held is None or held.rowid == UNSHOWN or held.row.mac is None:
            continue
        found = _owner(walk.cluster, held.row)
        if found is None:
            return None
        owner, own = found
        netns = walk.cluster.netns(step.ns)
        sender = netns.place
        row = held.row
        by_agent = row.dev in netns.vxlans  # nobody answers there if the kernel asks
        say = neighbour_wrong_mac.entered if by_agent else neighbour_wrong_mac.held
        words = say(sender, ip_text(row.address), mac_text(held.row.mac), row.dev, owner, mac_text(own))
        return Diagnosis(words, step.ns, (held, *cause.rows), likely=cause.likely)
    return None


def unowned(walk: Walk, path: Path, cause: Diagnosis) -> Diagnosis | None:
    """Return the neighbour entry that led a packet straight to a host without its address, or None if that host is a router.

    A host that answers for others (proxy_arp), or that somebody has entered for good, is meant to forward.
    """
    if cause.name not in _NOT_FORWARDED:
        return None
    found = next((step for step in reversed(path.steps) if isinstance(step.facts, NeighbourFound)), None)
    if found is None or not isinstance(found.facts, NeighbourFound) or found.facts.state == "PERMANENT":
        return None
    address = found.facts.address
    packet = path.end.packet
    if not isinstance(packet, Packet) or packet.dst != address:
        return None
    if any(isinstance(s.facts, NeighbourAnswered) and s.facts.why is not Answering.OWN for s in path.steps):
        return None
    netns, sender = walk.cluster.netns(path.end.ns), walk.cluster.netns(found.ns)
    if netns.highest(path.end.dev, "proxy_arp") or netns.highest(path.end.dev, "proxy_arp_pvlan"):
        return None
    receiver = f"{path.end.dev} {in_words(netns.label, netns.node)}"
    words = address_missing.unowned(receiver, ip_text(address), sender.place, found.dev)
    return Diagnosis(words, found.ns, (*found.rows, *cause.rows), likely=cause.likely)


def _owner(cluster: Cluster, row: Neighbour) -> tuple[str, Mac] | None:
    """Return the device with a neighbour's address, with its place and MAC, or None if the entry agrees with it."""
    for ns, dev in cluster.owners(row.address):
        link, netns = cluster.netns(ns).links.get(dev), cluster.netns(ns)
        if link is not None and link.row.mac is not None and link.row.mac != row.mac:
            return f"{dev} {in_words(netns.label, netns.node)}", link.row.mac
    return None
