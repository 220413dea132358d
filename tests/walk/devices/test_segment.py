"""Who is on the segment of an uplink: also what stands on one, in pasted text of two nodes."""

import pytest

from podpath.state.trace import Verdict
from tests.walk.pasted import SETTINGS, node, steps, trace, world

INSIDE = """# ip netns exec c1 ip -d address
7: eth0@if2: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc noqueue state UP group default
    link/ether {mac} brd ff:ff:ff:ff:ff:ff
    {kind}
    inet 192.168.{net}.9/24 scope global eth0
# ip netns exec c1 ip route show table all
192.168.{net}.0/24 dev eth0 proto kernel scope link src 192.168.{net}.9
local 192.168.{net}.9 dev eth0 table local proto kernel scope host src 192.168.{net}.9
# ip netns exec c1 ip neigh
192.168.0.2 dev eth0 lladdr 02:00:00:00:00:02 REACHABLE
"""
QUIET = "".join(f"# ip netns exec c1 {text}\n" for text in SETTINGS.split("# ")[1:])
KINDS = {
    "macvlan": ("macvlan mode bridge", "02:00:00:00:00:09"),
    "macvtap": ("macvtap mode bridge", "02:00:00:00:00:09"),
    "ipvlan": ("ipvlan  mode l2 bridge addrgenmode eui64 numtxqueues 1 numrxqueues 1", "02:00:00:00:00:01"),
}


@pytest.mark.parametrize("kind", KINDS)
def test_a_container_on_an_uplink_is_on_its_segment(kind: str) -> None:
    """It is asked for, and its frames arrive, through the device below."""
    words, mac = KINDS[kind]
    first = node(1, INSIDE.format(kind=words, mac=mac, net=0), QUIET)
    second = node(2).replace("# ip neigh show", "# ip neigh show\n192.168.0.9 dev eth0 FAILED")
    shown = world({"n1": first, "n2": second})
    there = trace(shown, "n2", "192.168.0.9")
    assert there.verdict is Verdict.DELIVERED, steps(there)
    assert trace(shown, "netns:c1", "n2").verdict is Verdict.DELIVERED
    host = trace(shown, "n1", "192.168.0.9")
    assert (host.verdict, host.cause and host.cause.check) == (Verdict.UNREACHABLE, "macvlan-host")


def test_two_on_one_uplink_that_is_of_another_network() -> None:
    """The addresses that show a shared segment are those of what stands on the devices."""
    first = node(1, INSIDE.format(kind="macvlan mode bridge", mac="02:00:00:00:00:09", net=7), QUIET)
    second = INSIDE.replace(".9", ".8").replace(" c1 ", " c2 ").format(kind="macvlan mode bridge", mac="02:00:00:00:00:08", net=7)
    far = node(2, second, QUIET.replace(" c1 ", " c2 ")).replace("192.168.0.", "192.168.1.")
    told = trace(world({"n1": first, "n2": far}), "netns:c1", "192.168.7.8")
    assert told.verdict is Verdict.DELIVERED, steps(told)


def test_a_host_that_did_not_answer_the_kernel_is_not_waited_for() -> None:
    """A neighbour entry that FAILED says that nobody on the segment has the address, captured or not; without it nobody knows."""
    asked = node(1, routes="10.9.0.0/16 via 192.168.0.77 dev eth0")
    assert trace(world({"n1": asked}), "n1", "10.9.0.1").verdict is Verdict.UNKNOWN
    failed = asked.replace("# ip neigh show", "# ip neigh show\n192.168.0.77 dev eth0 FAILED")
    told = trace(world({"n1": failed}), "n1", "10.9.0.1")
    assert (told.verdict, told.error) == (Verdict.UNREACHABLE, "EHOSTUNREACH")
