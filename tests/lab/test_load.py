"""Topology files."""

from pathlib import Path

import pytest

from podpath.lab.load import load, topologies
from podpath.lab.reading import TopologyError

GOOD = """\
title: mine
nodes: 2
pods: 3
underlay: {ipv4: 192.168.9.0/24}
network: {attach: bridge, carry: host-gw, ipv4: 10.9.0.0/16}
"""


def wrote(tmp_path: Path, text: str) -> str:
    """Write a file and return its path."""
    path = tmp_path / "mine.yaml"
    path.write_text(text, encoding="utf-8")
    return str(path)


def test_a_file_of_ones_own_becomes_a_topology(tmp_path: Path) -> None:
    """Nodes are numbered, pods dealt out in turn."""
    made = load(wrote(tmp_path, GOOD))
    assert (made.name, [node.name for node in made.nodes]) == ("mine", ["n1", "n2"])
    assert [[(pod.name, str(pod.addresses[0])) for pod in node.pods] for node in made.nodes] == [
        [("p1", "10.9.1.10"), ("p3", "10.9.1.11")],
        [("p2", "10.9.2.10")],
    ]
    assert str(made.nodes[1].addresses[0]) == "192.168.9.12"


def test_sizes_are_parameters(tmp_path: Path) -> None:
    """They overrule the file."""
    made = load(wrote(tmp_path, GOOD), 5, 40)
    assert [len(node.pods) for node in made.nodes] == [8] * 5


def test_a_file_extends_another(tmp_path: Path) -> None:
    """Only what differs is said."""
    made = load(wrote(tmp_path, "extends: flannel-vxlan\ntitle: other\nnetwork: {mtu: 1400}\n"))
    assert made.network is not None
    assert (made.title, made.network.mtu, made.network.carry) == ("other", 1400, "vxlan")


@pytest.mark.parametrize("name", topologies())
def test_every_topology_that_comes_along_can_be_read(name: str) -> None:
    """And has a title in one line."""
    made = load(name)
    assert made.title
    assert made.nodes


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (("title: mine\n", ""), "mine.yaml:1: the key title is missing"),
        (("nodes: 2", "nodes: 0"), 'mine.yaml:2: nodes: "0" is no whole number from 1 to 80'),
        (("nodes: 2", "node: 2"), "mine.yaml:2: node: unknown key; did you mean nodes?"),
        (("10.9.0.0/16", "10.9.0.0/23"), "mine.yaml:5: network: the networks are too small for 2 nodes with 3 pods"),
        (("pods: 3", "pods: 600"), "mine.yaml:5: network: the networks are too small"),
        (("carry: host-gw", "carry: pigeon"), 'mine.yaml:5: carry: "pigeon" is none of vxlan, host-gw, bgp, none'),
        (("ipv4: 10.9.0.0/16", "mtu: 1400"), "mine.yaml:5: network: ipv4 or ipv6 is needed"),
        (("ipv4: 192.168.9.0/24", "mtu: 1500"), "mine.yaml:4: underlay: ipv4 or ipv6 is needed"),
        (("network:", "docker:"), "mine.yaml:5: attach: unknown key"),
        (("title: mine", "extends: nothing\ntitle: mine"), 'mine.yaml:1: extends: "nothing" is none of'),
    ],
)  # fmt: skip
def test_an_error_tells_file_line_and_reason(tmp_path: Path, change: tuple[str, str], message: str) -> None:
    """Whatever it is."""
    with pytest.raises(TopologyError, match=message.replace("?", r"\?")):
        load(wrote(tmp_path, GOOD.replace(*change)))


def test_names_and_numbers_of_the_caller_are_checked() -> None:
    """No such topology; sizes where the nodes are listed; more than can be built."""
    with pytest.raises(TopologyError, match=r'there is no topology "x"; there are .*canal'):
        load("x")
    with pytest.raises(TopologyError, match="lists its nodes one by one"):
        load("canal", nodes=4)
    with pytest.raises(TopologyError, match="81 nodes cannot be built; 1 to 80 can"):
        load("flannel-vxlan", nodes=81)
    with pytest.raises(TopologyError, match="2001 pods cannot be built"):
        load("flannel-vxlan", pods=2001)


def test_nothing_has_two_owners(tmp_path: Path) -> None:
    """Names of pods and addresses are unique in a lab."""
    text = """\
title: t
underlay: {ipv4: 192.168.9.0/24}
network: {attach: routed, carry: none, ipv4: 10.9.0.0/16}
nodes:
  n1: {address: 192.168.9.11, block: 10.9.1.0/24, pods: [{name: a, address: 10.9.1.2}]}
  n2: {address: 192.168.9.12, block: 10.9.2.0/24, pods: [{name: NAME, address: ADDRESS}]}
"""
    with pytest.raises(TopologyError, match=r"10\.9\.1\.2 is given to n1 and to n2"):
        load(wrote(tmp_path, text.replace("NAME", "b").replace("ADDRESS", "10.9.1.2")))
    with pytest.raises(TopologyError, match="two pods are called a"):
        load(wrote(tmp_path, text.replace("NAME", "a").replace("ADDRESS", "10.9.2.2")))
