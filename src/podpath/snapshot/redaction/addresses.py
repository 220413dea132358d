"""Replacements for the addresses of a snapshot: equal prefixes stay equal, and the kind of an address stays."""

import hashlib
from collections import Counter
from collections.abc import Iterable
from functools import lru_cache
from typing import Final

from podpath.state.address import V4_BASE, Ip, Mac, link_local, parse_prefix

_BITS: Final = 128
_V4_FIRST_BIT: Final = 96
_STRANGE_V4: Final = _V4_FIRST_BIT + 24
_STRANGE_V6: Final = 64
_ONES: Final = (1 << _BITS) - 1
# Networks that mean something by themselves: inside their own bits nothing changes (RFC 6890).
_MEANING: Final = tuple(
    (ip, length + (_V4_FIRST_BIT if family == 4 else 0))  # noqa: PLR2004
    for family, ip, length in map(parse_prefix, (
        "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "172.16.0.0/12", "192.168.0.0/16", "192.0.2.0/24", "198.18.0.0/15",
        "2000::/3", "fc00::/7", "64:ff9b::/96",
    ))
)  # fmt: skip
_UNTOUCHED: Final = tuple(
    (ip, length + (_V4_FIRST_BIT if family == 4 else 0))  # noqa: PLR2004
    for family, ip, length in map(parse_prefix, (
        "0.0.0.0/32", "127.0.0.0/8", "169.254.0.0/16", "224.0.0.0/3", "::/127", "fe80::/10", "ff00::/8",
    ))
)  # fmt: skip
# The bits that lead to one of them stay, so that nothing comes into such a network, or leaves it.
_ON_THE_WAY: Final = frozenset(
    (depth, first >> (_BITS - depth)) for first, length in (*_MEANING, *_UNTOUCHED) for depth in range(length)
)
_MOST: Final = 1 << 18
_KEPT_MACS: Final = (0, 0xFFFFFFFFFFFF, 0xEEEEEEEEEEEE)
_EUI64: Final = 0xFFFE
_GROUP_BIT: Final = 1 << 40
_LOCAL_BIT: Final = 1 << 41


class AddressMap:
    """Replaces the addresses of a snapshot, by a key that is not stored.

    Args:
        prefixes: networks of the snapshot, as (first address, length on the number line of 128 bits).
        key: the key.
    """

    def __init__(self, prefixes: Iterable[tuple[int, int]], key: bytes) -> None:
        self._key = key
        # Bits are replaced down to the longest network that an address lies in; the rest says who it is in there.
        # Of an address in no network, all but the last byte is replaced, or the interface's part of IPv6.
        self._inner: set[tuple[int, int]] = set()
        self._networks: set[tuple[int, int]] = set()
        for first, length in prefixes:
            self._inner.update((depth, first >> (_BITS - depth)) for depth in range(length))
            self._networks.add((length, first >> (_BITS - length)))
        self.counts: Counter[str] = Counter()
        """How many different addresses of each kind were replaced."""
        self.ip = lru_cache(maxsize=_MOST)(self._counted_ip)
        self.mac = lru_cache(maxsize=_MOST)(self._counted_mac)

    def _counted_ip(self, ip: Ip) -> Ip:
        made = self._ip(ip)
        self.counts["address"] += made != ip
        return made

    def _counted_mac(self, mac: Mac) -> Mac:
        made = self._mac(mac)
        self.counts["MAC"] += made != mac
        return made

    def _ip(self, ip: Ip) -> Ip:
        """Return the replacement of an address: equal prefixes stay equal."""
        if any(ip >> (_BITS - length) == first >> (_BITS - length) for first, length in _UNTOUCHED):
            return self._link_local(ip)
        made = 0
        network = False
        strange = _STRANGE_V4 if ip >> 32 == V4_BASE >> 32 else _STRANGE_V6
        for depth in range(_BITS):
            node = depth, ip >> (_BITS - depth)
            network = network or node in self._networks
            bit = ip >> (_BITS - 1 - depth) & 1
            replaced = node in self._inner or (not network and depth < strange)
            made = made << 1 | (bit ^ self._flip(*node) if replaced and node not in _ON_THE_WAY else bit)
        return Ip(made)

    def _link_local(self, ip: Ip) -> Ip:
        """Return the replacement of a link-local address made from a MAC: it has the other MAC (RFC 4291, appendix A)."""
        if ip >> 118 != 0xFE80 >> 6 or ip >> 24 & 0xFFFF != _EUI64:
            return ip
        mac = Mac(((ip >> 40 & 0xFFFFFF) ^ 0x020000) << 24 | ip & 0xFFFFFF)
        return link_local(self.mac(mac)) | (ip >> 64 << 64) if link_local(mac) == ip else ip  # type: ignore[return-value]

    def _flip(self, depth: int, node: int) -> int:
        return hashlib.blake2b(b"%d/%x" % (depth, node), key=self._key, digest_size=1).digest()[0] & 1

    def _mac(self, mac: Mac) -> Mac:
        """Return the replacement of a link-layer address; group and well-known ones stay."""
        if mac & _GROUP_BIT or mac in _KEPT_MACS:
            return mac
        digest = hashlib.blake2b(b"mac%x" % mac, key=self._key, digest_size=6).digest()
        return Mac(int.from_bytes(digest) & ~_GROUP_BIT | _LOCAL_BIT)
