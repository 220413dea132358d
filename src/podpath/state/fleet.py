"""Many clusters judged together: what each of them is like, and what they have in common."""

from typing import NamedTuple

from podpath.state.finding import Report, Severity


class NodeTrouble(NamedTuple):
    """A node of a lake that is not known, or part of what it wrote that is not read.

    Attributes:
        cluster: its cluster.
        node: its name, or the folder's where it has none.
        text: why, without its name.
        stale: all that is wrong is that its newest capture is too old.
    """

    cluster: str
    node: str
    text: str
    stale: bool = False


class Network(NamedTuple):
    """A network of pods as a cluster has it: family, first address, length."""

    family: int
    first: int
    length: int


class Traits(NamedTuple):
    """What a cluster is like, to be compared with others.

    Attributes:
        settings: for each setting (VXLAN port, MTU, kernel …) its values, the commonest first.
        pods: the networks of its pods, joined where they adjoin.
        addresses: addresses of its nodes.
        hops: addresses outside of it that its routes, tunnels and BGP sessions lead to.
    """

    settings: dict[str, tuple[str, ...]]
    pods: tuple[Network, ...]
    addresses: frozenset[int]
    hops: frozenset[int]


class ClusterResult(NamedTuple):
    """A cluster, judged.

    Attributes:
        cluster: its name.
        nodes: number of its nodes that were judged.
        report: what the checks say of it, or None if it could not be judged.
        traits: what it is like.
        troubles: nodes that are not known, and what was not read.
        by_rows: number of nodes whose entries for peers were read; the others' are proven by sums.
        seconds: time that it took.
        problem: why it could not be judged, or None if it could.
        page: its own report as an HTML page, where that is wanted.
    """

    cluster: str
    nodes: int
    report: Report | None
    traits: Traits | None
    troubles: tuple[NodeTrouble, ...] = ()
    by_rows: int = 0
    seconds: float = 0.0
    problem: str | None = None
    page: str = ""

    def count(self, severity: Severity) -> int:
        """Return how many findings of a severity it has."""
        return sum(finding.severity is severity for finding in self.report.findings) if self.report is not None else 0


class Drift(NamedTuple):
    """A setting of a cluster that its sisters have otherwise.

    Attributes:
        setting: what it is.
        values: each value with the clusters that have it, the commonest first.
    """

    setting: str
    values: tuple[tuple[str, tuple[str, ...]], ...]


class Overlap(NamedTuple):
    """A network of pods that several clusters have.

    Attributes:
        networks: the parts they share, as text.
        clusters: names of the clusters.
        peered: what shows that they are connected, or None if nothing does.
    """

    networks: tuple[str, ...]
    clusters: tuple[str, ...]
    peered: str | None = None


class FleetResult(NamedTuple):
    """All clusters of a lake.

    Attributes:
        lake: how a person names the lake.
        day: the day that was judged, as ISO 8601 writes it.
        clusters: the clusters, the worst first.
        drifts: what some of them have otherwise than the others.
        overlaps: networks of pods that several of them have.
    """

    lake: str
    day: str
    clusters: tuple[ClusterResult, ...]
    drifts: tuple[Drift, ...] = ()
    overlaps: tuple[Overlap, ...] = ()
