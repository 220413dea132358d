"""Other nodes over ssh: real servers in the nodes of a lab, reached from a host outside."""

import json
from collections.abc import Iterator

import pytest

from tests.sshd import Site, site

pytestmark = [pytest.mark.root, pytest.mark.timeout(120)]


@pytest.fixture(scope="module")
def canal() -> Iterator[Site]:
    """Return the cluster of the samples, three nodes."""
    with site("canal") as made:
        yield made


@pytest.fixture(scope="module")
def pair() -> Iterator[Site]:
    """Return a lab of two nodes with a pod each."""
    with site("flannel-vxlan", nodes=2, pods=2) as made:
        yield made


def test_one_command_audits_the_mesh(canal: Site) -> None:
    """Of three nodes, from a host outside: every pair proven, nothing wrong."""
    done = canal.podpath("check", "--format", "json", "--ssh", "n1,n2,n3")
    report = json.loads(done.out)
    assert (done.code, report["findings"], report["nodes"]) == (0, [], ["n1", "n2", "n3"])
    assert {(pair["from"], pair["to"], pair["status"]) for pair in report["mesh"]} == {
        (a, b, "proven") for a in canal.nodes for b in canal.nodes if a != b
    }
    assert [line.split(":")[0] for line in done.err.splitlines()] == ["podpath"] * 3, "a plain line for each node"


def test_a_node_that_is_cut_off_half_way_is_unknown_and_the_rest_is_used(canal: Site) -> None:
    """Its server's connection is killed while the script runs: what is missing is said, in ssh's words."""
    with canal.instead("n3", "tc", "exec pkill -9 -f 'sshd: root@notty'"):
        done = canal.podpath("check", "--format", "json", "--retries", "0", "--ssh", "n1,n2,n3")
    report = json.loads(done.out)
    assert report["findings"] == []
    proven = {(pair["from"], pair["to"]) for pair in report["mesh"] if pair["status"] == "proven"}
    assert {("n1", "n2"), ("n2", "n1")} <= proven
    (said,) = [item for item in report["unknowns"] if "what was to come after that" in item["missing"] and item["node"] == "n3"]
    assert "the connection ended in the middle" in said["missing"]
    assert said["command"] == "podpath collect --ssh n3 -o n3.podpath"
