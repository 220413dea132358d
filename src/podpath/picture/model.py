"""What a map shows: nodes, in them namespaces, in them interfaces; what connects them, and what is wrong with each."""

from enum import StrEnum
from typing import NamedTuple

from podpath.state.evidence import Unknown
from podpath.state.finding import Severity


class State(StrEnum):
    """Whether an interface passes traffic, by the kernel's own word."""

    UP = "up"
    DOWN = "down"
    NO_CARRIER = "no carrier"
    UNKNOWN = "unknown"


class Role(StrEnum):
    """What an interface is for, as a picture places it."""

    BRIDGE = "bridge"
    """A bridge: the rail that its ports hang on."""
    PORT = "port"
    """Plugged into a bridge, bond or VRF."""
    ROUTED = "routed"
    """The outer end of a container's cable that the host routes to (Calico)."""
    CABLE = "cable"
    """An end of a veth pair that is neither."""
    TUNNEL = "tunnel"
    """Wraps packets: VXLAN, Geneve, IP in IP, GRE, WireGuard …"""
    STACKED = "stacked"
    """Stands on another device: VLAN, macvlan, ipvlan."""
    UPLINK = "uplink"
    """Leads out of the node."""
    OTHER = "other"
    """None of them: dummy, tun …"""


class EdgeKind(StrEnum):
    """What connects two objects."""

    CABLE = "cable"
    """A veth pair."""
    PORT = "port"
    """An interface and the bridge, bond or VRF that it is plugged into."""
    STANDS_ON = "stands-on"
    """A VLAN, macvlan or ipvlan and the device below it; a tunnel and the device that its outer packets leave by."""
    ROUTED = "routed"
    """An interface and the namespace that routes single addresses to it."""
    WIRE = "wire"
    """An uplink and the segment that it is on."""
    MEMBER = "member"
    """A tunnel device and its overlay."""
    TUNNEL = "tunnel"
    """A pair of nodes of an overlay, in one direction."""


class Status(StrEnum):
    """What the evidence says of a connection."""

    GOOD = "good"
    BROKEN = "broken"
    UNKNOWN = "unknown"


class Interface(NamedTuple):
    """An interface.

    Attributes:
        id: unique in the map.
        name: interface name.
        role: what it is for.
        kind: driver kind (veth, bridge, vxlan …).
        state: up, down, no carrier, or unknown.
        mac: link-layer address.
        mtu: in bytes.
        addresses: its addresses with prefix lengths, link-local ones apart.
        details: settings worth seeing (``VNI 1``, ``UDP 8472``, ``VLAN 7``, ``hairpin`` …).
        problems: numbers of the map's problems that it is blamed for.
        unknown: what is not known of it, with the command that would show it, or None if there is nothing.
        notes: what happens to a packet here, where a path is drawn.
    """

    id: str
    name: str
    role: Role
    kind: str | None
    state: State
    mac: str | None
    mtu: int | None
    addresses: tuple[str, ...]
    details: tuple[str, ...] = ()
    problems: tuple[int, ...] = ()
    unknown: Unknown | None = None
    notes: tuple[str, ...] = ()


class Space(NamedTuple):
    """A namespace.

    Attributes:
        id: unique in the map.
        label: ``kind:name``; empty for the host's own.
        title: what people call it: the pod, the container, the namespace; the node, for the host's own.
        containers: names of the containers in it.
        interfaces: its interfaces, without loopback.
        forwards: it sends on what is not its own (``net.ipv4.ip_forward``), or None if that was not captured.
        problems: numbers of the map's problems that it is blamed for and none of its interfaces.
    """

    id: str
    label: str
    title: str
    containers: tuple[str, ...]
    interfaces: tuple[Interface, ...]
    forwards: bool | None = None
    problems: tuple[int, ...] = ()


class Node(NamedTuple):
    """A node.

    Attributes:
        id: unique in the map.
        name: its name.
        spaces: its namespaces, the host's own first.
        missing: what was not captured, with the command that would show it; empty when all was.
    """

    id: str
    name: str
    spaces: tuple[Space, ...]
    missing: tuple[Unknown, ...] = ()

    @property
    def host(self) -> Space:
        """The host's own namespace."""
        return self.spaces[0]


class SegmentKind(StrEnum):
    """What carries packets between nodes."""

    SHARED = "shared"
    """A network that several interfaces have addresses of, without a router between."""
    ROUTED = "routed"
    """Networks with gateways between them that were not captured."""
    OVERLAY = "overlay"
    """Tunnels between nodes."""


class Segment(NamedTuple):
    """What carries packets between nodes: a rail of the map.

    Attributes:
        id: unique in the map.
        kind: a shared network, routed ones, or an overlay.
        name: its network, or the overlay's name.
        details: settings worth seeing (``VNI 1``, ``MTU 1450``, ``via 192.168.50.1`` …).
        proven: pairs of nodes whose every entry is right; for an overlay.
        broken: pairs of nodes with a wrong entry.
        unknown: pairs that are neither.
    """

    id: str
    kind: SegmentKind
    name: str
    details: tuple[str, ...] = ()
    proven: int = 0
    broken: int = 0
    unknown: int = 0


class Edge(NamedTuple):
    """A connection.

    Attributes:
        kind: what connects them.
        source: one end.
        target: the other one, or None if it is not known.
        status: what the evidence says of it.
        label: a word beside it: the routed address, the mode of a macvlan …
        summary: what is wrong or not known, in words.
        command: command that would show it, for an unknown.
    """

    kind: EdgeKind
    source: str
    target: str | None
    status: Status = Status.GOOD
    label: str = ""
    summary: str = ""
    command: str = ""


class Problem(NamedTuple):
    """A finding, as a map shows it.

    Attributes:
        check: name of the check.
        severity: how much it hurts.
        node: name of the node that must be fixed.
        place: the object that is blamed, in words.
        summary: what is wrong.
        objects: the objects that are blamed.
        label: what stands beside them; empty for the check's name and the problem's number.
    """

    check: str
    severity: Severity
    node: str
    place: str
    summary: str
    objects: tuple[str, ...]
    label: str = ""


class Map(NamedTuple):
    """A map.

    Attributes:
        nodes: the nodes.
        segments: what is between them.
        edges: what connects the objects.
        problems: what is wrong, the worst first.
    """

    nodes: tuple[Node, ...]
    segments: tuple[Segment, ...]
    edges: tuple[Edge, ...]
    problems: tuple[Problem, ...]
