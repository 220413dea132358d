"""Whether a device is alive."""

from podpath.language import tr
from podpath.state.address import Mac, mac_text
from podpath.state.failures.device import DeviceDown, NoCarrier
from podpath.state.link import Link
from podpath.state.trace import Verdict
from podpath.walk.cluster import NoPort
from podpath.walk.device_kinds import kind_of
from podpath.walk.events import Outcome, Stopped, Walk
from podpath.walk.namespace import Entry, Namespace


def lifeless(walk: Walk, ns: int, link: Entry[Link]) -> Outcome | None:
    """Return the end of a frame at a device that is down or has no carrier, or None if it is alive."""
    row, cause = link.row, dead(walk, ns, link)
    if cause is None:
        return None
    reason = tr("{name} is down", name=row.name) if row.up is False else tr("{name} has no carrier", name=row.name)
    return Outcome(Verdict.DROPPED, reason, ns, row.name, cause=cause, rows=(link,))


def dead(walk: Walk, ns: int, link: Entry[Link]) -> Stopped | None:
    """Return why a device passes nothing: it is down, or its other end is, or None if it is alive."""
    row, netns = link.row, walk.cluster.netns(ns)
    if row.up is False:
        return Stopped(DeviceDown(row.name), ns, (link,))
    if row.carrier is not False:
        return None
    other = walk.cluster.other_end(ns, link) if kind_of(netns, link) == "veth" else None
    if other is not None and not isinstance(other, NoPort) and other.link.row.up is False:
        return dead(walk, other.ns, other.link)
    return Stopped(NoCarrier(row.name), ns, (link,))


def for_another(netns: Namespace, row: Link, wanted: Mac | None) -> str:
    """Return the message for a frame with another MAC than its receiver's."""
    own, to = (mac_text(mac) if mac is not None else "none" for mac in (row.mac, wanted))
    return tr("{name} on {node} has MAC {own}, but the frame is for {to}", name=row.name, node=netns.node, own=own, to=to)
