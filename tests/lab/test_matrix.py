"""The matrix: healthy labs are green, and tools that are not ours say the same."""

import shutil

import pytest

from podpath import lab
from podpath.lab.client import Cluster
from podpath.lab.matrix import measure
from podpath.lab.reach import Rule

pytestmark = pytest.mark.lab


def test_everybody_reaches_everybody(small: Cluster) -> None:
    """TCP, UDP and ICMP, small and large, from every end to every other."""
    found = measure(small, patience=3)
    assert [cell for cell in found.cells if not cell.expected] == []
    assert found.green
    ends = {end.name for end in small.plan.targets}
    assert {(cell.source, cell.target) for cell in found.cells} == {(a, b) for a in ends for b in ends if a != b}
    assert {cell.probe for cell in found.cells} == {f"{p} {s}" for p in ("tcp", "udp", "icmp") for s in ("small", "large")}


def test_a_cell_tells_who_answered_and_as_whom_the_sender_was_seen(small: Cluster) -> None:
    """Between pods nobody changes addresses; outside, the node stands for its pod."""
    found = measure(small, sources=lambda end: end.name == "n1/p1")
    seen = {(cell.target, cell.answered_by): cell.seen_as for cell in found.cells if cell.probe == "tcp small"}
    assert seen[("n2/p2", "n2/p2")] == "10.244.1.10"
    assert seen[("ext", "ext")] == "192.168.50.11"


def test_the_error_is_the_one_that_the_sender_saw(small: Cluster) -> None:
    """Refused, unreachable, silence: each by its name."""
    small.do("n1", "ip route add unreachable 10.244.2.10", "ip route add prohibit 192.168.50.12")
    small.do("n1", "iptables -I OUTPUT -d 192.168.50.100 -p tcp -j REJECT --reject-with tcp-reset")
    try:
        found = measure(small, sources=lambda end: end.name == "n1")
        assert set(found.errors("n1", "n2/p2").values()) == {"EHOSTUNREACH"}
        assert set(found.errors("n1", "n2").values()) == {"EACCES"}
        assert found.errors("n1", "ext")["tcp small"] == "ECONNREFUSED"
        assert found.errors("n1", "n1/p1")["tcp small"] == ""
        assert not found.green
    finally:
        small.do("n1", "ip route del unreachable 10.244.2.10", "ip route del prohibit 192.168.50.12", "iptables -D OUTPUT 1")


def test_what_agrees_with_the_expectation_is_green(small: Cluster) -> None:
    """Also where nobody is meant to get through; what gets through although it should not is not green."""
    rules = [Rule("n1", "n2/p2", "EHOSTUNREACH")]
    chosen = measure(small, small.plan.expectation(rules), sources=lambda e: e.name == "n1", targets=lambda e: e.name == "n2/p2")
    assert not chosen.green
    small.do("n1", "ip route add unreachable 10.244.2.10")
    try:
        again = measure(
            small, small.plan.expectation(rules), sources=lambda e: e.name == "n1", targets=lambda e: e.name == "n2/p2"
        )
        assert again.green
    finally:
        small.do("n1", "ip route del unreachable 10.244.2.10")


def test_another_end_that_answers_is_noticed(small: Cluster) -> None:
    """An answer alone proves nothing."""
    small.do("n1", "iptables -t nat -I PREROUTING -s 10.244.1.10 -d 10.244.2.10 -j DNAT --to-destination 10.244.2.11")
    try:
        found = measure(small, sources=lambda end: end.name == "n1/p1", targets=lambda end: end.name == "n2/p2")
        assert found.errors("n1/p1", "n2/p2")["tcp small"] == "EWRONGEND"
    finally:
        small.do("n1", "iptables -t nat -D PREROUTING 1")


def test_a_stream_needs_packets_that_fit(small: Cluster) -> None:
    """Offloads are off, so that a narrow cable stops what is large and lets through what is small."""
    small.do("sw", "ip link set n2 mtu 1300")
    try:
        errors = measure(small, sources=lambda e: e.name == "n1/p1", targets=lambda e: e.name == "n2/p2").errors("n1/p1", "n2/p2")
    finally:
        small.do("sw", "ip link set n2 mtu 1500")
    assert {probe for probe, error in errors.items() if error} == {"tcp large", "udp large", "icmp large"}


def agree(cluster: Cluster, source: str, address: str) -> None:
    """Check with tools that are not ours."""
    done = cluster.run(source, f"ping -c 1 -W 2 {address}")
    assert done.code == 0, done.out
    if shutil.which("curl"):
        host = f"[{address}]" if ":" in address else address
        assert " answers " in cluster.run(source, f"curl -s -m 3 http://{host}/").out
    if shutil.which("nc"):
        assert cluster.run(source, f"nc -w 1 {address} 7", text="hello\n").out == "hello\n"
        assert cluster.run(source, f"nc -u -w 1 {address} 7", text="hello\n").out == "hello\n"


def test_ping_curl_and_nc_agree(small: Cluster) -> None:
    """From pod to pod on another node, and to the outside host."""
    agree(small, "p1", "10.244.2.10")
    agree(small, "p1", "192.168.50.100")


def test_without_root_it_is_the_same() -> None:
    """In a user namespace, with one user in it."""
    with lab.cluster("flannel-vxlan", nodes=2, pods=2, rootless=True) as made:
        assert measure(made, patience=3).green
        agree(made, "p1", "10.244.2.10")
