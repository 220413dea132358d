"""Tables that decide over packets and are only in a pasted text."""

from podpath.state.trace import Verdict
from tests.walk.pasted import node, trace, world

BLOCKED = "# ip xfrm policy\nsrc 192.168.0.0/24 dst 10.9.0.0/24 \n\tdir fwd action block priority 0 ptype main \n"

WITH_LIFETIME = """\
# ip -s xfrm policy
src 192.168.0.0/24 dst 10.9.0.0/24 uid 0
\tdir out action block index 1 priority 0 ptype main share any flag  (0x00000000)
\tlifetime config:
\t  limit: soft (INF)(bytes), hard (INF)(bytes)
\t  expire add: soft 0(sec), hard 0(sec)
\tlifetime current:
\t  0(bytes), 0(packets)
"""
ETH1 = """3: eth1: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc mq state UP group default
    link/ether 02:00:00:00:01:02 brd ff:ff:ff:ff:ff:ff"""


def test_a_policy_of_ipsec_in_a_text_makes_the_walk_unknown() -> None:
    """It is named, and so is the command that tells more; without it the packet is walked on."""
    there, back = "10.9.0.0/24 via 192.168.0.2 dev eth0", "10.9.0.0/24 dev eth1"
    shown = world({"n1": node(1, routes=there), "n2": node(2, BLOCKED, routes=back, links=ETH1)})
    told = trace(shown, "n1", "10.9.0.7")
    assert told.verdict is Verdict.UNKNOWN
    assert any("IPsec" in item.missing for item in told.unknowns)


def test_a_policy_of_ipsec_for_what_the_host_itself_sends_makes_the_walk_unknown() -> None:
    """The kernel asks them of each packet that it routes, not only of those that arrive."""
    there = "10.9.0.0/24 via 192.168.0.2 dev eth0"
    shown = world({"n1": node(1, WITH_LIFETIME, routes=there), "n2": node(2, routes="10.9.0.0/24 dev eth1", links=ETH1)})
    told = trace(shown, "n1", "10.9.0.7")
    assert any("IPsec" in item.missing and item.node == "n1" for item in told.unknowns)
