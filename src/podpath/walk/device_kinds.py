"""What kind of device a device is, also where no output names the kind."""

import re
from collections.abc import Collection
from typing import Final

from podpath.state.link import Link, WireguardPeer
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
