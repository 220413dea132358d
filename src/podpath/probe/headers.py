"""The headers of a packet, from its first bytes: IPv4, IPv6, ARP, and what tunnels and ICMP errors carry inside."""

import socket
import struct
from collections.abc import Iterator
from typing import Final

from podpath.probe.flow import GENEVE_PORT, VXLAN_PORTS
from podpath.state.drop import Layer

ETHERNET: Final = 14
_MOST: Final = 4
"""Layers that are looked for; more do not fit into what is kept of a packet."""
_NAMES: Final = {
    1: "icmp",
    2: "igmp",
    4: "ipip",
    6: "tcp",
    17: "udp",
    41: "ipip",
    47: "gre",
    50: "esp",
    58: "icmpv6",
    132: "sctp",
}
_PORTS: Final = frozenset(("tcp", "udp", "sctp"))
_ERRORS: Final = {"icmp": frozenset((3, 11, 12)), "icmpv6": frozenset((1, 2, 3, 4))}
_ARP: Final = 0x0806
_TEB: Final = 0x6558
_FRAGMENT: Final = 44
_EXTENSIONS: Final = frozenset((0, 43, _FRAGMENT, 60))
"""Headers between that of IPv6 and the protocol (RFC 8200): hop-by-hop, routing, fragment, destination options."""
_UDP_HEADER: Final = 8


def layers(ethertype: int, packet: bytes, vxlan_ports: tuple[int, ...] = VXLAN_PORTS) -> tuple[Layer, ...]:
    """Return the headers from the outside in; of a packet that is cut short, or none of IP and ARP, what there is.

    Args:
        ethertype: protocol of the first one.
        packet: the packet's first bytes, from the network header on.
        vxlan_ports: UDP ports that carry VXLAN.
    """
    return tuple(_arp(packet)) if ethertype == _ARP else tuple(layer for layer, _ in opened(packet, vxlan_ports))


def opened(packet: bytes, vxlan_ports: tuple[int, ...] = VXLAN_PORTS) -> list[tuple[Layer, bytes]]:
    """Return the IP headers of a packet from the outside in, each with the header and data behind it."""
    found: list[tuple[Layer, bytes]] = []
    while len(found) < _MOST and packet:
        try:
            layer, transport, packet = _ip(packet, vxlan_ports)
        except (struct.error, ValueError, IndexError):
            break
        found.append((layer, transport))
        if not layer.carrier:
            break
    return found


def _arp(packet: bytes) -> Iterator[Layer]:
    """Yield an ARP packet for Ethernet and IPv4 (RFC 826)."""
    if packet[:6] == b"\0\x01\x08\0\x06\x04" and len(packet) >= 28:  # noqa: PLR2004 - its length
        yield Layer(socket.inet_ntoa(packet[14:18]), socket.inet_ntoa(packet[24:28]), "arp")


def _ip(packet: bytes, vxlan_ports: tuple[int, ...]) -> tuple[Layer, bytes, bytes]:
    """Return an IP header, what is behind it, and the packet that it carries inside.

    Raises:
        struct.error: it is cut short.
        ValueError: it is none.
    """
    version = packet[0] >> 4
    if version == 4:  # noqa: PLR2004 - IPv4
        fragment, number = struct.unpack_from("!HxB", packet, 6)
        family, addresses, start = socket.AF_INET, (packet[12:16], packet[16:20]), (packet[0] & 15) * 4
        later = bool(fragment & 0x1FFF)
    elif version == 6:  # noqa: PLR2004 - IPv6
        number, family, addresses, start, later = packet[6], socket.AF_INET6, (packet[8:24], packet[24:40]), 40, False
        while number in _EXTENSIONS:
            following, length = packet[start], packet[start + 1]
            if number == _FRAGMENT:
                length, later = 0, later or bool(struct.unpack_from("!H", packet, start + 2)[0] >> 3)
            number, start = following, start + 8 + 8 * length
    else:
        raise ValueError(version)
    src, dst = (socket.inet_ntop(family, address) for address in addresses)
    layer = Layer(src, dst, _NAMES.get(number, str(number)))
    if later:
        return layer, b"", b""
    layer, inside = _transport(layer, packet[start:], vxlan_ports)
    return layer, packet[start:], inside


def _transport(layer: Layer, rest: bytes, vxlan_ports: tuple[int, ...]) -> tuple[Layer, bytes]:
    if layer.proto in _PORTS and len(rest) >= 4:  # noqa: PLR2004 - two ports
        sport, dport = struct.unpack_from("!HH", rest)
        layer = layer._replace(sport=sport, dport=dport)
        return _udp_tunnel(layer, rest[_UDP_HEADER:], vxlan_ports) if layer.proto == "udp" else (layer, b"")
    if layer.proto == "ipip":
        return layer._replace(carrier="IP in IP"), rest
    if layer.proto == "gre":
        return _gre(layer, rest)
    if layer.proto in _ERRORS and rest and rest[0] in _ERRORS[layer.proto]:
        return layer._replace(carrier="ICMP error"), rest[_UDP_HEADER:]
    return layer, b""


def _udp_tunnel(layer: Layer, rest: bytes, vxlan_ports: tuple[int, ...]) -> tuple[Layer, bytes]:
    """Return what VXLAN (RFC 7348) or Geneve (RFC 8926) carries."""
    if len(rest) < _UDP_HEADER or layer.dport not in {*vxlan_ports, GENEVE_PORT}:
        return layer, b""
    key = int.from_bytes(rest[4:7], "big")
    if layer.dport == GENEVE_PORT:
        return layer._replace(carrier=f"Geneve {key}"), rest[_UDP_HEADER + (rest[0] & 0x3F) * 4 + ETHERNET :]
    return layer._replace(carrier=f"VXLAN {key}"), rest[_UDP_HEADER + ETHERNET :]


def _gre(layer: Layer, rest: bytes) -> tuple[Layer, bytes]:
    """Return what GRE carries (RFC 2784, RFC 2890)."""
    flags, kind = struct.unpack_from("!BxH", rest)
    start = 4 + 4 * sum(bool(flags & bit) for bit in (0x80, 0x20, 0x10)) + (ETHERNET if kind == _TEB else 0)
    return layer._replace(carrier="GRE"), rest[start:]
