"""``/proc/net/arp``: the IPv4 neighbour table as the kernel prints it (proc(5))."""

from collections.abc import Iterator, Sequence
from typing import Final

from podpath.readers.arp import neighbour
from podpath.readers.interface import Item, Reader
from podpath.readers.options import bad, shows_proc_net
from podpath.state.address import parse_ip, parse_mac
from podpath.state.evidence import Complete, Coverage, covers
from podpath.state.neighbour import Neighbour
from podpath.state.pattern import lazy

_HEADER: Final = lazy(r"IP address\s+HW type\s+Flags\s+HW address\s+Mask\s+Device\s*$")
_HEX: Final = lazy(r"0x[0-9a-fA-F]{1,8}$")
_COLUMNS: Final = 6
_COMPLETE: Final = 0x2
_PERMANENT: Final = 0x4
_PUBLISHED: Final = 0x8
_ETHERNET: Final = 1


def accepts(words: Sequence[str]) -> tuple[Coverage, ...] | None:
    """Accept ``cat /proc/net/arp``."""
    return (covers(Neighbour, 4),) if shows_proc_net(words, "arp") else None


def _hex(text: str) -> int:
    if not _HEX.match(text):
        raise ValueError(f'"{text}" is not a hexadecimal number')
    return int(text, 16)


def _row(parts: list[str]) -> Neighbour:
    """Read one line; ValueError says which word is wrong."""
    if len(parts) != _COLUMNS:
        raise ValueError(f"it has {len(parts)} columns, not {_COLUMNS}")
    address, kind, flags_text, mac, _, dev = parts
    flags = _hex(flags_text)
    if flags & _PUBLISHED:
        return neighbour(dev, address, None, permanent=True, proxy=True)
    if not flags & (_COMPLETE | _PERMANENT):
        return Neighbour(dev, 4, parse_ip(address), None, "INCOMPLETE")
    known = parse_mac(mac) if _hex(kind) == _ETHERNET else None
    return neighbour(dev, address, known, permanent=bool(flags & _PERMANENT), proxy=False)


def read(words: Sequence[str], lines: Sequence[str]) -> Iterator[Item]:
    """Read the table."""
    del words
    for index, line in enumerate(lines):
        if not line.strip() or _HEADER.match(line):
            continue
        try:
            yield index, _row(line.split())
        except ValueError as error:
            yield index, bad("/proc/net/arp", error)


READER: Final = Reader(
    name="cat /proc/net/arp",
    accepts=accepts,
    starts=lazy(_HEADER.pattern),
    continues=lazy(r"\S+\s+0x[0-9a-fA-F]+\s+0x[0-9a-fA-F]+\s+\S+\s+\S+\s+\S{1,15}\s*$"),
    read=read,
    shape_coverage=(covers(Neighbour, 4, complete=Complete.ASSUMED),),
)
