"""kube-proxy's rules for iptables."""

import pytest

from podpath import lab
from podpath.lab.compose import compose
from podpath.lab.load import load


def test_rules_have_the_names_that_kube_proxy_gives() -> None:
    """A chain for each service and each endpoint, by its hash; marks, random choice, affinity, refusal."""
    text = compose(load("kube-proxy-iptables")).node("n1").iptables
    for words in (
        '-A KUBE-SERVICES -d 10.96.0.10/32 -p tcp -m comment --comment "default/web:tcp cluster IP" -m tcp --dport 80',
        "-m statistic --mode random --probability 0.50000000000 -j KUBE-SEP-",
        "-m recent --rcheck --seconds 10800 --reap --name KUBE-SEP-",
        '"default/empty:tcp has no endpoints" -m tcp --dport 80 -j REJECT --reject-with icmp-port-unreachable',
        '"default/edge:tcp has no local endpoints" -m addrtype --dst-type LOCAL -m tcp --dport 30081 -j DROP',
        "-m addrtype --dst-type LOCAL -j KUBE-NODEPORTS",
    ):
        assert words in text, words


@pytest.mark.lab
def test_a_client_of_a_sticky_service_stays_with_one_endpoint() -> None:
    """And others are spread."""
    with lab.cluster("kube-proxy-iptables") as made:
        loop = "for i in 1 2 3 4 5 6 7 8 9 10 11 12; do curl -s -m 3 http://{}/; done"
        sticky = made.run("p4", ["sh", "-c", loop.format("10.96.0.12")]).out.split("\n")[:-1]
        spread = made.run("p4", ["sh", "-c", loop.format("10.96.0.10")]).out.split("\n")[:-1]
        assert (len(sticky), len(set(sticky))) == (12, 1)
        assert len(set(spread)) == 2
