"""``ip link``."""

import pytest

from podpath.readers.interface import Bad
from podpath.readers.ip_link import READER
from podpath.state.address import parse_ip, parse_mac
from podpath.state.link import BridgePort, Link, LinkCounters, Tunnel, Vxlan
from tests.readers.helper import json_rows, rows

VETH = """\
12: vethd030a3f@if11: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc noqueue master docker0 state UP mode DEFAULT group default
    link/ether 8e:6c:c9:fb:56:aa brd ff:ff:ff:ff:ff:ff link-netnsid 0 promiscuity 1 minmtu 68 maxmtu 65535
    veth
    bridge_slave state forwarding priority 32 cost 2 hairpin on guard off learning on flood on port_no 0x1 isolated off
    alias the busybox
"""
VXLAN = """\
5: flannel.1: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1450 qdisc noqueue state UNKNOWN group default
    link/ether ee:2c:05:d1:29:00 brd ff:ff:ff:ff:ff:ff promiscuity 0
    vxlan id 1 local 192.168.200.204 dev ens33 srcport 0 0 dstport 8472 nolearning ttl auto ageing 300 udpcsum
    RX:  bytes packets errors dropped  missed   mcast
       1873186    8019      0       3       0       0
    RX errors:  length    crc   frame    fifo overrun otherhost
                     0      0       0       0       0        17
    TX:  bytes packets errors dropped carrier collsns
        789044    8213      0       8       1       0
    TX errors: aborted   fifo  window heartbt transns
                     0      0       0       0       5
"""


def test_a_veth_port_is_read_with_its_peer_and_its_bridge() -> None:
    """The peer is an index of another namespace; the port has its flags."""
    assert rows(READER, "ip -d link", VETH) == [
        Link("vethd030a3f", 12, "veth", parse_mac("8e:6c:c9:fb:56:aa"), 1500, up=True, carrier=True, operstate="UP",
             flags="BROADCAST,MULTICAST,UP,LOWER_UP", master="docker0", peer_index=11, peer_netns=0, alias="the busybox"),
        BridgePort("vethd030a3f", "docker0", 1, "forwarding", hairpin=True, isolated=False, learning=True, flood=True),
    ]  # fmt: skip


def test_the_name_of_the_other_ends_namespace_is_read() -> None:
    """Where ip knows one below /run/netns it prints it in place of the identifier (print_linkinfo in iproute2)."""
    text = VETH.replace("link-netnsid 0", "link-netns cni-5f3a")
    link = rows(READER, "ip -d link", text)[0]
    assert isinstance(link, Link)
    assert (link.peer_index, link.peer_netns, link.peer_netns_name, link.peer_elsewhere) == (11, None, "cni-5f3a", True)


def test_a_vxlan_device_is_read_with_its_settings_and_counters() -> None:
    """VNI, port and local address, and what -s -s counts under otherhost."""
    found = rows(READER, "ip -d -s -s link", VXLAN)
    assert found[1:] == [
        Vxlan("flannel.1", 1, 8472, parse_ip("192.168.200.204"), "ens33", None, learning=False, external=False),
        LinkCounters("flannel.1", 8019, 1873186, 0, 3, 0, 17, 8213, 789044, 0, 8, 1, 0),
    ]


def test_the_brief_form_is_read() -> None:
    """One device a line, with its MAC and flags."""
    (row,) = rows(READER, "ip -br link", "eth0@if12  UP  02:42:ac:11:00:02 <BROADCAST,MULTICAST,UP,LOWER_UP> ")
    assert isinstance(row, Link)
    assert (row.name, row.peer_index, row.mac, row.up) == ("eth0", 12, parse_mac("02:42:ac:11:00:02"), True)


def test_a_device_that_does_not_exist_is_an_answer() -> None:
    """The complaint of iproute2 is read: the coverage says that there is none."""
    assert rows(READER, "ip link show flannel.1", 'Device "flannel.1" does not exist.') == []
    coverage = READER.accepts(["ip", "link", "show", "flannel.1"])
    assert coverage is not None
    assert [(item.table, item.dev) for item in coverage] == [("link", "flannel.1")]


