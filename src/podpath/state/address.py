"""Internet and link-layer addresses as plain integers, so that tables join on them fast.

One number line holds both families: an IPv4 address stands where RFC 4291,
section 2.5.5.2, maps it (``::ffff:a.b.c.d``). Range questions ("is this address
in that prefix?") are then one comparison for either family.
"""

from collections.abc import Iterable
from functools import lru_cache
from socket import AF_INET, AF_INET6, inet_ntop, inet_pton
from typing import Final, NewType
from zlib import crc32

from podpath.language import tr

Ip = NewType("Ip", int)
"""An address of either family on the one number line."""

Mac = NewType("Mac", int)
"""A 48-bit link-layer address, most significant byte first."""

V4: Final = 4
V6: Final = 6
V4_BASE: Final = 0xFFFF_0000_0000
_V4_LAST: Final = 0xFFFF_FFFF_FFFF
_V4_BITS: Final = 32
_V6_BITS: Final = 128
BITS: Final = {V4: _V4_BITS, V6: _V6_BITS}
"""Bits of an address, by family."""
_MAC_BYTES: Final = 6
_MAC_TEXT: Final = 17
_UNSEEN: Final = 1 << 48
"""First number above all MACs."""


@lru_cache(maxsize=65536)
def parse_ip(text: str) -> Ip:
    """Return the number of an address written as inet_pton(3) accepts it.

    A zone (``fe80::1%eth0``) is accepted and left out: the row names the device.

    Raises:
        ValueError: the text is not an address of either family.
    """
    try:
        if ":" in text:
            return Ip(int.from_bytes(inet_pton(AF_INET6, text.partition("%")[0]), "big"))
        return Ip(V4_BASE + int.from_bytes(inet_pton(AF_INET, text), "big"))
    except (OSError, UnicodeError, ValueError):
        message = tr('"{text}" is not an address', text=text)
        raise ValueError(message) from None


@lru_cache(maxsize=65536)
def parse_prefix(text: str) -> tuple[int, Ip, int]:
    """Return (family, first address, length) of ``10.0.0.0/8``; no length means a host.

    ``default`` and ``any`` are not prefixes: which family they belong to is the caller's to know.

    Raises:
        ValueError: the text is not a prefix.
    """
    address, slash, length_text = text.partition("/")
    ip = parse_ip(address)
    family = 6 if ":" in address else 4
    bits = _V6_BITS if family == V6 else _V4_BITS
    if not slash:
        return family, ip, bits
    if not (length_text.isascii() and length_text.isdigit()) or int(length_text) > bits:
        message = tr('"{text}" has no prefix length between 0 and {bits}', text=text, bits=bits)
        raise ValueError(message)
    return family, ip, int(length_text)


def family_of(ip: Ip) -> int:
    """Return 4 or 6: the family whose part of the number line holds the address."""
    return 4 if V4_BASE <= ip <= _V4_LAST else 6


def ip_text(ip: Ip) -> str:
    """Write an address as inet_ntop(3) does (RFC 5952 for IPv6)."""
    if V4_BASE <= ip <= _V4_LAST:
        return inet_ntop(AF_INET, (ip - V4_BASE).to_bytes(4, "big"))
    return inet_ntop(AF_INET6, ip.to_bytes(16, "big"))


def prefix_text(family: int, ip: Ip, length: int) -> str:
    """Write a prefix as iproute2 does: ``default``, a bare host, or ``address/length``."""
    if length == 0:
        return "default"
    text = ip_text(ip)
    return text if length == (_V6_BITS if family == V6 else _V4_BITS) else f"{text}/{length}"


def last_ip(family: int, ip: Ip, length: int) -> Ip:
    """Return the last address of a prefix."""
    bits = _V6_BITS if family == V6 else _V4_BITS
    return Ip(ip | ((1 << (bits - length)) - 1))


@lru_cache(maxsize=65536)
def parse_mac(text: str) -> Mac:
    """Return the number of ``aa:bb:cc:dd:ee:ff`` (either case, ``:`` or ``-`` between).

    Raises:
        ValueError: the text is not a 48-bit address.
    """
    parts = text.replace("-", ":").split(":")
    try:
        if text[2::3] == ":::::" and len(text) == _MAC_TEXT and " " not in text:
            return Mac(int.from_bytes(bytes.fromhex("".join(parts)), "big"))
        if len(parts) == _MAC_BYTES and all(len(part) in (1, 2) for part in parts):  # busybox and BSD leave zeroes out
            return Mac(int.from_bytes(bytes(int(part, 16) for part in parts), "big"))
    except ValueError:
        pass
    message = tr('"{text}" is not a MAC address', text=text)
    raise ValueError(message)


def mac_text(mac: Mac) -> str:
    """Write a link-layer address as the kernel's tools do, in lower case; one that was not captured as ``?``."""
    return mac.to_bytes(_MAC_BYTES, "big").hex(":") if mac < _UNSEEN else "?"


def unseen_mac(*whose: object) -> Mac:
    """Return a number for the MAC of a device that no output shows: the same for the same device, and never one that is.

    Args:
        whose: what tells the device from all others.
    """
    # Above the 48 bits of a MAC; bit 40, which marks groups (IEEE 802, section 8.2), stays clear.
    return Mac(_UNSEEN | crc32(repr(whose).encode()))


def is_unseen(mac: Mac | None) -> bool:
    """Say whether a MAC is that of a device whose MAC no output shows."""
    return mac is None or mac >= _UNSEEN


def link_local(mac: Mac) -> Ip:
    """Return the link-local address that the kernel makes of a MAC (RFC 4291, appendix A)."""
    high, low = mac >> 24, mac & 0xFFFFFF
    return Ip((0xFE80 << 112) | ((high ^ 0x020000) << 40) | (0xFFFE << 24) | low)


def is_link_local(ip: Ip) -> bool:
    """Say whether an address has a meaning on one link only (fe80::/10, RFC 4291).

    >>> is_link_local(parse_ip("fe80::1")), is_link_local(parse_ip("fd00::1"))
    (True, False)
    """
    return ip >> 118 == 0xFE80 >> 6


def share_network(one: Iterable[tuple[Ip, int]], other: Iterable[tuple[Ip, int]], beside: Ip) -> bool:
    """Say whether two hosts have different addresses in one network.

    Args:
        one: addresses of a host, with their prefix lengths.
        other: those of the other host.
        beside: an address that does not count, as both have it.
    """
    networks, others = (
        {
            (family, length, ip >> (BITS[family] - length)): ip
            for ip, length in addresses
            if ip != beside and length < BITS[family := family_of(ip)] and not is_link_local(ip)
        }
        for addresses in (one, other)
    )
    return any(others.get(network, ip) != ip for network, ip in networks.items())
