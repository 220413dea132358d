"""The other end of a cable: by (ifindex, link-netnsid) in both directions, never by an index alone.

Where the kernel was asked which namespace an identifier stands for, that decides, and so does the name of the namespace that
``ip link`` prints where it has one (``link-netns``). A pasted text has mostly the identifier alone, but not its meaning: two ends
that name each other's index are then a pair only if nothing else on the node could be meant, because indexes repeat in every
namespace.
"""

from shlex import quote
from typing import Final, NamedTuple, Protocol

from podpath.language import tr
from podpath.state.link import Link
from podpath.wiring.places import run_in

_VETH: Final = frozenset(("veth", None))
"""Kinds of devices that may be cables: pasted text may not show the kind."""
STACKED: Final = frozenset(("macvlan", "macvtap", "ipvlan", "ipvtap", "vlan"))
"""Kinds whose lower device may be in another namespace."""


class Device(NamedTuple):
    """A device in a namespace.

    Attributes:
        ns: number of the namespace.
        link: the device.
    """

    ns: int
    link: Link


class Cable(NamedTuple):
    """What is known of a device's other end.

    Attributes:
        far: the other end; of one that is not known, the device that it may be.
        known: nothing else can be meant.
        reason: why, in words.
        command: command that would show it, where it is not known, as it is typed on the node.
        outside: it is no cable at all, or leads to what was not captured: the underlay may begin there.
    """

    far: Device | None
    known: bool
    reason: str
    command: str = ""
    outside: bool = False


class Devices(Protocol):
    """What finding another end asks of a snapshot."""

    def named(self, ns: int, name: str) -> Link | None:
        """Return a device of a namespace by its name."""
        ...

    def indexed(self, ns: int, index: int) -> Link | None:
        """Return a device of a namespace by its ifindex."""
        ...

    def facing(self, ns: int, index: int, peer: int) -> list[Device]:
        """Return the devices on a namespace's node that have an ifindex, and name one as that of their other end."""
        ...

    def numbered(self, ns: int, index: int) -> list[Device]:
        """Return the devices on a namespace's node that have an ifindex."""
        ...

    def by_nsid(self, ns: int, nsid: int) -> int | None:
        """Return the namespace of an identifier in another one, or None if it was not captured."""
        ...

    def netns_named(self, ns: int, name: str) -> int | None:
        """Return the namespace of a name below ``/run/netns`` on a namespace's node, or None if it was not captured."""
        ...

    def names_told(self, ns: int) -> bool:
        """Say whether ``ip link`` on a namespace's node names any namespace by the name below which it was captured."""
        ...

    def asked(self, ns: int) -> bool:
        """Say whether the kernel was asked what identifiers mean in a namespace."""
        ...

    def host_of(self, ns: int) -> int | None:
        """Return the host's own namespace of the node that a namespace is on, or None if it was not captured."""
        ...

    def label(self, ns: int) -> str:
        """Return a namespace as reports write it: ``kind:name``, empty for the host's own."""
        ...


def other_end(devices: Devices, ns: int, row: Link) -> Cable:
    """Return the other end of a veth, or the device that a macvlan, ipvlan or VLAN stands on.

    Args:
        devices: the snapshot.
        ns: namespace of the device.
        row: the device.
    """
    near = devices.named(ns, row.parent) if row.parent is not None else None
    if near is not None and not row.peer_elsewhere and (row.kind != "veth" or _points_back(near, row)):
        return Cable(Device(ns, near), known=True, reason=tr("the other end is in the same namespace"))
    if row.peer_index is None:
        command = run_in(devices.label(ns), f"ip -d link show {quote(row.name)}")
        if row.kind in _VETH:
            reason = tr("no output shows the other end of {name}", name=row.name)
            return Cable(None, known=False, reason=reason, command=command, outside=row.kind is None)
        return Cable(None, known=False, reason=tr("{name} is not a cable", name=row.name), command=command, outside=True)
    if devices.asked(ns):
        return _by_identifier(devices, ns, row, row.peer_index)
    if row.peer_netns_name is not None:
        return _by_name(devices, ns, row, row.peer_index, row.peer_netns_name)
    return _stacked(devices, ns, row, row.peer_index) if row.kind in STACKED else _by_indexes(devices, ns, row, row.peer_index)


def _points_back(near: Link, row: Link) -> bool:
    """Say whether the device that a veth names is its other end: a veth that names it, too, or that names nobody.

    Old captures hold what ``bridge link`` printed: the device that has the other end's index here, in whichever
    namespace the other end is. ``ip link`` names one that is here, and says ``@ifN`` of one that is elsewhere
    (print_name_and_link in iproute2).
    """
    silent = near.parent is None and near.peer_index is None
    return near.kind in _VETH and not near.peer_elsewhere and (near.parent == row.name or silent)


def _by_identifier(devices: Devices, ns: int, row: Link, peer: int) -> Cable:
    there = devices.by_nsid(ns, row.peer_netns) if row.peer_netns is not None else ns
    if there is None:
        reason = tr(
            "the other end of {name} is in a namespace that was not captured (id {peer_netns})",
            name=row.name,
            peer_netns=row.peer_netns,
        )
        return Cable(None, known=False, reason=reason, command="lsns -t net; ip netns list-id", outside=True)
    found = devices.indexed(there, peer)
    if found is None:
        place = devices.label(there) or tr("the host's namespace")
        reason = tr(
            "the other end of {name}, interface {peer} of {place}, was not captured", name=row.name, peer=peer, place=place
        )
        return Cable(None, known=False, reason=reason, command="ip -d link show")
    if row.kind == "veth" and found.peer_index not in {None, row.ifindex}:
        return Cable(
            None,
            known=False,
            reason=tr("{name} names another interface as its other end", name=found.name),
            command="podpath veth",
        )
    return Cable(Device(there, found), known=True, reason=tr("the kernel names both ends, by index and namespace"))


