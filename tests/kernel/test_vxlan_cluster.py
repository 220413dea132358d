"""A real VXLAN cluster, dumped with the real commands: read whole, proven healthy, and every damage found."""

import os
from collections.abc import Iterator

import pytest

from podpath.state.finding import Severity
from tests.kernel.cluster import JSON_DUMP, Cluster, cluster, judge

pytestmark = [
    pytest.mark.root,
    pytest.mark.skipif(os.geteuid() != 0, reason="makes network namespaces: needs root"),
    pytest.mark.xdist_group("vxlan-cluster"),
]


@pytest.fixture(scope="module")
def built() -> Iterator[Cluster]:
    """Return a cluster that every test leaves healthy."""
    with cluster() as made:
        yield made


def test_the_cluster_of_the_tests_works(built: Cluster) -> None:
    """A real packet gets from each node's pods to every other node's."""
    assert all(built.reaches(f"p{i}a", f"10.244.{j}.10") for i in (1, 2, 3) for j in (1, 2, 3) if i != j)


def test_a_healthy_cluster_is_read_without_one_unread_line(built: Cluster) -> None:
    """Every line that the real commands print is read."""
    _, unread = judge(built)
    assert unread == []


@pytest.mark.parametrize("commands", [None, JSON_DUMP], ids=["text", "json"])
def test_a_healthy_cluster_is_proven_healthy(built: Cluster, commands: tuple[str, ...] | None) -> None:
    """All six pairs are proven, nothing is left uncompared, and no check fires."""
    report, _ = judge(built, commands) if commands else judge(built)
    (overlay,) = report.overlays
    assert (overlay.proven, overlay.broken, overlay.unknown) == (6, 0, 0)
    assert [pair.not_compared for pair in overlay.pairs] == [()] * 6
    assert [f for f in report.findings if f.severity is not Severity.INFO] == []


