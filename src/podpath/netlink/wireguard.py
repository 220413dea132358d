"""WireGuard peers: WG_CMD_GET_DEVICE (linux/wireguard.h). Secret keys are not read."""

from base64 import b64encode
from collections.abc import Iterator
from struct import Struct
from typing import Final

from podpath.netlink import generic
from podpath.netlink.layout import Attributes, Field, Message, items
from podpath.netlink.sock import Netlink
from podpath.netlink.values import AF_INET, FAMILY, ip
from podpath.state.address import Ip
from podpath.state.link import WireguardPeer

_WG_CMD_GET_DEVICE: Final = 0
_DEVICE: Final = Message("BBH", Field(8))  # WGDEVICE_A_PEERS
_PEER: Final = Attributes({"key": Field(1), "endpoint": Field(4), "allowed": Field(9)})
_ALLOWED: Final = Attributes({"family": Field(1, "H"), "address": Field(2), "length": Field(3, "B")})
_SOCKADDR: Final = Struct("=H2s4s")
_SOCKADDR6: Final = Struct("=H2s4x16s")


def _endpoint(data: bytes | None) -> tuple[Ip | None, int | None]:
    if data is None or len(data) < _SOCKADDR.size:
        return None, None
    layout = _SOCKADDR if _SOCKADDR.unpack_from(data)[0] == AF_INET else _SOCKADDR6
    if len(data) < layout.size:
        return None, None
    _, port, address = layout.unpack_from(data)
    return ip(address), int.from_bytes(port)


def rows(socket: Netlink, dev: str, index: int) -> Iterator[WireguardPeer]:
    """Yield each allowed prefix of each peer of a device.

    Args:
        socket: generic netlink socket of the namespace.
        dev: interface name.
        index: its index.

    Raises:
        NetlinkError: the kernel refuses.
    """
    request = generic.attribute(1, index.to_bytes(4, "little"))
    for _, _, _, peers in generic.dump(socket, "wireguard", _WG_CMD_GET_DEVICE, request, _DEVICE):
        for _, data in items(peers):
            peer = _PEER.decode(data)
            row = WireguardPeer(dev, b64encode(peer.get("key", b"")).decode(), *_endpoint(peer.get("endpoint")))
            prefixes = [_ALLOWED.decode(item) for _, item in items(peer.get("allowed"))]
            for one in prefixes:
                yield row._replace(
                    family=FAMILY.get(one.get("family", 0)), allowed=ip(one.get("address")), allowed_len=one.get("length")
                )
            if not prefixes:
                yield row
