"""Devices as NetworkManager shows them (nmcli-examples(7))."""

from podpath.readers.interface import Bad
from podpath.readers.nmcli import READER
from podpath.state.address import V4, V6, parse_ip, parse_mac, parse_prefix
from podpath.state.evidence import Complete
from podpath.state.link import Address, Link
from podpath.state.route import Route
from tests.readers.helper import rows

SHOWN = """\
GENERAL.DEVICE:                         eth0
GENERAL.TYPE:                           ethernet
GENERAL.HWADDR:                         52:54:00:12:34:56
GENERAL.MTU:                            1500
GENERAL.STATE:                          100 (connected)
GENERAL.CONNECTION:                     Wired connection 1
IP4.ADDRESS[1]:                         192.0.2.11/24
IP4.GATEWAY:                            192.0.2.1
IP4.ROUTE[1]:                           dst = 192.0.2.0/24, nh = 0.0.0.0, mt = 100
IP4.ROUTE[2]:                           dst = 0.0.0.0/0, nh = 192.0.2.1, mt = 100
IP4.DNS[1]:                             192.0.2.1
IP6.ADDRESS[1]:                         fe80::5054:ff:fe12:3456/64
IP6.GATEWAY:                            --
"""
BRIEF = """\
eth0: connected to Wired connection 1
        "Red Hat Virtio"
        ethernet (virtio_net), 52:54:00:12:34:56, hw, mtu 1500
        ip4 default
        inet4 192.0.2.11/24
        route4 default via 192.0.2.1 metric 100
        route4 192.0.2.0/24 metric 100

cni0: connected (externally) to cni0
        "cni0"
        bridge, 8E:61:4B:AA:11:22, sw, mtu 1450
        inet4 10.42.0.1/24
        route4 10.42.0.0/24 metric 0

lo: unmanaged
        "lo"
        loopback (unknown), 00:00:00:00:00:00, sw, mtu 65536
"""
ETH0 = Address("eth0", V4, parse_ip("192.0.2.11"), 24)
MAC = parse_mac("52:54:00:12:34:56")
LINK = Route(V4, "main", "unicast", parse_ip("192.0.2.0"), 24, None, "eth0", metric=100)
ANY, _ = parse_prefix("0.0.0.0/0")[1:]
DEFAULT = Route(V4, "main", "unicast", ANY, 0, parse_ip("192.0.2.1"), "eth0", metric=100)


def test_a_device_has_its_addresses_and_routes() -> None:
    """Of either family; what is ``--`` is not there."""
    assert rows(READER, "nmcli device show eth0", SHOWN) == [
        Link("eth0", mac=MAC), Link("eth0", mtu=1500), ETH0, LINK, DEFAULT,
        Address("eth0", V6, parse_ip("fe80::5054:ff:fe12:3456"), 64),
    ]  # fmt: skip


def test_the_brief_form_has_them_too() -> None:
    """Each below the line of its device."""
    assert rows(READER, "nmcli", BRIEF) == [
        Link("eth0", mac=MAC, mtu=1500), ETH0, DEFAULT, LINK,
        Link("cni0", mac=parse_mac("8e:61:4b:aa:11:22"), mtu=1450), Address("cni0", V4, parse_ip("10.42.0.1"), 24),
        Route(V4, "main", "unicast", parse_ip("10.42.0.0"), 24, None, "cni0", metric=0),
        Link("lo", mac=parse_mac("00:00:00:00:00:00"), mtu=65536),
    ]  # fmt: skip


def test_it_is_never_the_whole() -> None:
    """NetworkManager does not show what it does not manage."""
    assert {part.complete for part in READER.accepts(["nmcli", "dev", "show"]) or ()} == {Complete.NO}
    assert READER.accepts(["nmcli", "connection", "show"]) is None


def test_a_damaged_address_is_a_complaint() -> None:
    """The others are read."""
    found = rows(READER, "nmcli dev show", SHOWN.replace("192.0.2.11/24", "192.0.2.x/24"))
    assert [isinstance(row, Bad) for row in found].count(True) == 1