DAMAGES = [
    # name, node, commands that break, commands that mend, check, node to mend, pairs that break, word in evidence
    ("peer's route gone", "n1", ["ip route del 10.244.2.0/24"], ["peer 1 2"], "peer-route-missing", "n1", "10.244.2.0/24"),
    ("route to another node", "n1", ["ip route replace 10.244.2.0/24 via 10.244.3.0 dev flannel.1 onlink"], ["peer 1 2"],
     "route-wrong-next-hop", "n1", "via 10.244.3.0"),
    ("route by the wrong device", "n1", ["ip route replace 10.244.2.0/24 via 192.168.50.1 dev eth0"], ["peer 1 2"],
     "route-wrong-device", "n1", "dev eth0"),
    ("neighbour gone", "n2", ["ip neigh del 10.244.1.0 dev flannel.1"], ["peer 2 1"], "vtep-neigh-or-fdb-missing", "n2",
     "no line for 10.244.1.0"),
    ("neighbour with another MAC", "n2", ["ip neigh replace 10.244.1.0 lladdr 0a:58:0a:f4:09:00 dev flannel.1 nud permanent"],
     ["peer 2 1"], "neighbour-wrong-mac", "n2", "0a:58:0a:f4:09:00"),
    ("forwarding entry gone", "n3", ["bridge fdb del 0a:58:0a:f4:01:00 dev flannel.1 dst 192.168.50.11"], ["peer 3 1"],
     "vtep-neigh-or-fdb-missing", "n3", "no line for 0a:58:0a:f4:01:00"),
    ("forwarding entry to nowhere", "n3", ["bridge fdb replace 0a:58:0a:f4:01:00 dev flannel.1 dst 192.168.50.99 self permanent"],
     ["peer 3 1"], "fdb-stale-vtep-ip", "n3", "192.168.50.99"),
    ("forwarding entry to another node", "n3",
     ["bridge fdb replace 0a:58:0a:f4:01:00 dev flannel.1 dst 192.168.50.12 self permanent"], ["peer 3 1"],
     "fdb-stale-vtep-ip", "n3", "192.168.50.12"),
    ("VTEP's MAC changed", "n2", ["ip link set flannel.1 address 5e:89:db:49:c6:a4", "ip neigh flush dev flannel.1"],
     ["ip link set flannel.1 address 0a:58:0a:f4:02:00", "peer 2 1", "peer 2 3"], "vtep-mac-mismatch", "n2",
     "5e:89:db:49:c6:a4"),
    ("device down", "n2", ["ip link set flannel.1 down"],
     ["ip link set flannel.1 up", "peer 2 1", "peer 2 3"], "device-down", "n2", "flannel.1"),
    ("device bounced", "n2", ["ip link set flannel.1 down", "ip link set flannel.1 up"], ["peer 2 1", "peer 2 3"],
     "cni-state-lost-on-network-restart", "n2", "flannel.1"),
    ("another VNI", "n2", ["ip link del flannel.1", "make 2 id 2 dstport 8472", "peer 2 1", "peer 2 3"],
     ["ip link del flannel.1", "make 2 id 1 dstport 8472", "peer 2 1", "peer 2 3"], "vxlan-vni-mismatch", "n2", "vxlan id 2"),
    ("another port", "n2", ["ip link del flannel.1", "make 2 id 1 dstport 4789", "peer 2 1", "peer 2 3"],
     ["ip link del flannel.1", "make 2 id 1 dstport 8472", "peer 2 1", "peer 2 3"], "vxlan-port-mismatch", "n2", "dstport 4789"),
    ("device gone", "n2", ["ip link del flannel.1"], ["make 2 id 1 dstport 8472", "peer 2 1", "peer 2 3"],
     "overlay-device-missing", "n2", ""),
    ("blackhole inside a pod network", "n1", ["ip route add blackhole 10.244.2.0/25"], ["ip route del blackhole 10.244.2.0/25"],
     "route-overlap-more-specific", "n1", "blackhole 10.244.2.0/25"),
    ("forwarding off", "n1", ["sysctl -qw net.ipv4.ip_forward=0"], ["sysctl -qw net.ipv4.ip_forward=1"], "ip-forward-off", "n1",
     "ip_forward = 0"),
    ("main rule gone", "n1", ["ip rule del pref 32766"], ["ip rule add pref 32766 lookup main"],
     "networkd-removes-foreign-routing", "n1", ""),
]  # fmt: skip


def _do(made: Cluster, node: str, step: str) -> None:
    words = step.split()
    if words[0] == "peer":
        made.peer(int(words[1]), int(words[2]))
    elif words[0] == "make":
        i = int(words[1])
        made.on(node, f"ip link add flannel.1 address {made.mac(i)} type vxlan {' '.join(words[2:])} local 192.168.50.1{i}"
                      " dev eth0 nolearning")  # fmt: skip
        made.on(node, f"ip address add 10.244.{i}.0/32 dev flannel.1")
        made.on(node, "ip link set flannel.1 mtu 1450 up")
    else:
        made.on(node, step)


@pytest.mark.few(4)
@pytest.mark.parametrize(("name", "node", "harm", "mend", "check", "where", "word"), DAMAGES, ids=[d[0] for d in DAMAGES])
def test_each_damage_is_named_at_its_place(
    built: Cluster, name: str, node: str, harm: list[str], mend: list[str], check: str, where: str, word: str
) -> None:
    """What was done with ip, bridge or sysctl is the cause that is reported, on the node where it was done."""
    del name
    try:
        for step in harm:
            _do(built, node, step)
        report, _ = judge(built)
    finally:
        for step in mend:
            _do(built, node, step)
    errors = [f for f in report.findings if f.severity is Severity.ERROR]
    assert (check, where) in [(f.check, f.node) for f in errors], errors
    found = next(f for f in errors if (f.check, f.node) == (check, where))
    assert any(word in f"{e.command} {e.line}" for e in found.evidence) or not word, found.evidence
    assert {f.node for f in errors} == {where}, "nothing else is blamed"
