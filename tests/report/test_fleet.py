"""The report of a fleet."""

import json
from importlib.resources import files

import jsonschema

from podpath.report.fleet import FleetTerminal, faults, headline, pairs_of, render, streamed
from podpath.report.terminal import as_text
from podpath.state.finding import Confidence, Finding, OverlayResult, Report, Severity
from podpath.state.fleet import ClusterResult, Drift, FleetResult, NodeTrouble, Overlap

FOUND = Finding("fdb-wrong-mac", Severity.ERROR, Confidence.PROVEN, "n1", "", "flannel.1 on n1 has a wrong MAC", "", (), ())


def cluster(name: str, *findings: Finding, broken: int = 0) -> ClusterResult:
    """Return a cluster, judged."""
    overlay = OverlayResult("flannel.1", ("n1", "n2"), 2 - broken, broken, 0, ())
    return ClusterResult(name, 2, Report(("n1", "n2"), findings, (), (overlay,), 107), None, seconds=0.5)


SICK = [cluster(f"c{number:02}", FOUND, FOUND._replace(node="n2"), broken=2) for number in range(20)]
STALE = NodeTrouble("good", "n3", "its newest capture is from 2026-11-28 10:00 UTC", stale=True)
GONE = ClusterResult("gone", 0, None, None, problem="no capture of it can be used")
FLEET = FleetResult(
    "lake",
    "2026-11-30",
    (GONE, *SICK, cluster("good")._replace(troubles=(STALE,))),
    (Drift("VXLAN port", (("8472", ("c00", "good")), ("4789", ("c01",)))),),
    (
        Overlap(("10.42.0.0/16",), ("c00", "c01")),
        Overlap(("10.43.0.0/16",), ("c00", "c02"), "c00 sends to 192.0.2.1, a node of c02"),
    ),
)


def test_one_fault_in_twenty_clusters_is_told_once() -> None:
    """With the clusters and nodes that have it."""
    text = as_text(FleetTerminal(100).lines(FLEET))
    assert text.count("fdb-wrong-mac") == 2  # its headline, and the command that explains it
    assert "✗ fdb-wrong-mac    40 in 20 clusters" in text
    assert "    c00: n1, n2\n" in text
    assert "    and 14 more clusters\n" in text
    assert list(faults(FLEET)) == [(Severity.ERROR, "fdb-wrong-mac")]


def test_the_headline_counts_kinds_and_clusters() -> None:
    """What is not known is not well."""
    assert headline(FLEET) == "22 clusters, 42 nodes on 2026-11-30: 1 kind of error in 21 clusters"
    assert headline(FLEET._replace(clusters=(cluster("a"),))) == "1 cluster, 2 nodes on 2026-11-30: nothing wrong found"
    assert headline(FLEET._replace(clusters=FLEET.clusters[-1:])).endswith("nothing wrong found, 1 cluster not known whole")
    assert as_text(FleetTerminal(80).lines(FLEET._replace(clusters=FLEET.clusters[-1:]))).startswith("? ")
    assert pairs_of(SICK[0]) == (0, 2, 0)


def test_clusters_are_compared_in_words() -> None:
    """And nodes that are not known are named."""
    text = as_text(FleetTerminal(100).lines(FLEET))
    for line in (
        "? gone       0 nodes  not judged: no capture of it can be used",
        "✗ c00        2 nodes  0 of 2 pairs proven, 2 broken, 2 errors",
        "  10.42.0.0/16 is in c00, c01",
        "  nothing shows that they are connected",
        "  they are connected: c00 sends to 192.0.2.1, a node of c02",
        "  4789: c01",
        "  good n3: its newest capture is from 2026-11-28 10:00 UTC",
    ):
        assert line in text


def test_a_cluster_is_told_as_soon_as_it_is_judged() -> None:
    """Its gravest findings with it."""
    first, second, _ = streamed(SICK[0])
    assert first == "c00: 2 errors, 0 warnings in 2 nodes, 0.5 s"
    assert second == "c00: fdb-wrong-mac: flannel.1 on n1 has a wrong MAC"
    assert list(streamed(FLEET.clusters[0])) == ["gone: not judged: no capture of it can be used"]


def test_the_document_is_of_its_schema() -> None:
    """``podpath.fleet/1`` ships with the package; each cluster holds its own ``podpath.check/1``."""
    document = json.loads(render(FLEET))
    schema = json.loads((files("podpath.report") / "fleet.schema.json").read_text())
    jsonschema.Draft202012Validator(schema).validate(document)
    assert document["clusters"][1]["report"]["schema"] == "podpath.check/1"
