"""Packets made by hand, and the kernel that sees them."""

import functools
import socket
import struct
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from podpath.probe.flow import Flow
from podpath.probe.observation import Observation, Point
from podpath.probe.obstacle import ObstacleError
from podpath.probe.watcher import LARGE, Watcher
from tests.netlink.space import Space

_HDRINCL = 36  # linux/in6.h: IPV6_HDRINCL
_ICMP = {4: 1, 6: 58}
_ECHO = {4: 8, 6: 128}
_ERROR = {4: 3, 6: 1}
_OWN = {4: 4, 6: 41}


@functools.cache
def why_not() -> str | None:
    """Say why this machine's kernel cannot be watched, or None if it can."""
    try:
        with Watcher((Point.DROP,)):
            return None
    except ObstacleError as error:
        return f"needs the kernel's tracepoints: {error}"


def need_kernel() -> None:
    """Skip the test where the kernel cannot be watched."""
    if (reason := why_not()) is not None:
        pytest.skip(reason)


def ip(family: int, protocol: int, content: bytes, fragment: int = 0) -> bytes:
    """Return a packet from loopback to loopback; the kernel fills in the checksum of IPv4."""
    if family == 4:
        head = struct.pack("!BBHHHBBH", 0x45, 0, 20 + len(content), 7, fragment, 64, protocol, 0)
        return head + bytes((127, 0, 0, 1)) * 2 + content
    return struct.pack("!IHBB", 6 << 28, len(content), protocol, 64) + socket.inet_pton(socket.AF_INET6, "::1") * 2 + content


def echo(family: int, mark: bytes) -> bytes:
    """Return an echo request with a mark."""
    return ip(family, _ICMP[family], struct.pack("!BBHHH", _ECHO[family], 0, 0, 9, 1) + mark + bytes(8))


def udp(sport: int, dport: int, content: bytes) -> bytes:
    """Return a UDP header and its content."""
    return struct.pack("!HHHH", sport, dport, 8 + len(content), 0) + content


def segment(sequence: int, acknowledged: int = 0, flags: int = 2) -> bytes:
    """Return a TCP header."""
    return struct.pack("!HHIIBBHHH", 40000, 9, sequence, acknowledged, 0x50, flags, 1024, 0, 0)


def ethernet(packet: bytes) -> bytes:
    """Return a frame with a packet."""
    return bytes(12) + (b"\x08\0" if packet[0] >> 4 == 4 else b"\x86\xdd") + packet


def wrapped(how: str, family: int, packet: bytes) -> bytes:
    """Return a packet inside another one, or as an ICMP error quotes it."""
    ethertype = 0x0800 if packet[0] >> 4 == 4 else 0x86DD
    match how:
        case "plain":
            return packet
        case "vxlan":
            return ip(family, 17, udp(5000, 4789, b"\x08\0\0\0\0\0\x01\0" + ethernet(packet)))
        case "geneve":
            return ip(family, 17, udp(5000, 6081, b"\x01\0\x65\x58\0\0\x01\0" + bytes(4) + ethernet(packet)))
        case "ipip":
            return ip(family, _OWN[packet[0] >> 4], packet)
        case "gre":
            return ip(family, 47, struct.pack("!HH", 0, ethertype) + packet)
        case "gretap with a key":
            return ip(family, 47, struct.pack("!HHI", 0x2000, 0x6558, 5) + ethernet(packet))
        case "icmp error":
            return ip(family, _ICMP[family], struct.pack("!BBHI", _ERROR[family], 1, 0, 0) + packet)
        case _:
            raise AssertionError(how)


WRAPS = ("plain", "vxlan", "geneve", "ipip", "gre", "gretap with a key", "icmp error")


def send(packets: Sequence[bytes]) -> None:
    """Send packets as they are, over loopback of the namespace that the thread is in."""
    for packet in packets:
        if packet[0] >> 4 == 4:
            with socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_RAW) as raw:
                raw.sendto(packet, ("127.0.0.1", 0))
        else:
            with socket.socket(socket.AF_INET6, socket.SOCK_RAW, socket.IPPROTO_RAW) as raw:
                raw.setsockopt(socket.IPPROTO_IPV6, _HDRINCL, 1)
                raw.sendto(packet, ("::1", 0))


def inode(space: Space) -> int:
    """Return the number of a namespace."""
    return Path(f"/run/netns/{space.name}").stat().st_ino


def observed(
    space: Space, flow: Flow | None, packets: Sequence[bytes], points: Sequence[Point] = (Point.OUT, Point.IN)
) -> list[Observation]:
    """Send packets inside a namespace, and return what the kernel showed of them there."""
    with Watcher(points, flow, LARGE) as watcher:
        space.inside(lambda: send(packets))
        return [seen for seen in watcher.observations(0) if seen.netns == inode(space)]


def each(families: Sequence[int] = (4, 6)) -> Iterator[tuple[str, int, int]]:
    """Yield each way of wrapping with the family outside and inside."""
    for how in WRAPS:
        for outside in families:
            for inside in families:
                if (how, outside) == ("plain", 6 if inside == 4 else 4) or (how == "icmp error" and outside != inside):
                    continue
                yield how, outside, inside
