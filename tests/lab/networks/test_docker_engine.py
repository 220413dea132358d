"""The real Docker Engine in a node, and our copy of its rules."""

import os

import pytest

from podpath import lab
from podpath.lab.client import Cluster
from podpath.lab.compose import compose
from podpath.lab.load import load
from podpath.lab.requirements import missing_tools


def rules(cluster: Cluster) -> list[str]:
    """Return the rules and policies of a host, table by table, in their order."""
    found = []
    for table in ("filter", "nat"):
        lines = cluster.do("n1", f"iptables-save -t {table}").splitlines()
        found += [f"{table} {line.partition(' [')[0]}" for line in lines if line.startswith(("-A", ":FORWARD"))]
    return found


def test_containers_are_asked_for_by_the_commands_of_a_person() -> None:
    """Networks with their bridges, addresses where the engine takes wishes, published ports."""
    node = compose(load("docker-engine")).node("n1")
    words = [" ".join(command["argv"]) for command in node.commands]
    shop = "docker network create --subnet 172.18.0.0/16 --opt com.docker.network.bridge.name=br-5a0c1e7f3b92 shop"
    assert shop in words
    assert any("--name web --network shop --ip 172.18.0.2 --publish 8080:80" in line for line in words)
    assert any("--name busybox --network bridge --publish 8081:80" in line for line in words)
    assert node.iptables == ""


@pytest.mark.lab
@pytest.mark.timeout(120)
def test_our_rules_are_those_that_the_engine_writes() -> None:
    """Rule by rule; only the order between networks and containers may differ."""
    lacking = missing_tools(compose(load("docker-engine")))
    if lacking or os.geteuid() != 0:
        pytest.skip(f"needs root and {', '.join(lacking) or 'nothing else'}")
    with lab.cluster("docker") as ours, lab.cluster("docker-engine") as theirs:
        version = theirs.do("n1", "docker version --format {{.Server.Version}}").strip()
        if int(version.split(".", 1)[0]) >= 28:
            pytest.skip(f"Docker {version} writes its rules in another way than 20.10 to 27")
        assert sorted(rules(ours)) == sorted(rules(theirs))
