"""What devices have by their kind: those that this kernel may lack, from bytes laid out as linux/if_link.h says."""

import socket
import struct
from typing import NamedTuple

import pytest

from podpath.netlink import kinds
from podpath.netlink.generic import attribute
from podpath.netlink.route_socket import Devices
from podpath.state.address import parse_ip
from podpath.state.link import Bond, Ipvlan, Macvlan, Tunnel, Vlan, Vrf
from tests.netlink.space import Space, of_type


def u(code: str, number: int, value: int) -> bytes:
    """Return a number as an attribute."""
    return attribute(number, struct.pack(f"={code}", value))


def v4(number: int, text: str) -> bytes:
    """Return an IPv4 address as an attribute."""
    return attribute(number, socket.inet_aton(text))


def made(kind: str, data: bytes) -> list[NamedTuple]:
    """Return the rows of a device d0 whose lower device is eth0, with index 2."""
    devices = Devices()
    devices[2] = "eth0"
    return list(kinds.rows("d0", kind, data, 2, devices))


@pytest.mark.parametrize(
    ("kind", "data", "row"),
    [
        ("vlan", u("H", 1, 5) + attribute(5, b"\x81\x00"), Vlan("d0", 5, "802.1Q")),
        ("vlan", u("H", 1, 6) + attribute(5, b"\x88\xa8"), Vlan("d0", 6, "802.1ad")),
        ("macvtap", u("I", 1, 4), Macvlan("d0", "bridge")),
        ("ipvlan", u("H", 1, 1) + u("H", 2, 0), Ipvlan("d0", "l3", "bridge")),
        ("ipvlan", u("H", 1, 2) + u("H", 2, 1), Ipvlan("d0", "l3s", "private")),
        ("bond", u("B", 1, 1) + u("I", 2, 2), Bond("d0", "active-backup", "eth0")),
        ("bond", u("B", 1, 4), Bond("d0", "802.3ad", None)),
        ("vrf", u("I", 1, 10), Vrf("d0", 10)),
        (
            "ipip",
            u("I", 1, 2) + v4(2, "10.0.0.1") + attribute(3, bytes(4)),
            Tunnel("d0", "ipip", parse_ip("10.0.0.1"), lower="eth0"),
        ),
        (
            "gre",
            u("I", 1, 2) + attribute(5, b"\0\0\0\x07") + v4(6, "10.0.0.1") + v4(7, "10.0.0.2"),
            Tunnel("d0", "gre", parse_ip("10.0.0.1"), parse_ip("10.0.0.2"), 7, lower="eth0"),
        ),
        (
            "geneve",
            u("I", 1, 42) + v4(2, "10.0.0.2") + attribute(5, b"\x17\xc1"),
            Tunnel("d0", "geneve", None, parse_ip("10.0.0.2"), 42, 6081, "eth0"),
        ),
        ("wireguard", b"", Tunnel("d0", "wireguard", lower="eth0")),
        ("sit", b"", Tunnel("d0", "sit", lower="eth0")),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_kinds_have_what_belongs_to_them(kind: str, data: bytes, row: NamedTuple) -> None:
    """Numbers, modes, addresses and the device below."""
    assert made(kind, data) == [row]


def test_a_kind_without_settings_has_no_row() -> None:
    """A veth is a link, and no more."""
    assert made("veth", b"") == []
    assert made("nobody-knows", b"\xff") == []


@pytest.mark.root
@pytest.mark.parametrize(
    ("command", "row"),
    [
        ("ip link add d0 link v0 type vlan id 5", Vlan),
        ("ip link add d0 link v0 type macvlan mode vepa", Macvlan),
        ("ip link add d0 link v0 type ipvlan mode l3s", Ipvlan),
        ("ip link add d0 type bond mode active-backup", Bond),
        ("ip link add d0 type vrf table 10", Vrf),
        ("ip link add d0 type ipip local 10.0.0.1 remote 10.0.0.2", Tunnel),
        ("ip link add d0 type gre local 10.0.0.1 remote 10.0.0.2 key 7", Tunnel),
        ("ip link add d0 type geneve id 42 remote 10.0.0.2", Tunnel),
        ("ip link add d0 type wireguard", Tunnel),
    ],
    ids=lambda value: value.split(" type ")[1].split()[0] if isinstance(value, str) else "",
)
def test_a_kernel_that_has_the_kind_agrees_with_ip(space: Space, command: str, row: type) -> None:
    """Skipped where the kernel lacks the driver."""
    space.do("ip link add v0 type veth peer name v1")
    space.do_or_skip(command)
    assert of_type(row, space.links()) == of_type(row, space.read("ip -d -j link show"))
