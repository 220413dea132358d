"""Packets to and from hosts that nobody captured, beyond the uplink of one that was."""

import pytest

from podpath.state.trace import Verdict
from podpath.walk.endpoints import EndpointError
from tests.walk.pasted import SETTINGS, trace, world

DOCKER = """
# ip -d address show
2: eth0: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc mq state UP group default qlen 1000
    link/ether 02:00:00:00:00:01 brd ff:ff:ff:ff:ff:ff
    inet 192.0.2.10/24 brd 192.0.2.255 scope global eth0
       valid_lft forever preferred_lft forever
3: docker0: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc noqueue state UP group default
    link/ether 02:42:ac:11:00:01 brd ff:ff:ff:ff:ff:ff
    bridge forward_delay 1500
    inet 172.17.0.1/16 brd 172.17.255.255 scope global docker0
       valid_lft forever preferred_lft forever
# ip route show table all
default via 192.0.2.1 dev eth0
172.17.0.0/16 dev docker0 proto kernel scope link src 172.17.0.1
192.0.2.0/24 dev eth0 proto kernel scope link src 192.0.2.10
local 172.17.0.1 dev docker0 table local proto kernel scope host src 172.17.0.1
local 192.0.2.10 dev eth0 table local proto kernel scope host src 192.0.2.10
# ip neigh show
172.17.0.2 dev docker0 lladdr 02:42:ac:11:00:02 REACHABLE
192.0.2.1 dev eth0 lladdr 52:54:00:12:35:02 REACHABLE
"""
FORWARDS = "net.ipv4.conf.docker0.forwarding = 1\nnet.ipv4.conf.docker0.rp_filter = 0\n"
MASQUERADE = """# iptables-save -c
*nat
:POSTROUTING ACCEPT [0:0]
[0:0] -A POSTROUTING -s 172.17.0.0/16 ! -o docker0 -j MASQUERADE
COMMIT
"""


def docker() -> str:
    """Return what a person pastes of a Docker host, and nothing of its container."""
    settings = SETTINGS.replace("# iptables-save -c\n", FORWARDS + MASQUERADE)
    return DOCKER + settings


def test_a_packet_for_an_uncaptured_host_has_left() -> None:
    """By which device and from which address; nothing else is open."""
    told = trace(world({"n1": docker()}), "172.17.0.2", "8.8.8.8")
    assert told.verdict is Verdict.UNKNOWN
    assert told.left == ("n1", "eth0", "192.0.2.10")
    assert told.reaches_edge


@pytest.mark.parametrize("target", ["8.8.8.8", "192.0.2.99"])
def test_a_packet_whose_next_hop_may_not_answer_has_not_left(target: str) -> None:
    """The gateway, or the host itself, is in no neighbour table."""
    told = trace(
        world({"n1": docker().replace("192.0.2.1 dev eth0 lladdr 52:54:00:12:35:02 REACHABLE\n", "")}), "172.17.0.2", target
    )
    assert (told.verdict, told.left) == (Verdict.UNKNOWN, None)
    assert any("ip neigh show dev eth0" in one.command for one in told.unknowns)


def test_a_packet_that_a_rule_stops_has_not_left() -> None:
    """Nor one whose next hop is on a captured node."""
    stopped = docker().replace("*nat\n", "*filter\n:FORWARD DROP [0:0]\nCOMMIT\n*nat\n", 1)
    told = trace(world({"n1": stopped}), "172.17.0.2", "8.8.8.8")
    assert (told.verdict, told.forward.left) == (Verdict.DROPPED, None)


def test_what_may_stop_a_packet_before_it_leaves_stays_open() -> None:
    """The rules of the host were not captured."""
    told = trace(world({"n1": DOCKER}), "172.17.0.2", "8.8.8.8")
    assert told.forward.left is not None
    assert not told.forward.reaches_edge


def test_a_host_outside_is_followed_from_the_uplink_on() -> None:
    """To the node, and the answer until it leaves: from the address that was asked."""
    listening = "State Recv-Q Send-Q Local Address:Port Peer Address:Port\nLISTEN 0 128 0.0.0.0:8080 0.0.0.0:*\n"
    asked = docker() + f"# ss -tlnp\n{listening}"
    told = trace(world({"n1": asked}), "203.0.113.7", "192.0.2.10", proto="tcp", port=8080)
    assert told.forward.verdict is Verdict.DELIVERED
    assert told.left == ("n1", "eth0", "192.0.2.10")
    assert told.reaches_edge
    assert told.remarks == ("203.0.113.7 was not captured: it is assumed that its packet arrives on eth0 of n1",)
    closed = trace(world({"n1": asked.replace(":8080", ":8081")}), "outside:192.0.2.77", "192.0.2.10", proto="tcp", port=8080)
    assert closed.verdict is Verdict.REFUSED


@pytest.mark.parametrize(("source", "target"), [("172.17.9.9", "192.0.2.10"), ("203.0.113.7", "172.17.0.2")])
def test_a_sender_on_the_inside_and_a_receiver_without_an_uplink_must_be_captured(source: str, target: str) -> None:
    """Where the first packet would come in is not known."""
    with pytest.raises(EndpointError, match="no captured namespace has"):
        trace(world({"n1": docker()}), source, target)


def test_an_address_behind_a_bridge_is_not_outside() -> None:
    """The error names its host, and what to run there."""
    with pytest.raises(EndpointError, match=r"in the network of docker0 on n1.*ip neigh show dev docker0"):
        trace(world({"n1": docker()}), "172.17.0.9", "172.17.0.2")
