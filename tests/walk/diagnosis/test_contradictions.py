"""Contradicting evidence."""

from podpath.state.trace import Verdict
from tests.walk.pasted import node, trace, world


def test_two_outputs_that_contradict_make_the_way_unknown_and_both_are_shown() -> None:
    """`ip link` and `ifconfig` of one node give its device different MACs."""
    other = """# ifconfig
eth0: flags=4163<UP,BROADCAST,RUNNING,MULTICAST>  mtu 1500
        inet 192.168.0.2  netmask 255.255.255.0  broadcast 192.168.0.255
        ether 02:00:00:00:00:77  txqueuelen 1000  (Ethernet)
"""
    told = trace(world({"n1": node(1), "n2": node(2, other)}), "n1", "n2")
    assert told.verdict is Verdict.UNKNOWN
    (missing,) = {unknown.missing for unknown in told.unknowns}
    assert "mac of eth0" in missing
    assert "n2.txt" in missing
    assert trace(world({"n1": node(1), "n2": node(2)}), "n1", "n2").verdict is Verdict.DELIVERED
