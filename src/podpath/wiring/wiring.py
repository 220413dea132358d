"""The devices of a whole snapshot, for those who ask about all of them at once."""

from collections import defaultdict
from typing import NamedTuple

from podpath.snapshot.store import Store
from podpath.state.link import Link
from podpath.wiring.cables import Cable, Device, other_end


class NodeNamespace(NamedTuple):
    """A network namespace of a snapshot.

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


class Wiring:
    """Finds other ends in a snapshot.

    Args:
        store: the snapshot.
    """

    def __init__(self, store: Store) -> None:
        self.spaces = {row[0]: NodeNamespace(*row) for row in store.raw(
            "SELECT s.ns, s.node, d.name, s.kind, coalesce(s.name, ''), s.inode FROM netns s JOIN node d USING (node)"
        )}  # fmt: skip
        self.devices = [
            Device(ns, Link(name, index, kind, None, None, up, carrier, None, None, master, parent, peer, nsid, None, called))
            for ns, name, index, kind, up, carrier, master, parent, peer, nsid, called in store.raw(
                "SELECT ns, name, ifindex, kind, up, carrier, master, parent, peer_index, peer_netns, peer_netns_name FROM link"
                " ORDER BY ns, ifindex"
            )
        ]
        self._by_name = {(device.ns, device.link.name): device.link for device in self.devices}
        self._by_index = {
            (device.ns, index): device.link for device in self.devices if (index := device.link.ifindex) is not None
        }
        self._numbered: dict[tuple[int, int], list[Device]] = defaultdict(list)
        for device in self.devices:
            if device.link.ifindex is not None:
                self._numbered[self.spaces[device.ns].node, device.link.ifindex].append(device)
        by_inode = {(space.node, space.inode): space.ns for space in self.spaces.values() if space.inode is not None}
        self._nsids = {
            (ns, nsid): by_inode.get((self.spaces[ns].node, inode))
            for ns, nsid, inode in store.raw("SELECT ns, nsid, inode FROM netns_id")
        }
        self._hosts = {space.node: space.ns for space in self.spaces.values() if space.kind == "host"}
        self._named = {(space.node, space.name): space.ns for space in self.spaces.values() if space.kind == "netns"}
        called = ((self.spaces[device.ns].node, device.link.peer_netns_name) for device in self.devices)
        self._telling = {node for node, name in called if (node, name) in self._named}
        self._found: dict[Device, Cable] = {}

    def other(self, device: Device) -> Cable:
        """Return the other end of a veth, or the device below a macvlan, ipvlan or VLAN."""
        found = self._found.get(device)
        if found is None:
            found = self._found[device] = other_end(self, device.ns, device.link)
        return found

    def may_be_veth(self, device: Device) -> bool:
        """Say whether a device is a veth; a pasted text may not show the kind, the kernel always does."""
        link = device.link
        return link.kind == "veth" or (link.kind is None and self.spaces[device.ns].inode is None and link.name != "lo")

    # -- what podpath.wiring.cables asks -------------------------------------------------------------

    def named(self, ns: int, name: str) -> Link | None:
        """Return a device of a namespace by its name."""
        return self._by_name.get((ns, name))

    def indexed(self, ns: int, index: int) -> Link | None:
        """Return a device of a namespace by its ifindex."""
        return self._by_index.get((ns, index))

    def facing(self, ns: int, index: int, peer: int) -> list[Device]:
        """Return the devices on a namespace's node that have an ifindex, and name one as that of their other end."""
        return [device for device in self.numbered(ns, index) if device.link.peer_index == peer]

    def numbered(self, ns: int, index: int) -> list[Device]:
        """Return the devices on a namespace's node that have an ifindex."""
        return self._numbered.get((self.spaces[ns].node, index), [])

    def by_nsid(self, ns: int, nsid: int) -> int | None:
        """Return the namespace of an identifier in another one, or None if it was not captured."""
        return self._nsids.get((ns, nsid))

    def netns_named(self, ns: int, name: str) -> int | None:
        """Return the namespace of a name below ``/run/netns`` on a namespace's node, or None if it was not captured."""
        return self._named.get((self.spaces[ns].node, name))

    def names_told(self, ns: int) -> bool:
        """Say whether ``ip link`` on a namespace's node names any namespace by the name below which it was captured."""
        return self.spaces[ns].node in self._telling

    def asked(self, ns: int) -> bool:
        """Say whether the kernel was asked what identifiers mean in a namespace."""
        return self.spaces[ns].inode is not None

    def host_of(self, ns: int) -> int | None:
        """Return the host's own namespace of the node that a namespace is on, or None if it was not captured."""
        return self._hosts.get(self.spaces[ns].node)

    def label(self, ns: int) -> str:
        """Return a namespace as reports write it: ``kind:name``, empty for the host's own."""
        return self.spaces[ns].label
