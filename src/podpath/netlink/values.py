"""Bytes of attributes to the values that rows hold."""

import sys
from functools import lru_cache
from typing import Final

from podpath.state.address import V4_BASE, Ip, Mac

AF_INET: Final = 2
AF_BRIDGE: Final = 7
AF_INET6: Final = 10
_V4_BYTES: Final = 4
_V6_BYTES: Final = 16
_MAC_BYTES: Final = 6

FAMILY: Final = {AF_INET: 4, AF_INET6: 6}
"""Address families as rows write them."""


def ip(data: bytes | None) -> Ip | None:
    """Return an address of 4 or 16 bytes, or None for anything else."""
    if data is None:
        return None
    size = len(data)
    if size == _V4_BYTES:
        return Ip(V4_BASE + int.from_bytes(data))
    return Ip(int.from_bytes(data)) if size == _V6_BYTES else None


def some_ip(data: bytes | None) -> Ip | None:
    """Return an address as :func:`ip` does; the unspecified one means that there is none."""
    return ip(data) if data and any(data) else None


def mac(data: bytes | None) -> Mac | None:
    """Return a link-layer address of six bytes, or None for anything else (tunnels have IP addresses there)."""
    return Mac(int.from_bytes(data)) if data is not None and len(data) == _MAC_BYTES else None


@lru_cache(maxsize=4096)
def text(data: bytes | None) -> str | None:
    """Return a string that ends with a zero byte."""
    return None if data is None else data.partition(b"\0")[0].decode(errors="replace")


def number(data: bytes | None) -> int | None:
    """Return a number in the machine's byte order, of any size."""
    return None if data is None else int.from_bytes(data, sys.byteorder)


def big(data: bytes | None) -> int | None:
    """Return a number in network byte order, of any size."""
    return None if data is None else int.from_bytes(data)


def flag(data: bytes | None) -> bool | None:
    """Return whether a number is other than zero."""
    return None if data is None else any(data)
