"""What connects namespaces."""

import subprocess
from pathlib import Path

import pytest

from podpath.state.address import parse_ip, parse_mac
from podpath.state.trace import Verdict
from podpath.walk.cluster import Cluster, NoPort, Port
from tests.walk.pasted import node, trace, world
from tests.walk.real import Lab, needs_root

SAMPLES = Path(__file__).parents[2] / "samples"


def ns_of(shown: Cluster, node_name: str) -> int:
    """Return the own namespace of a node."""
    return next(ns for ns in shown.hosts() if shown.netns(ns).node == node_name)


def test_owners_and_stations_are_found_by_address_and_mac() -> None:
    """Of all nodes."""
    shown = world({"n1": node(1), "n2": node(2)})
    ((ns, dev),) = shown.owners(parse_ip("192.168.0.2"))
    assert (shown.netns(ns).node, dev) == ("n2", "eth0")
    for number in range(30):  # after some questions all are loaded at once
        assert shown.owners(parse_ip(f"10.0.0.{number}")) == []
    assert shown.owners(parse_ip("192.168.0.1")) == [(ns_of(shown, "n1"), "eth0")]
    (end,) = shown.stations(parse_mac("02:00:00:00:00:01"))
    assert shown.netns(end.ns).node == "n1"


def test_hardware_leads_outside() -> None:
    """What has no other end in any namespace is where the network between nodes begins."""
    shown = world({"n1": node(1)})
    ((ns, _),) = shown.owners(parse_ip("192.168.0.1"))
    end = shown.other_end(ns, shown.netns(ns).links["eth0"])
    assert isinstance(end, NoPort)
    assert end.outside


def test_a_cable_to_elsewhere_is_none_to_the_device_here_that_has_the_same_index() -> None:
    """`bridge link` names one by the index alone; here the other end of that one has the same two numbers."""
    cluster = SAMPLES / "broken-tunnel"
    shown = world({name: (cluster / f"{name}.txt").read_text() for name in ("n1", "n2")})
    for host, pod in (("n1", "p1"), ("n2", "p2")):
        assert trace(shown, host, pod).verdict is Verdict.DELIVERED
        assert trace(shown, pod, host).verdict is Verdict.DELIVERED


@pytest.mark.root
def test_both_ends_of_a_cable_may_be_in_one_namespace() -> None:
    """As the kernel tells it, and as `ip link` and `bridge link` print it."""
    needs_root()
    with Lab() as lab:
        lab.add("a")
        lab.run(["a: ip link add br0 type bridge", "a: ip link add v0 type veth peer name v1", "a: ip link set v1 master br0"])
        words = [
            "nsenter",
            f"--net={lab.path('a')}",
            "sh",
            "-c",
            "echo '# ip -d address'; ip -d address; echo '# bridge link'; bridge link",
        ]
        text = subprocess.run(words, capture_output=True, text=True, timeout=20, check=True).stdout
        with lab.capture() as store:
            live = Cluster(store)
            found = [live.other_end(1, live.netns(1).links[name]) for name in ("v0", "v1")]
            assert [end.link.row.name for end in found if isinstance(end, Port)] == ["v1", "v0"]
    shown = world({"a": text})
    ns = ns_of(shown, "a")
    found = [shown.other_end(ns, shown.netns(ns).links[name]) for name in ("v0", "v1")]
    assert [end.link.row.name for end in found if isinstance(end, Port)] == ["v1", "v0"]
