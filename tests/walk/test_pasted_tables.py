"""Tables that decide over packets and are only in a pasted text."""

from typing import Final

import pytest

from podpath.state.trace import Verdict
from tests.walk.pasted import SETTINGS, node, trace, world

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


def test_a_bridge_whose_ports_no_output_shows_may_have_some() -> None:
    """`ifconfig` prints no masters."""
    text = """# ifconfig
docker0: flags=4163<UP,BROADCAST,RUNNING,MULTICAST>  mtu 1500
        inet 172.17.0.1  netmask 255.255.0.0  broadcast 172.17.255.255
        ether 02:42:ac:11:00:01  txqueuelen 0  (Ethernet)

veth1234567: flags=4163<UP,BROADCAST,RUNNING,MULTICAST>  mtu 1500
        ether 4e:06:9d:5c:72:11  txqueuelen 0  (Ethernet)

# ip route
172.17.0.0/16 dev docker0 proto kernel scope link src 172.17.0.1
# arp -n
"""
    told = trace(world({"n1": text}), "n1", "172.17.0.2")
    assert told.verdict is Verdict.UNKNOWN
    assert any("bridge link show" in one.command for one in told.unknowns)


STANDS: Final = """\
me@nas:~$ docker exec -it pihole ip a
1: lo: <LOOPBACK,UP,LOWER_UP> mtu 65536 qdisc noqueue state UNKNOWN qlen 1000
    inet 127.0.0.1/8 scope host lo
22: eth0@if2: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc noqueue state UP
    link/ether 02:42:c0:a8:0a:f0 brd ff:ff:ff:ff:ff:ff
    inet 192.168.10.240/24 brd 192.168.10.255 scope global eth0
me@nas:~$ docker exec -it pihole ip route
192.168.10.0/24 dev eth0 scope link  src 192.168.10.240
me@nas:~$ ip a
1: lo: <LOOPBACK,UP,LOWER_UP> mtu 65536 qdisc noqueue state UNKNOWN group default qlen 1000
    inet 127.0.0.1/8 scope host lo
2: eno1: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc mq state UP group default qlen 1000
    link/ether d0:50:99:aa:bb:cc brd ff:ff:ff:ff:ff:ff
    inet 192.168.10.5/24 brd 192.168.10.255 scope global eno1
me@nas:~$ ip route
192.168.10.0/24 dev eno1 proto kernel scope link src 192.168.10.5
"""


@pytest.mark.parametrize(("source", "target"), [("node:nas", "pihole"), ("pihole", "node:nas")])
def test_what_a_containers_card_stands_on_decides_whether_its_host_reaches_it(source: str, target: str) -> None:
    """A macvlan does not reach its own host, a VLAN may; busybox' `ip` shows neither, but the card of the host is no veth."""
    shown = world({"nas": STANDS + SETTINGS}, assume=("forwarding", "listening", "no-netfilter"))
    told = trace(shown, source, target)
    assert told.verdict is Verdict.UNKNOWN
    commands = [unknown.command for unknown in told.unknowns]
    assert not [command for command in commands if command.count("docker exec pihole") > command.count(";") + 1], commands
    if source == "pihole":
        assert "docker exec pihole ip -d link show eth0" in commands
