"""The real podman in a node: what is asked of it; its rules are judged in tests/real."""

from podpath.lab.compose import compose
from podpath.lab.load import load


def test_containers_are_asked_for_by_the_commands_of_a_person() -> None:
    """Networks with their subnets, addresses, published ports; a control group of the lab's own."""
    plan = compose(load("podman-netavark"))
    lines = [" ".join(command["argv"]) for command in plan.node("n1").commands]
    assert any("network create --disable-dns --subnet 172.18.0.0/16 shop" in line for line in lines)
    assert any("--name web --network shop --ip 172.18.0.2 --publish 8080:80 --cgroup-parent" in line for line in lines)
    assert "/usr/lib/podman/netavark" in plan.tools
    assert plan.needs_root


def test_networks_of_podman_reach_each_other() -> None:
    """Only a container's own published port is beyond it: its bridge does not send back by the port it came from."""
    plan = compose(load("podman-netavark"))
    expected = plan.expectation()
    ends = {end.name: end for end in plan.targets}
    assert expected.of(ends["n1/web"], ends["n1/reader"], "tcp small", 4) is None
    assert expected.of(ends["n1/web"], ends["published/8080"], "tcp small", 4) is not None
    assert expected.of(ends["n1/db"], ends["published/8080"], "tcp small", 4) is None
