"""Tables that decide over packets and are only in a pasted text."""

from podpath.state.trace import Verdict
from tests.walk.pasted import node, trace, world

BLOCKED = "# ip xfrm policy\nsrc 192.168.0.0/24 dst 10.9.0.0/24 \n\tdir fwd action block priority 0 ptype main \n"

ETH1 = """3: eth1: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc mq state UP group default
    link/ether 02:00:00:00:01:02 brd ff:ff:ff:ff:ff:ff"""


def test_a_policy_of_ipsec_in_a_text_makes_the_walk_unknown() -> None:
    """It is named, and so is the command that tells more; without it the packet is walked on."""
    there, back = "10.9.0.0/24 via 192.168.0.2 dev eth0", "10.9.0.0/24 dev eth1"
    shown = world({"n1": node(1, routes=there), "n2": node(2, BLOCKED, routes=back, links=ETH1)})
    told = trace(shown, "n1", "10.9.0.7")
    assert told.verdict is Verdict.UNKNOWN
    assert any("IPsec" in item.missing for item in told.unknowns)
