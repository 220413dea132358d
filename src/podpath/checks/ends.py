"""The other end of a veth, by (ifindex, link-netnsid) in both directions, never by an index alone.

Where the kernel was asked which namespace an identifier stands for, that decides. A pasted text has the
identifier but not its meaning: two ends that name each other's index are then a pair only if nothing else
on the node could be meant, because indexes repeat in every namespace.
"""

from collections import defaultdict
from typing import NamedTuple

from podpath.snapshot.store import Store
from podpath.state.finding import Status


class Device(NamedTuple):
    """A device of a namespace.

    Attributes:
        ns: number of the namespace in the snapshot.
        name: interface name.
        ifindex: its index.
        kind: driver kind.
        peer_index: index of the other end.
        peer_netns: identifier of the other end's namespace.
        parent: other end in the same namespace, by name.
        master: bridge, bond or VRF that it is a port of.
        up: administratively up.
        carrier: the lower layer is connected.
    """

    ns: int
    name: str
    ifindex: int | None
    kind: str | None
    peer_index: int | None
    peer_netns: int | None
    parent: str | None
    master: str | None
    up: bool | None
    carrier: bool | None


class Space(NamedTuple):
    """A namespace.

    Attributes:
        ns: its number in the snapshot.
        node: number of its node.
        node_name: name of its node.
        kind: host, container, pod, netns, pid or file.
        name: name in that kind.
        inode: its number on the node.
    """

    ns: int
    node: int
    node_name: str
    kind: str
    name: str
    inode: int | None

    @property
    def label(self) -> str:
        """The namespace as reports write it: ``kind:name``, empty for the host's own."""
        return "" if self.kind == "host" else f"{self.kind}:{self.name}"


class Other(NamedTuple):
    """What is known of a device's other end.

    Attributes:
        device: the other end; none when it is not known.
        status: proven, or unknown.
        reason: in words.
        command: command that would tell, for an unknown.
    """

    device: Device | None
    status: Status
    reason: str
    command: str = ""


class Ends:
    """Finds other ends in a snapshot.

    Args:
        store: the snapshot.
    """

    def __init__(self, store: Store) -> None:
        self.spaces = {row[0]: Space(*row) for row in store.raw(
            "SELECT s.ns, s.node, d.name, s.kind, coalesce(s.name, ''), s.inode FROM netns s JOIN node d USING (node)"
        )}  # fmt: skip
        self.devices = [Device(*row) for row in store.raw(
            "SELECT ns, name, ifindex, kind, peer_index, peer_netns, parent, master, up, carrier FROM link ORDER BY ns, ifindex"
        )]  # fmt: skip
        self._by_index: dict[tuple[int, int], Device] = {(d.ns, d.ifindex): d for d in self.devices if d.ifindex is not None}
        self._by_name = {(d.ns, d.name): d for d in self.devices}
        self._mutual: dict[tuple[int, int, int], list[Device]] = defaultdict(list)
        for device in self.devices:
            if device.ifindex is not None and device.peer_index is not None:
                self._mutual[self.spaces[device.ns].node, device.ifindex, device.peer_index].append(device)
        by_inode = {(space.node, space.inode): space.ns for space in self.spaces.values() if space.inode is not None}
        self._meaning = {
            (ns, nsid): by_inode.get((self.spaces[ns].node, inode))
            for ns, nsid, inode in store.raw("SELECT ns, nsid, inode FROM netns_id")
        }
        self._hosts = {space.node: space.ns for space in self.spaces.values() if space.kind == "host"}
        self._live = {space.node for space in self.spaces.values() if space.inode is not None}

    def may_be_veth(self, device: Device) -> bool:
        """Say whether a device is a veth; a pasted text may not show the kind, the kernel always does."""
        return device.kind == "veth" or (device.kind is None and self.spaces[device.ns].inode is None and device.name != "lo")

    def host_of(self, ns: int) -> int | None:
        """Return the host's own namespace of the node that a namespace is on."""
        return self._hosts.get(self.spaces[ns].node)

    def device(self, ns: int, name: str) -> Device | None:
        """Return a device by its name."""
        return self._by_name.get((ns, name))

    def other(self, device: Device) -> Other:
        """Return the other end of a veth, or the device below a macvlan or ipvlan."""
        if device.parent is not None and device.peer_index is None:
            found = self._by_name.get((device.ns, device.parent))
            return Other(found, Status.PROVEN if found else Status.UNKNOWN, "the other end is in the same namespace")
        if device.ifindex is None or device.peer_index is None:
            return Other(None, Status.UNKNOWN, f"the text shows no peer index of {device.name}", f"ip link show {device.name}")
        if self.spaces[device.ns].node in self._live and device.peer_netns is not None:
            return self._by_identifier(device, device.peer_index, device.peer_netns)
        return self._by_indexes(device, device.ifindex, device.peer_index)

    def _by_identifier(self, device: Device, peer_index: int, identifier: int) -> Other:
        ns = self._meaning.get((device.ns, identifier))
        if ns is None:
            reason = f"the other end of {device.name} is in a namespace that was not seen (id {identifier})"
            return Other(None, Status.UNKNOWN, reason, "lsns -t net; ip netns list-id")
        found = self._by_index.get((ns, peer_index))
        if found is None:
            place = self.spaces[ns].label or "the host's namespace"
            return Other(None, Status.UNKNOWN, f"the other end of {device.name}, interface {peer_index} of {place}, was not seen",
                         "podpath veth")  # fmt: skip
        if device.kind == "veth" and found.peer_index != device.ifindex:
            return Other(None, Status.UNKNOWN, f"{found.name} names another interface as its other end", "podpath veth")
        return Other(found, Status.PROVEN, "the kernel names both ends, by index and namespace")

    def _by_indexes(self, device: Device, index: int, peer_index: int) -> Other:
        space = self.spaces[device.ns]
        host = self.host_of(device.ns)
        at_host = self._by_index.get((host, peer_index)) if host is not None else None
        found = [d for d in self._mutual[space.node, peer_index, index] if d.ns != device.ns and d.kind in {None, "veth"}]
        if not found and device.kind in {"macvlan", "ipvlan", "macvtap", "ipvtap"} and at_host is not None:
            return Other(at_host, Status.PROVEN, f"{device.name} is a {device.kind} on it")
        outside = at_host.name if at_host is not None else None
        into = {"container": f"docker exec {space.name}", "pid": f"nsenter -t {space.name} -n"}.get(space.kind)
        asked = f"{into} ip link show {device.name}; " if into else ""
        command = f"{asked}ip link show {outside}" if outside else f"{asked}ip -d link show type veth"
        if not found and at_host is None:
            reason = f"{device.name} is the other end of interface {peer_index} of the host, which was not seen"
            return Other(None, Status.UNKNOWN, reason, "ip -d link show")
        if not found and at_host is not None:
            reason = f"{outside} has index {peer_index}, but its own peer is index {at_host.peer_index}, not {index}"
            return Other(None, Status.UNKNOWN, reason, command)
        twins = [d for d in self._mutual[space.node, index, peer_index] if d.ns != device.ns]
        if twins or len(found) > 1:
            reason = f"{max(len(twins), len(found) - 1)} other namespace(s) have the same two indexes"
            return Other(at_host, Status.UNKNOWN, reason, "ip netns list-id")
        return Other(found[0], Status.PROVEN, "both ends name each other's index")
