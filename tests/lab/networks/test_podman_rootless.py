"""podman of an ordinary user in a node: what is asked of it; what it does with packets is judged in tests/real."""

from podpath.lab.compose import compose
from podpath.lab.load import load


def test_each_container_has_a_network_of_its_own() -> None:
    """By slirp4netns, which gives the hundredth address; podman runs as a user that the lab makes."""
    plan = compose(load("podman-rootless"))
    lines = [" ".join(command["argv"]) for command in plan.node("n1").commands]
    assert any(
        "setpriv --reuid 4000" in line and "--network slirp4netns:cidr=10.0.3.0/24 --publish 8081:80" in line for line in lines
    )
    assert [str(end.addresses[0]) for end in plan.targets if end.kind == "pod"] == ["10.0.2.100", "10.0.3.100", "10.0.4.100"]
    assert "slirp4netns" in plan.tools
    assert plan.needs_root


def test_containers_reach_each_other_by_published_ports_alone() -> None:
    """The process of a container sends what is for another one's address to the host's default gateway."""
    plan = compose(load("podman-rootless"))
    expected = plan.expectation()
    ends = {end.name: end for end in plan.targets}
    assert expected.of(ends["n1/web"], ends["n1/db"], "tcp small", 4) is not None
    assert expected.of(ends["n1"], ends["n1/db"], "udp small", 4) is not None
    assert expected.of(ends["n1/web"], ends["published/8081"], "tcp small", 4) is None
    assert expected.of(ends["n1/web"], ends["published/8080"], "tcp small", 4) is None
