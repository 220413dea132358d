"""Services, published ports and isolated networks: every cell of a lab's matrix, by the walk and by real connections.

The rules are kube-proxy's (both modes, all traffic policies, sessions, services without endpoints), flannel's, and those of a
real Docker Engine. Outcome for outcome must agree; only what no captured node has may be unknown.
"""

import os
import sys
from pathlib import Path
from typing import Final

import pytest

from podpath import lab
from podpath.lab.client import Cluster, LabError
from podpath.lab.matrix import Cell, measure
from podpath.snapshot.absorb import absorb
from podpath.snapshot.store import Store
from podpath.state.address import parse_ip
from podpath.state.trace import Verdict
from podpath.walk.cluster import Cluster as Snapshot
from podpath.walk.endpoints import Endpoint
from podpath.walk.trace import Ask, Tracer

SOURCE: Final = Path(__file__).parents[2] / "src"
OUTSIDE: Final = "ext"
BACK_ENDS: Final = {"docker-engine-legacy": "legacy"}
"""Who holds the rules, where it is not iptables-nft."""
MEANS: Final = {
    "": {Verdict.DELIVERED},
    "ETIMEDOUT": {Verdict.DROPPED},
    "ECONNREFUSED": {Verdict.REFUSED, Verdict.REJECTED},
    "EHOSTUNREACH": {Verdict.UNREACHABLE, Verdict.REJECTED},
    "ENETUNREACH": {Verdict.UNREACHABLE, Verdict.REJECTED},
    "EACCES": {Verdict.UNREACHABLE, Verdict.REJECTED},
    "EPERM": {Verdict.DROPPED, Verdict.REJECTED},
}


def captured(cluster: Cluster, folder: Path) -> Store:
    """Capture each node from inside, as its administrator would."""
    store = Store()
    for node in (node for node in cluster.plan.nodes if node.pods):
        file = folder / f"{node.name}.podpath"
        words = [sys.executable, "-m", "podpath", "collect", "-o", str(file)]
        done = cluster.start(node.name, words, env={**os.environ, "PYTHONPATH": str(SOURCE)}).wait(90)
        assert done.code == 0, done
        absorb(store, file)
    store.flush()
    return store


def namespaces(store: Store) -> dict[str, int]:
    """Return the namespaces by the names that the lab gives them."""
    rows = store.raw("SELECT s.ns, s.kind, coalesce(s.name, ''), d.name FROM netns s JOIN node d USING (node)")
    return {node if kind == "host" else f"{node}/{name}": ns for ns, kind, name, node in rows}


@pytest.mark.root
@pytest.mark.long
@pytest.mark.timeout(400)
@pytest.mark.parametrize(
    "topology", ["kube-proxy-iptables", "kube-proxy-nftables", "docker", "docker-engine", "docker-engine-legacy", "canal"]
)
def test_the_walk_says_of_each_cell_what_real_connections_do(topology: str, tmp_path: Path) -> None:
    """Delivered, refused, rejected or silent: services of all kinds, published ports, other networks."""
    try:
        cluster = lab.cluster(topology)
    except LabError as error:
        pytest.skip(str(error))
    with cluster, captured(cluster, tmp_path) as store:
        cells = [cell for cell in measure(cluster).cells if cell.probe.endswith(" small") and cell.source != OUTSIDE]
        ports = {end.name: end.ports for end in cluster.plan.targets}
        tracer, spaces = Tracer(Snapshot(store, assumed=("asked-address",))), namespaces(store)
        counts = tracer.cluster.rules(spaces["n1"]).counts(4)
        assert max(counts, key=lambda back_end: counts[back_end]) == BACK_ENDS.get(topology, "iptables-nft"), counts
        wrong = [said for cell in cells if (said := disagreement(tracer, spaces, ports[cell.target], cell)) is not None]
    assert len(cells) > 50
    assert wrong == []


def disagreement(tracer: Tracer, spaces: dict[str, int], ports: dict[str, int], cell: Cell) -> str | None:
    """Return what the walk says and the connection did not, or none."""
    proto = cell.probe.partition(" ")[0]
    target = Endpoint(cell.target, None, parse_ip(cell.address))
    port = ports[proto] if proto != "icmp" else None
    told = tracer.trace(Ask(source=Endpoint(cell.source, spaces[cell.source]), destination=target, proto=proto, port=port))
    if told.verdict in MEANS.get(cell.error, set()) or (told.verdict is Verdict.UNKNOWN and cell.target == OUTSIDE):
        return None
    if told.verdict is Verdict.UNKNOWN and all("no captured node does" in unknown.missing for unknown in told.unknowns):
        return None
    return f"{cell.source} → {cell.address} {proto}: {cell.error or 'delivered'}, but the walk says {told.verdict}"
