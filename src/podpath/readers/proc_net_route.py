"""``/proc/net/route``: the main IPv4 routing table as the kernel prints it, in hexadecimal (proc(5)).

Addresses are numbers of the machine's own byte order; nearly every machine's is little-endian, and so
it is read here. Of a multipath route only the first next hop is shown.
"""

from collections.abc import Iterator, Sequence
from typing import Final

from podpath.readers.interface import Item, Reader
from podpath.readers.options import bad, mask_length, number, shows_proc_net
from podpath.state.address import V4_BASE, Ip
from podpath.state.evidence import Complete, Coverage, covers
from podpath.state.pattern import lazy
from podpath.state.route import Route

_HEADER: Final = lazy(r"Iface\s+Destination\s+Gateway\s+Flags\s+RefCnt\s+Use\s+Metric\s+Mask\s+MTU\s+Window\s+IRTT\s*$")
_HEX: Final = lazy(r"[0-9a-fA-F]{1,8}$")
_COLUMNS: Final = 11
_GATEWAY: Final = 0x0002
_REJECT: Final = 0x0200


def accepts(words: Sequence[str]) -> tuple[Coverage, ...] | None:
    """Accept ``cat /proc/net/route``."""
    return (covers(Route, 4, part="main"),) if shows_proc_net(words, "route") else None


def _hex(text: str) -> int:
    if not _HEX.match(text):
        raise ValueError(f'"{text}" is not a hexadecimal number')
    return int(text, 16)


def _swapped(text: str) -> int:
    """Return the address that is printed as a little-endian number."""
    return int.from_bytes(_hex(text).to_bytes(4, "little"), "big")


def _row(parts: list[str]) -> Route:
    """Read one line; ValueError says which word is wrong."""
    if len(parts) != _COLUMNS:
        raise ValueError(f"it has {len(parts)} columns, not {_COLUMNS}")
    dev, dst, gateway, flags_text, _, _, metric, mask = parts[:8]
    flags = _hex(flags_text)
    kind = "unreachable" if flags & _REJECT else "blackhole" if dev == "*" else "unicast"
    via = Ip(V4_BASE + _swapped(gateway)) if flags & _GATEWAY and kind == "unicast" else None
    length = mask_length(f"{_swapped(mask):08x}")
    name = None if dev == "*" else dev
    return Route(4, "main", kind, Ip(V4_BASE + _swapped(dst)), length, via, name, metric=number(metric))


def read(words: Sequence[str], lines: Sequence[str]) -> Iterator[Item]:
    """Read the table."""
    del words
    for index, line in enumerate(lines):
        if not line.strip() or _HEADER.match(line):
            continue
        try:
            yield index, _row(line.split())
        except ValueError as error:
            yield index, bad("/proc/net/route", error)


READER: Final = Reader(
    name="cat /proc/net/route",
    accepts=accepts,
    starts=lazy(_HEADER.pattern),
    continues=lazy(r"\S{1,15}\s+\S{8}\s+\S{8}\s+[0-9a-fA-F]{4}(?:\s+[0-9]+){3}\s+\S{8}(?:\s+[0-9]+){3}\s*$"),
    read=read,
    shape_coverage=(covers(Route, 4, part="main", complete=Complete.ASSUMED),),
)
