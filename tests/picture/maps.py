"""Maps to draw: of samples, of pasted text, and made by hand."""

import functools
from collections.abc import Iterable
from pathlib import Path

from podpath.checks.engine.run import run_checks
from podpath.cli.progress import Progress
from podpath.cli.snapshots import open_snapshots
from podpath.picture.graph import map_of
from podpath.picture.model import Edge, EdgeKind, Interface, Map, Node, Problem, Role, Segment, SegmentKind, Space, State, Status
from podpath.state.evidence import Unknown
from podpath.state.finding import Severity

ROOT = Path(__file__).parents[2]
HOSTILE = (
    "<img src=x onerror=alert(1)>", "</text></svg><script>alert(1)</script>", "a" * 200, "\u202egnp.exe",
    "\u0627\u0644\u0634\u0628\u0643\u0629",
    "web\x1b[31m\x07\n-1", "\u540d\u524d" * 40, "'\"&amp;]]>", "e\u0301" * 30, "\U0001f600" * 20,
)  # fmt: skip
"""Names that must stay text."""


def map_from(*arguments: str | Path) -> Map:
    """Return the map of snapshots or pasted text."""
    with Progress() as progress, open_snapshots([str(argument) for argument in arguments], progress) as store:
        return map_of(store, run_checks(store))


@functools.cache
def sample(name: str) -> Map:
    """Return the map of a sample."""
    return map_from(ROOT / "samples" / name)


def container(node: str, name: str, at: int, address: str, state: State = State.UP) -> tuple[Space, Interface, list[Edge]]:
    """Return a container with its cable to docker0, as (namespace, the host's end, connections)."""
    space = f"{node}/container:{name}"
    inside = Interface(
        f"{space}/eth0", "eth0", Role.CABLE, "veth", State.UP, f"02:42:ac:11:{at // 256:02x}:{at % 256:02x}", 1500, (address,)
    )
    outside = Interface(f"{node}/host/veth{at}", f"veth{at:07x}", Role.PORT, "veth", state, None, 1500, ())
    cable = Edge(EdgeKind.CABLE, outside.id, inside.id, Status.GOOD if state is State.UP else Status.BROKEN)
    edges = [Edge(EdgeKind.PORT, outside.id, f"{node}/host/docker0"), cable]
    return Space(space, f"container:{name}", name, (name,), (inside,)), outside, edges


def docker_host(names: Iterable[str], node: str = "host", address: str = "172.17.{}.{}/16") -> tuple[Node, list[Edge]]:
    """Return a Docker host with containers of these names."""
    made = [container(node, name, at, address.format(at // 250, at % 250 + 2)) for at, name in enumerate(names)]
    bridge = Interface(
        f"{node}/host/docker0", "docker0", Role.BRIDGE, "bridge", State.UP, "02:42:00:00:00:01", 1500, ("172.17.0.1/16",)
    )
    uplink = Interface(f"{node}/host/eth0", "eth0", Role.UPLINK, None, State.UP, "52:54:00:12:34:56", 1500, ("192.0.2.10/24",))
    host = Space(f"{node}/host", "", node, (), (bridge, uplink, *(outside for _, outside, _ in made)), True)  # noqa: FBT003
    edges = [edge for _, _, edges in made for edge in edges]
    return Node(node, node, (host, *(space for space, _, _ in made))), [*edges, Edge(EdgeKind.WIRE, uplink.id, "segment/lan")]


def hosts(count: int, containers: int) -> Map:
    """Return the map of so many Docker hosts with so many containers each, on one network."""
    made = [docker_host([f"web-{at}" for at in range(containers)], f"n{number}") for number in range(1, count + 1)]
    segment = Segment("segment/lan", SegmentKind.SHARED, "192.0.2.0/24")
    return Map(tuple(node for node, _ in made), (segment,), tuple(edge for _, edges in made for edge in edges), ())


def every_state() -> Map:
    """Return the map of a Docker host that has each state once; containers are named after it."""
    graph = named(("fine", "down", "no peer", "wrong", "warned"))
    (node,) = graph.nodes
    spaces = list(node.spaces)
    ends = {item.name: item for item in spaces[0].interfaces}
    ends["veth0000001"] = ends["veth0000001"]._replace(state=State.DOWN)
    ends["veth0000002"] = ends["veth0000002"]._replace(unknown=Unknown("host", "the other end was not seen", "ip -d link"))
    spaces[0] = spaces[0]._replace(interfaces=tuple(ends.values()))
    problems = []
    for number, (at, severity) in enumerate(((4, Severity.ERROR), (5, Severity.WARNING))):
        (item,) = spaces[at].interfaces
        spaces[at] = spaces[at]._replace(interfaces=(item._replace(problems=(number,)),))
        problems.append(Problem(f"a-{severity}", severity, "host", f"{spaces[at].title} eth0", "This is it.", (item.id,)))
    edges = []
    for edge in graph.edges:
        if edge.kind is EdgeKind.CABLE and edge.source.endswith("/veth1"):
            edges.append(edge._replace(status=Status.BROKEN))
        elif edge.kind is EdgeKind.CABLE and edge.source.endswith("/veth2"):
            edges.append(edge._replace(target=None, status=Status.UNKNOWN))
        else:
            edges.append(edge)
    return graph._replace(nodes=(node._replace(spaces=tuple(spaces)),), edges=tuple(edges), problems=tuple(problems))


def named(names: Iterable[str], node: str = "host") -> Map:
    """Return the map of a Docker host with containers of these names."""
    made, edges = docker_host(names, node)
    return Map((made,), (Segment("segment/lan", SegmentKind.SHARED, "192.0.2.0/24"),), tuple(edges), ())