def _by_name(devices: Devices, ns: int, row: Link, peer: int, name: str) -> Cable:
    """Return the device of the namespace that ``ip link`` names; a container's or a pod's may be captured by another name."""
    there = devices.netns_named(ns, name)
    found = devices.indexed(there, peer) if there is not None else None
    if there is None and row.kind in _VETH and (cable := _by_indexes(devices, ns, row, peer)).far is not None:
        return cable
    if there is None and row.kind in STACKED and (cable := _stacked(devices, ns, row, peer)).far is not None:
        return cable
    if there is None or found is None:
        reason = tr(
            "the other end of {name}, interface {peer} of the namespace {netns}, was not captured",
            name=row.name,
            peer=peer,
            netns=name,
        )
        return Cable(
            None, known=False, reason=reason, command=f"ip netns exec {quote(name)} ip -d link show", outside=there is None
        )
    if row.kind in _VETH and found.peer_index not in {None, row.ifindex}:
        return Cable(
            None,
            known=False,
            reason=tr("{name} names another interface as its other end", name=found.name),
            command="podpath veth",
        )
    return Cable(Device(there, found), known=True, reason="ip link names the namespace and the index of the other end")


def _stacked(devices: Devices, ns: int, row: Link, peer: int) -> Cable:
    """Return the lower device of a device in pasted text, if only one device has that index."""
    # Upon one another they all stand on the lowest device (macvlan_common_newlink, ipvlan_link_new).
    upper = STACKED - {"vlan"}
    found = [
        device for device in devices.numbered(ns, peer)
        if device.ns != ns and device.link.kind not in upper and _names(devices, Device(ns, row), device.ns) is not False
    ]  # fmt: skip
    if len(found) == 1:
        return Cable(found[0], known=True, reason=tr("{name} is a {kind} on it", name=row.name, kind=row.kind))
    reason = tr("{name} is on interface {peer}, and {found} namespaces have one", name=row.name, peer=peer, found=len(found))
    return Cable(_at_host(devices, ns, peer), known=False, reason=reason, command="ip netns list-id", outside=not found)


def _by_indexes(devices: Devices, ns: int, row: Link, peer: int) -> Cable:
    at_host = _at_host(devices, ns, peer)
    if row.ifindex is None:
        reason = tr("no output shows the index of {name}", name=row.name)
        return Cable(
            at_host,
            known=False,
            reason=reason,
            command=run_in(devices.label(ns), f"ip link show {quote(row.name)}"),
            outside=at_host is None,
        )
    found = [
        device for device in devices.facing(ns, peer, row.ifindex)
        if device.ns != ns and device.link.kind in _VETH
        and _names(devices, device, ns) is not False and _names(devices, Device(ns, row), device.ns) is not False
    ]  # fmt: skip
    named = [device for device in found if _names(devices, device, ns)]
    if len(named) == 1:
        return Cable(named[0], known=True, reason="ip link names the namespace and the index of the other end")
    # A device in the candidate's own namespace is not its other end: that is in another one.
    elsewhere = {ns, *(device.ns for device in found)}
    twins = [device for device in devices.facing(ns, row.ifindex, peer) if device.ns not in elsewhere]
    if len(found) == 1 and not twins:
        return Cable(found[0], known=True, reason=tr("both ends name each other's index"))
    if found:
        reason = tr("{twins} other namespace(s) have the same two indexes", twins=max(len(twins), len(found) - 1))
        return Cable(at_host, known=False, reason=reason, command="ip netns list-id")
    if at_host is None:
        reason = tr("the other end of {name}, interface {peer} of another namespace, was not captured", name=row.name, peer=peer)
        return Cable(None, known=False, reason=reason, command="ip -d link show", outside=True)
    outside = at_host.link
    # `ip` shows the peer of each veth device; another list does not, but the name tells.
    if outside.peer_index is None and outside.kind != "veth" and not outside.name.startswith("veth"):
        reason = tr(
            "{name} stands on {lower} (as macvlan, ipvlan or VLAN), and no output shows as which",
            name=row.name,
            lower=outside.name,
        )
        command = run_in(devices.label(ns), f"ip -d link show {quote(row.name)}")
        return Cable(at_host, known=False, reason=reason, command=command)
    reason = tr(
        "{name} has index {peer}, but its own peer is index {peer_index}, not {ifindex}",
        name=outside.name,
        peer=peer,
        peer_index=outside.peer_index,
        ifindex=row.ifindex,
    )
    return Cable(None, known=False, reason=reason, command=f"ip -d link show {quote(outside.name)}", outside=True)


def _names(devices: Devices, device: Device, ns: int) -> bool | None:
    """Say whether a device names a namespace as that of its other end; or None if the name does not tell.

    A name that was not captured is not that of a namespace with another name, unless the names of the text are not those that
    ``ip link`` has: who writes ``web`` for ``cni-1b2c`` at prompts and wrappers leaves what the kernel's tools print.
    """
    name = device.link.peer_netns_name
    if name is None:
        return None
    there = devices.netns_named(device.ns, name)
    if there is None:
        return False if devices.label(ns).startswith("netns:") and devices.names_told(ns) else None
    return there == ns


def _at_host(devices: Devices, ns: int, index: int) -> Device | None:
    """Return the host's device that has an index, seen from another namespace: what a person would look at first."""
    host = devices.host_of(ns)
    link = devices.indexed(host, index) if host is not None and host != ns else None
    return Device(host, link) if host is not None and link is not None else None
