"""WireGuard peers: from bytes laid out as linux/wireguard.h says, because not every kernel has it."""

import socket
import struct
from base64 import b64encode
from unittest import mock

from podpath.netlink import generic, wireguard
from podpath.netlink.generic import attribute, nest
from podpath.netlink.sock import Netlink
from podpath.state.address import parse_ip
from podpath.state.link import WireguardPeer

KEY = bytes(range(32))
ENDPOINT = struct.pack("=H", socket.AF_INET) + (51820).to_bytes(2) + socket.inet_aton("192.0.2.1") + bytes(8)


def allowed(family: int, address: bytes, length: int) -> bytes:
    """Return an allowed prefix."""
    return nest(0, attribute(1, family.to_bytes(2, "little")) + attribute(2, address) + attribute(3, bytes([length])))


def test_each_allowed_prefix_is_a_row() -> None:
    """And a peer without one is told, too."""
    prefixes = allowed(socket.AF_INET, socket.inet_aton("10.42.1.0"), 24) + allowed(socket.AF_INET6, bytes(16), 0)
    peers = nest(0, attribute(1, KEY) + attribute(4, ENDPOINT) + nest(9, prefixes)) + nest(0, attribute(1, KEY))
    with (
        Netlink(generic.NETLINK_GENERIC) as asked,
        mock.patch.object(generic, "dump", return_value=iter([(0, 1, 0, peers)])),
    ):
        rows = list(wireguard.rows(asked, "wg0", 5))
    key = b64encode(KEY).decode()
    assert rows == [
        WireguardPeer("wg0", key, parse_ip("192.0.2.1"), 51820, 4, parse_ip("10.42.1.0"), 24),
        WireguardPeer("wg0", key, parse_ip("192.0.2.1"), 51820, 6, parse_ip("::"), 0),
        WireguardPeer("wg0", key),
    ]
