"""What a device is, and whether it is alive."""

import re
from collections.abc import Collection
from typing import Final

from podpath.state.address import Mac, mac_text
from podpath.state.failures.device import DeviceDown, NoCarrier
from podpath.state.link import Link, WireguardPeer
from podpath.state.trace import Verdict
from podpath.walk.cluster import NoPort
from podpath.walk.events import Outcome, Stopped, Walk
from podpath.walk.namespace import LOOPBACK, Entry, Namespace
from podpath.wiring.hosted import BRIDGE

_VXLAN: Final = re.compile(r"(?:flannel(?:-v6)?\.\d+|vxlan(?:-v6)?\.calico|cilium_vxlan)\Z")
"""Names that flannel, Calico and Cilium give to their VXLAN devices; no configuration changes them."""


def kind_of(netns: Namespace, link: Entry[Link], tunnelling: Collection[str] | None = None) -> str | None:
    """Return the kind of a device; where no output names it, a bridge by its settings, a VXLAN by its table, or by its name.

    Args:
        netns: its namespace.
        link: the device.
        tunnelling: devices of the namespace whose forwarding entries lead to nodes, where the caller asked for those of all
            namespaces at once; none means that the rows are looked through.
    """
    row = link.row
    if row.name == LOOPBACK or "LOOPBACK" in (row.flags or "").split(","):
        return "loopback"
    if row.kind is None and (
        row.name in netns.bridges
        or BRIDGE.match(row.name)
        or any(port.row.master == row.name for port in netns.bridge_ports.values())
    ):
        return "bridge"
    if row.kind is None and _VXLAN.match(row.name):
        return "vxlan"
    if row.kind is None and row.name in (netns.tunnelling if tunnelling is None else tunnelling):
        return "vxlan"
    if row.kind is None and any(peer.row.dev == row.name for peer in netns.all(WireguardPeer)):
        return "wireguard"
    if row.kind is None and row.peer_index is not None:
        return "veth"
    return row.kind


def lifeless(walk: Walk, ns: int, link: Entry[Link]) -> Outcome | None:
    """Return the end of a frame at a device that is down or has no carrier, or None if it is alive."""
    row, cause = link.row, dead(walk, ns, link)
    if cause is None:
        return None
    reason = f"{row.name} is down" if row.up is False else f"{row.name} has no carrier"
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
    return f"{row.name} on {netns.node} has MAC {own}, but the frame is for {to}"
