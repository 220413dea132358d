"""Clusters compared."""

from podpath.lake.across import fleet_of
from podpath.state.address import parse_ip
from podpath.state.finding import Confidence, Finding, Report, Severity
from podpath.state.fleet import ClusterResult, Drift, Network, NodeTrouble, Overlap, Traits


def net(text: str) -> Network:
    """Return a network."""
    address, _, length = text.partition("/")
    return Network(6 if ":" in address else 4, parse_ip(address), int(length))


def cluster(name: str, *pods: str, port: str = "8472", nodes: str = "", hops: str = "") -> ClusterResult:
    """Return a cluster, judged."""
    addresses, leads = (frozenset(parse_ip(word) for word in text.split()) for text in (nodes, hops))
    traits = Traits({"VXLAN port": (port,)}, tuple(map(net, pods)), addresses, leads)
    return ClusterResult(name, 3, Report((), (), (), (), 1), traits)


def test_a_setting_that_a_cluster_has_otherwise_is_drift() -> None:
    """What most have comes first; without a difference there is none."""
    clusters = [cluster(name, port=port) for name, port in (("a", "8472"), ("b", "4789"), ("c", "8472"))]
    assert fleet_of("lake", "2026-11-30", clusters).drifts == (Drift("VXLAN port", (("8472", ("a", "c")), ("4789", ("b",)))),)
    assert fleet_of("lake", "2026-11-30", clusters[::2]).drifts == ()


def test_a_network_of_pods_in_several_clusters_is_told_once() -> None:
    """By its shared part, in either family; adjoining ones together."""
    one, other = cluster("a", "10.42.0.0/16", "fd00:1::/64"), cluster("b", "10.42.1.0/24", "10.42.2.0/24")
    fleet = fleet_of("lake", "2026-11-30", [one, other, cluster("c", "fd00:1::/64", "10.43.0.0/16")])
    assert fleet.overlaps == (Overlap(("10.42.1.0/24", "10.42.2.0/24"), ("a", "b")), Overlap(("fd00:1::/64",), ("a", "c")))


def test_clusters_are_connected_where_one_sends_to_a_node_of_the_other() -> None:
    """An address that both have shows nothing."""
    one, other = (
        cluster("a", "10.42.0.0/16", nodes="192.0.2.1", hops="192.0.2.9"),
        cluster("b", "10.42.0.0/16", nodes="192.0.2.9"),
    )
    assert fleet_of("lake", "d", [one, other]).overlaps[0].peered == "a sends to 192.0.2.9, a node of b"
    both = cluster("c", "10.42.0.0/16", nodes="192.0.2.9", hops="192.0.2.9")
    assert fleet_of("lake", "d", [both, other]).overlaps[0].peered is None


def test_the_worst_cluster_comes_first() -> None:
    """What could not be judged, then errors, then warnings, then nodes that are not known."""
    found = Finding("x", Severity.ERROR, Confidence.PROVEN, "n", "", "s", "", (), ())
    broken = cluster("d")._replace(report=Report((), (found,), (), (), 1))
    warned = cluster("c")._replace(report=Report((), (found._replace(severity=Severity.WARNING),), (), (), 1))
    lacking = cluster("b")._replace(troubles=(NodeTrouble("b", "n", "x"),))
    unjudged = ClusterResult("e", 0, None, None, problem="x")
    ranked = fleet_of("lake", "d", [cluster("a"), lacking, warned, broken, unjudged]).clusters
    assert [one.cluster for one in ranked] == ["e", "d", "c", "b", "a"]