def test_details_cover_what_only_details_show() -> None:
    """Without -d nothing is known of VXLAN settings; with -s counters are shown."""
    plain, full = READER.accepts(["ip", "link"]), READER.accepts(["ip", "-d", "-s", "link"])
    assert plain is not None
    assert full is not None
    assert [item.table for item in plain] == ["link"]
    kinds = {"vxlan", "bridge", "bridge_port", "tunnel", "vlan", "macvlan", "ipvlan", "bond", "vrf"}
    assert {item.table for item in full} == {"link", "link_counters"} | kinds


@pytest.mark.parametrize(
    ("kind", "words", "df"),
    [
        ("vxlan", "vxlan id 5 srcport 0 0 dstport 4789 ttl auto df set ageing 300", "set"),
        ("vxlan", "vxlan id 5 srcport 0 0 dstport 4789 ttl auto df inherit ageing 300", "inherit"),
        ("vxlan", "vxlan id 5 srcport 0 0 dstport 4789 ttl auto ageing 300", None),
        ("geneve", "geneve id 5 remote 10.0.0.2 ttl auto df set dstport 6081 noudpcsum udp6zerocsumrx", "set"),
        ("ipip", "ipip ipip remote 10.0.0.2 local 10.0.0.1 ttl inherit nopmtudisc numtxqueues 1", "inherit"),
        ("gre", "gre remote 10.0.0.2 local 10.0.0.1 ttl 64 pmtudisc", None),
    ],
)
def test_whether_outer_packets_may_be_cut_is_read(kind: str, words: str, df: str | None) -> None:
    """Of tunnels with pmtudisc nobody cuts them, without it they are as those inside."""
    text = f"5: t0: <POINTOPOINT,NOARP,UP,LOWER_UP> mtu 1450 qdisc noqueue state UNKNOWN\n    link/none\n    {words}"
    found = [row for row in rows(READER, "ip -d link show", text) if isinstance(row, Vxlan | Tunnel)]
    assert [(row.df, kind) for row in found] == [(df, kind)]
    told = {"vxlan": {"df": df or "unset"}, "geneve": {"df": df or "unset"}}.get(kind, {"pmtudisc": df is None})
    item = {
        "ifindex": 5,
        "ifname": "t0",
        "flags": [],
        "mtu": 1450,
        "operstate": "UNKNOWN",
        "linkinfo": {"info_kind": kind, "info_data": told},
    }
    assert [row.df for row in json_rows(READER, [item]) if isinstance(row, Vxlan | Tunnel)] == [df]


@pytest.mark.parametrize("note", ["Error: Peer netns reference is invalid.", "Peer netns reference is invalid."])
def test_a_note_of_ip_is_no_line_of_the_table(note: str) -> None:
    """On standard error, between devices: the table stays whole."""
    lo = "1: lo: <LOOPBACK,UP,LOWER_UP> mtu 65536 qdisc noqueue state UNKNOWN mode DEFAULT group default qlen 1000"
    veth = "4: veth1@if3: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc noqueue state UP mode DEFAULT group default qlen 1000"
    assert [row.name for row in rows(READER, "ip link", f"{lo}\n{note}\n{note}\n{veth}") if isinstance(row, Link)] == [
        "lo",
        "veth1",
    ]
    assert READER.continues is not None
    assert READER.continues.match(note)


def test_a_device_whose_first_line_is_missing_is_not_the_one_before() -> None:
    """Neither its MAC nor its tunnel."""
    lines = [
        "5: veth1a2b3c4d@if2: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1450 qdisc noqueue master cni0 state UP",
        "    link/ether 8e:6c:c9:fb:56:aa brd ff:ff:ff:ff:ff:ff link-netnsid 0",
        "    veth",
        "    link/ether ee:2c:05:d1:29:00 brd ff:ff:ff:ff:ff:ff promiscuity 0",
        "    vxlan id 1 local 192.0.2.1 dev eth0 srcport 0 0 dstport 8472 nolearning",
    ]
    assert READER.read is not None
    found = list(READER.read(["ip", "-d", "link"], lines))
    assert [at for at, row in found if isinstance(row, Bad)] == [3]
    assert not any(isinstance(row, Vxlan) for _, row in found)
    assert [row.name for _, row in found if isinstance(row, Link)] == ["veth1a2b3c4d"]
