"""A Docker host."""

from podpath.lab.compose import compose
from podpath.lab.load import load
from podpath.lab.networks.docker import rules, targets
from podpath.lab.reach import Expectation


def test_rules_are_those_of_the_engine() -> None:
    """Isolation in two stages, published ports, masquerading of each network."""
    text = compose(load("docker")).node("n1").iptables
    for words in (
        ":FORWARD DROP [0:0]",
        "-A DOCKER-ISOLATION-STAGE-1 -i docker0 ! -o docker0 -j DOCKER-ISOLATION-STAGE-2",
        "-A DOCKER-ISOLATION-STAGE-2 -o docker0 -j DROP",
        "-A DOCKER -p tcp -m tcp --dport 8080 -j DNAT --to-destination 172.18.0.2:80",
        "-A POSTROUTING -s 172.17.0.0/16 ! -o docker0 -j MASQUERADE",
    ):
        assert words in text, words


def test_networks_are_isolated_and_ports_are_published() -> None:
    """To the outside and to containers of the same network."""
    topology = load("docker")
    ends = {end.name: end for end in [*compose(topology).targets, *targets(topology)]}
    wanted = Expectation(rules(topology))
    for sender, target, allowed in (
        ("n1/web", "n1/db", True),
        ("n1/web", "n1/busybox", False),
        ("ext", "published/8080", True),
        ("n1/db", "published/8080", True),
        ("n1/busybox", "published/8080", False),
    ):
        assert (wanted.of(ends[sender], ends[target], "tcp small", 4) is None) is allowed, (sender, target)
