"""Which ends are alike; whether that is right is tried in test_pairs.py."""

from podpath.state.address import parse_ip
from podpath.walk.alike import Likeness
from podpath.walk.cluster import Cluster
from tests.walk import pasted
from tests.walk.pasted import world


def node(number: int, *, routes: str = "") -> str:
    """Return a host that sends nothing on: one that does is a place on others' way, and like nobody."""
    return (
        pasted.node(number, routes=routes).replace("ip_forward = 1", "ip_forward = 0").replace("forwarding = 1", "forwarding = 0")
    )


def test_ends_that_mirror_one_another_are_alike_and_what_names_one_makes_it_unlike() -> None:
    """Two nodes with equal tables; another MTU, a route of one's own."""
    same = world({"n1": node(1), "n2": node(2)})
    assert len(signatures(same)) == 1
    assert len(signatures(world({"n1": node(1), "n2": node(2).replace("mtu 1500", "mtu 1400")}))) == 2
    assert len(signatures(world({"n1": node(1), "n2": node(2, routes="blackhole 10.0.0.0/8")}))) == 2

    rule = "# iptables-save -c\n*filter\n:INPUT ACCEPT [0:0]\n-A INPUT -m mac --mac-source {} -j DROP\nCOMMIT\n"
    for mac, kinds in (("02:00:00:00:00:99", 1), ("02:00:00:00:00:02", 2)):
        third = pasted.node(3, rule.format(mac))
        assert len(signatures(world({"n1": node(1), "n2": node(2), "n3": third}))) == kinds, mac


def signatures(shown: Cluster) -> set[object]:
    """Return the signatures of both nodes."""
    ends = [(ns, parse_ip(f"192.168.0.{number}")) for number in (1, 2) for ns, _ in shown.owners(parse_ip(f"192.168.0.{number}"))]
    likeness = Likeness(shown, ends)
    # Each has a neighbour entry of the other: such a pair is walked by itself.
    assert likeness.special(ends[0][0], ends[1][1])
    return {likeness.signature(*end) for end in ends}
