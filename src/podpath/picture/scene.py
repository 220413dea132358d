"""What of a map is drawn, and where: each node on its own, left to right as its packets leave it.

Containers, the rails of bridges, the host's routing, its tunnels and uplinks: that order is the same in every node, so
that nodes stand one below the other and the networks between them run along their right side.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from typing import Final, NamedTuple

from podpath.picture.blocks import (
    Block,
    Shape,
    chip_block,
    device_block,
    fold_block,
    rail_block,
    routing_block,
    sign_of,
    space_block,
    widened,
)
from podpath.picture.graphviz import Graph, Layout, PlacedLink, Point, layouts
from podpath.picture.model import Edge, EdgeKind, Interface, Map, Node, Role, Space, State

GAP: Final = 12
COLUMN_GAP: Final = 40
_OPEN_NODES: Final = 8
"""So many nodes are drawn with what is in them; of more each is a line."""
OPEN_SPACES: Final = 48
"""Containers that are drawn one by one; above that, the healthy containers of one network are drawn as one box."""
_FOLD: Final = 4
"""Networks of so few containers are never folded."""


class Drawn(NamedTuple):
    """A link of the layout and the connection that it draws.

    Attributes:
        link: boxes and ports.
        edge: the connection, or None if it only says that a device is the host's.
    """

    link: PlacedLink
    edge: Edge | None


class Host(NamedTuple):
    """A node as it is drawn.

    Attributes:
        node: the node.
        opened: with all that is in it.
        blocks: what is in it.
        drawn: what connects the blocks.
        stubs: connections whose other end is not known, from the object that has them.
        ties: connections to what is between the nodes.
        layout: where the blocks are; of a folded node none.
    """

    node: Node
    opened: bool
    blocks: tuple[Block, ...] = ()
    drawn: tuple[Drawn, ...] = ()
    stubs: tuple[Edge, ...] = ()
    ties: tuple[Edge, ...] = ()
    layout: Layout | None = None

    def anchor(self, identifier: str, *, right: bool) -> Point | None:
        """Return where a line meets an object, in pixels from the corner of what is in the node, or None if it is folded."""
        if self.layout is None:
            return None
        for block, at in zip(self.blocks, self.layout.boxes, strict=True):
            if identifier in block.ports:
                return Point(at.x + (block.box.width if right else 0), at.y + block.ports[identifier][1])
        return None


def scene(
    graph: Map,
    opened: Collection[str] = (),
    *,
    everything: bool = False,
    fold_networks: bool = False,
    singles: int = OPEN_SPACES,
) -> list[Host]:
    """Return the nodes of a map as they are drawn, laid out.

    Args:
        graph: the map.
        opened: names of nodes to open, and of networks (``node/bridge``) whose containers are wanted one by one.
        everything: open all of them.
        fold_networks: an opened node is drawn as if it were the only one: if it has many containers, they are folded.
        singles: so many containers are not many.

    Raises:
        LayoutError: Graphviz is not installed, or gave no layout.
    """
    hosts = _aligned(hosts_of(graph, opened, everything=everything, fold_networks=fold_networks, singles=singles))
    graphs = [Graph(tuple(block.box for block in host.blocks), tuple(drawn.link for drawn in host.drawn), GAP, COLUMN_GAP)
              for host in hosts if host.opened]  # fmt: skip
    found = iter(layouts(graphs))
    return [host._replace(layout=_stretched(host, next(found))) if host.opened else host for host in hosts]


def hosts_of(
    graph: Map,
    opened: Collection[str] = (),
    *,
    everything: bool = False,
    fold_networks: bool = False,
    singles: int = OPEN_SPACES,
) -> list[Host]:
    """Return the nodes of a map as they are drawn, without a layout; arguments are those of :func:`scene`."""
    many = len(graph.nodes) > _OPEN_NODES
    count = sum(len(node.spaces) - 1 for node in graph.nodes)
    owner = {item.id: node.id for node in graph.nodes for space in node.spaces for item in space.interfaces}
    edges: dict[str, list[Edge]] = defaultdict(list)
    for edge in graph.edges:
        edges[owner.get(edge.source, "")].append(edge)
    hosts = []
    for node in graph.nodes:
        wanted = everything or node.name in opened or any(name.startswith(f"{node.name}/") for name in opened)
        # Where nodes are lines, a node is opened first, and its networks after it; else they are all that is folded.
        shown = len(node.spaces) - 1 if fold_networks or many else count
        whole = everything or (node.name in opened and not many and not fold_networks)
        builder = _Builder(graph, node, edges[node.id], () if fold_networks else opened, fold=not whole and shown > singles)
        hosts.append(builder.host() if wanted or not many else builder.folded())
    return hosts


def _aligned(hosts: Sequence[Host]) -> list[Host]:
    """Return the nodes with blocks of a kind equally wide, so that columns are straight through all nodes."""
    group = {Shape.SPACE: 0, Shape.FOLD: 0, Shape.RAIL: 1, Shape.CHIP: 1, Shape.ROUTING: 2, Shape.DEVICE: 3}
    widest: dict[int, float] = defaultdict(float)
    for block in (block for host in hosts for block in host.blocks):
        widest[group[block.shape]] = max(widest[group[block.shape]], block.box.width)
    return [host._replace(blocks=tuple(widened(block, widest[group[block.shape]]) for block in host.blocks)) for host in hosts]


def _stretched(host: Host, layout: Layout) -> Layout:
    """Return the layout with the routing as high as the node."""
    boxes = [Point(at.x, 0) if block.shape is Shape.ROUTING else at for block, at in zip(host.blocks, layout.boxes, strict=True)]
    return layout._replace(boxes=tuple(boxes))


class _Builder:
    """Builds the drawing of a node."""

    def __init__(self, graph: Map, node: Node, edges: Sequence[Edge], opened: Collection[str], *, fold: bool) -> None:
        self._graph, self._node, self._fold = graph, node, fold
        self._opened = {name.partition("/")[2] for name in opened if name.startswith(f"{node.name}/")}
        self._items = {item.id: item for space in node.spaces for item in space.interfaces}
        self._space_of = {item.id: space for space in node.spaces for item in space.interfaces}
        self._edges = edges
        self._blocks: list[Block] = []
        self._where: dict[str, tuple[int, int | None]] = {}
        self._drawn: list[Drawn] = []
        self._cable: dict[str, str] = {}
        for edge in self._edges:
            if edge.kind is EdgeKind.CABLE and edge.target is not None:
                self._cable[edge.source], self._cable[edge.target] = edge.target, edge.source
        self._master = {
            edge.source: edge.target for edge in self._edges if edge.kind is EdgeKind.PORT and edge.target is not None
        }

    def folded(self) -> Host:
        """Return the node, folded into one line."""
        return Host(self._node, opened=False, ties=tuple(self._ties()))

    def host(self) -> Host:
        """Return the node with what is in it."""
        host = self._node.host
        groups = self._groups()
        folded = {network: spaces for network, spaces in groups.items() if self._is_folded(network, spaces)}
        quiet = {space.id for spaces in folded.values() for space in spaces if self._is_quiet(space)}
        for network, spaces in groups.items():
            for space in spaces:
                if space.id not in quiet:
                    self._add(space_block(self._graph, space))
            hidden = [space for space in spaces if space.id in quiet]
            if hidden:
                what = f"{len(hidden)} containers" if len(hidden) > 1 else "1 container"
                self._add(fold_block(self._graph, f"fold {network}", hidden, what))
        for bridge in (item for item in host.interfaces if item.role is Role.BRIDGE):
            self._add(self._rail(bridge, groups, quiet))
        for item in host.interfaces:
            if self._is_chip(item) and not self._is_hidden(item, quiet):
                note = next((edge.label for edge in self._edges if edge.kind is EdgeKind.ROUTED and edge.source == item.id), "")
                self._add(chip_block(self._graph, item, f"route {note}" if note else "", self._room(item) - GAP))
        devices = [item for item in host.interfaces if self._is_device(item)]
        if self._is_router(devices):
            self._add(routing_block(host.id))
        order = (Role.TUNNEL, Role.STACKED, Role.OTHER, Role.UPLINK, Role.PORT)
        for item in sorted(devices, key=lambda item: order.index(item.role)):
            self._add(device_block(self._graph, item))
        self._link(groups)
        self._drawn.sort(key=lambda drawn: (drawn.link.head, drawn.link.head_port or 0, drawn.link.tail))
        stubs = [edge for edge in self._edges if edge.target is None and edge.source in self._where]
        return Host(self._node, True, tuple(self._blocks), tuple(self._drawn), tuple(stubs), tuple(self._ties()))  # noqa: FBT003

    def _ties(self) -> Iterator[Edge]:
        return (edge for edge in self._edges if edge.kind in {EdgeKind.WIRE, EdgeKind.MEMBER})

    def _is_router(self, devices: Sequence[Interface]) -> bool:
        """Say whether a host routes: it has containers, and another device with an address."""
        host = self._node.host
        inner = [item for item in host.interfaces if item.role in {Role.BRIDGE, Role.CABLE, Role.ROUTED}
                 and (item.addresses or item.role is Role.ROUTED)]  # fmt: skip
        return bool(inner) and len(inner) + len([item for item in devices if item.addresses]) > 1

    # -- what is folded ------------------------------------------------------------------------------

    def _groups(self) -> dict[str, list[Space]]:
        """Return the namespaces by network: the bridge of their first cable, or none."""
        groups: dict[str, list[Space]] = defaultdict(list)
        for space in self._node.spaces[1:]:
            groups[self._network(space)].append(space)
        bridges = [item.id for item in self._node.host.interfaces]
        return {key: groups[key] for key in sorted(groups, key=lambda key: (bridges.index(key) if key in bridges else -1, key))}

    def _network(self, space: Space) -> str:
        for item in space.interfaces:
            other = self._cable.get(item.id)
            if other is not None and other in self._master:
                return self._master[other]
            if other is not None and other in self._items:
                return "routed"
        return ""

    def _is_folded(self, network: str, spaces: Sequence[Space]) -> bool:
        name = network.rpartition("/")[2]
        return self._fold and name not in self._opened and len(spaces) > _FOLD

    def _is_quiet(self, space: Space) -> bool:
        """Say whether a namespace is healthy and on one network only."""
        cables = [self._cable.get(item.id) for item in space.interfaces]
        ends = [self._items[other] for other in cables if other is not None and other in self._items]
        marked = [sign_of(self._graph, space), *(sign_of(self._graph, item) for item in (*space.interfaces, *ends))]
        return len(ends) <= 1 and not any(marked)

    def _is_hidden(self, item: Interface, quiet: Collection[str]) -> bool:
        other = self._cable.get(item.id)
        return other is not None and other in self._space_of and self._space_of[other].id in quiet

    # -- blocks --------------------------------------------------------------------------------------

    def _add(self, block: Block) -> None:
        number = len(self._blocks)
        self._blocks.append(block)
        self._where.update({identifier: (number, port) for identifier, (port, _) in block.ports.items()})

    def _is_on_bridge(self, item: Interface) -> bool:
        master = self._items.get(self._master.get(item.id, ""))
        return master is not None and master.role is Role.BRIDGE

    def _is_chip(self, item: Interface) -> bool:
        return item.role in {Role.CABLE, Role.ROUTED} or (
            item.role is Role.PORT and item.kind == "veth" and not self._is_on_bridge(item)
        )

    def _is_device(self, item: Interface) -> bool:
        if item.role in {Role.BRIDGE, Role.CABLE, Role.ROUTED} or (item.role is Role.PORT and item.kind == "veth"):
            return False
        tied = any(item.id in (edge.source, edge.target) for edge in self._edges)
        used = bool(item.addresses or item.problems) or (item.state is State.UP and item.role is not Role.OTHER)
        return used or (tied and item.role is not Role.OTHER)

    def _rail(self, bridge: Interface, groups: dict[str, list[Space]], quiet: Collection[str]) -> Block:
        ports = [self._items[port] for port, master in self._master.items() if master == bridge.id and port in self._items]
        ports = [port for port in ports if port.kind == "veth" and port.role is Role.PORT]
        order = {space.id: at for at, space in enumerate(space for spaces in groups.values() for space in spaces)}
        ports.sort(key=lambda port: (order.get(self._behind(port), len(order)), port.name))
        seen = [port for port in ports if self._behind(port) not in quiet]
        fold = f"fold {bridge.id}"
        rows: list[tuple[Interface | None, str, float]] = [(port, port.id, self._room(port)) for port in seen]
        if fold in self._where:
            rows.append((None, f"{fold} chip", self._blocks[self._where[fold][0]].box.height + GAP))
        return rail_block(self._graph, bridge, rows, len(ports) - len(seen))

    def _behind(self, port: Interface) -> str:
        other = self._cable.get(port.id)
        space = self._space_of.get(other) if other is not None else None
        return space.id if space is not None else ""

    def _room(self, port: Interface) -> float:
        """Return the height that a port needs so that its cable is straight."""
        other = self._cable.get(port.id)
        if other is None or other not in self._where:
            return 0
        block = self._blocks[self._where[other][0]]
        cables = sum(1 for identifier in block.ports if identifier in self._cable)
        return block.box.height + GAP if cables == 1 else 0

    # -- links ---------------------------------------------------------------------------------------

    def _link(self, groups: dict[str, list[Space]]) -> None:
        for edge in self._edges:
            if edge.target is None or edge.source not in self._where or edge.target not in self._where:
                continue
            if edge.kind is EdgeKind.CABLE:
                self._join(*self._outwards(edge.source, edge.target), edge, 8)
            elif edge.kind is EdgeKind.STANDS_ON:
                same = self._space_of[edge.source] is self._node.host
                self._join(edge.source, edge.target, edge, 0 if same else 2)
            elif edge.kind is EdgeKind.PORT and self._where[edge.source][0] != self._where[edge.target][0]:
                self._join(edge.target, edge.source, edge, 4)
        for network in groups:
            fold, chip = f"fold {network}", f"fold {network} chip"
            head = chip if chip in self._where else self._node.host.id
            if fold in self._where and head in self._where:
                self._join(fold, head, None, 8)
        self._routing()

    def _outwards(self, one: str, other: str) -> tuple[str, str]:
        """Return two ends of a cable, the one that is farther from the network first."""
        host = self._node.host
        return (other, one) if self._space_of.get(one) is host and self._space_of.get(other) is not host else (one, other)

    def _join(self, tail: str, head: str, edge: Edge | None, weight: int) -> None:
        left, right = self._where[tail], self._where[head]
        if left[0] != right[0]:
            self._drawn.append(Drawn(PlacedLink(*left, *right, weight), edge))

    def _routing(self) -> None:
        """Connect devices with addresses, and routed devices, to the host's routing."""
        host = self._node.host
        if host.id not in self._where:
            return
        routed = {edge.source: edge for edge in self._edges if edge.kind is EdgeKind.ROUTED}
        for item in host.interfaces:
            if item.id not in self._where or (item.id in self._master and self._is_on_bridge(item)):
                continue
            if item.role in {Role.BRIDGE, Role.CABLE, Role.ROUTED}:
                if item.addresses or item.id in routed:
                    self._join(item.id, host.id, routed.get(item.id), 4)
            elif item.addresses:
                self._join(host.id, item.id, None, 4)
