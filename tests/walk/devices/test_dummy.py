"""Devices that lead nowhere, from pasted text: this kernel has no such driver."""

from podpath.state.trace import Verdict
from tests.walk.pasted import node, trace, world

DUMMY = """9: dummy0: <BROADCAST,NOARP,UP,LOWER_UP> mtu 1500 qdisc noqueue state UNKNOWN group default
    link/ether 02:00:00:00:09:09 brd ff:ff:ff:ff:ff:ff
    dummy"""


def test_what_is_sent_by_a_dummy_goes_nowhere() -> None:
    """The route leads to the wrong device."""
    told = trace(world({"n1": node(1, links=DUMMY, routes="10.9.0.0/16 dev dummy0 scope link")}), "n1", "10.9.0.1")
    assert (told.verdict, told.cause and told.cause.check) == (Verdict.DROPPED, "route-wrong-device")
