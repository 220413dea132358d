"""``/proc/net/ipv6_route``: the IPv6 routes of all tables in one, in hexadecimal (proc(5)).

As in ``route -6``, the table is not shown: what delivers to this node is put into ``local``, everything
else is called ``main``. Blackhole, unreachable and prohibit look alike.
"""

from collections.abc import Iterator, Sequence
from typing import Final

from podpath.readers.interface import Item, Reader
from podpath.readers.options import bad, shows_proc_net
from podpath.readers.route_inet6 import place_of
from podpath.state.address import Ip
from podpath.state.evidence import Complete, Coverage, covers
from podpath.state.pattern import lazy
from podpath.state.route import Route

_IP: Final = "([0-9a-f]{32})"
_ROW: Final = lazy(
    f"{_IP} ([0-9a-f]{{2}}) {_IP} ([0-9a-f]{{2}}) {_IP} ([0-9a-f]{{8}}) [0-9a-f]{{8}} [0-9a-f]{{8}} ([0-9a-f]{{8}})"
    r"\s+(\S{1,15})\s*$"
)
_REJECT: Final = 0x0200
_ANYCAST: Final = 0x0010_0000
_CACHE: Final = 0x0100_0000
_LOCAL: Final = 0x8000_0000
_NULL_METRIC: Final = 0xFFFF_FFFF
_LONGEST: Final = 128


def accepts(words: Sequence[str]) -> tuple[Coverage, ...] | None:
    """Accept ``cat /proc/net/ipv6_route``."""
    if not shows_proc_net(words, "ipv6_route"):
        return None
    return covers(Route, 6, part="main"), covers(Route, 6, part="local")


def _row(line: str) -> Route | None:
    """Read one line; None is an entry that is no route; ValueError says what is wrong with it."""
    match = _ROW.match(line)
    if match is None:
        raise ValueError(f'"{line.split(maxsplit=1)[0]}" does not begin ten columns')
    dst, length, src, src_len, via, metric, flags = (int(match[at], 16) for at in range(1, 8))
    if max(length, src_len) > _LONGEST:
        raise ValueError(f'"{match[2]}" or "{match[4]}" is not a prefix length')
    refused = bool(flags & _REJECT)
    if flags & _CACHE or (refused and length == 0 and metric == _NULL_METRIC):
        return None  # a cached clone, and the kernel's entry for "no route at all"
    if refused:
        table, kind = "main", "unreachable"
    elif flags & _ANYCAST:
        table, kind = "local", "anycast"
    else:
        table, kind = place_of(Ip(dst), length, own=bool(flags & _LOCAL))
    source = (Ip(src), src_len) if src_len else (None, None)
    hop = Ip(via) if via and not refused else None
    return Route(6, table, kind, Ip(dst), length, hop, match[8], metric=metric, src=source[0], src_len=source[1])


def read(words: Sequence[str], lines: Sequence[str]) -> Iterator[Item]:
    """Read the lines."""
    del words
    for index, line in enumerate(lines):
        if not line.strip():
            continue
        try:
            row = _row(line)
        except ValueError as error:
            yield index, bad("/proc/net/ipv6_route", error)
        else:
            if row is not None:
                yield index, row


READER: Final = Reader(
    name="cat /proc/net/ipv6_route",
    accepts=accepts,
    starts=lazy(_ROW.pattern),
    read=read,
    shape_coverage=(
        covers(Route, 6, part="main", complete=Complete.ASSUMED),
        covers(Route, 6, part="local", complete=Complete.ASSUMED),
    ),
)
