"""``/proc/net/if_inet6``: the IPv6 addresses of a namespace (proc(5))."""

from collections.abc import Iterator, Sequence
from typing import Final

from podpath.readers.interface import Item, Reader
from podpath.readers.options import bad, shows_proc_net
from podpath.state.address import Ip
from podpath.state.evidence import Complete, Coverage, covers
from podpath.state.link import Address, Link
from podpath.state.pattern import lazy

_ROW: Final = lazy(r"([0-9a-f]{32}) ([0-9a-f]{2,8}) ([0-9a-f]{2}) ([0-9a-f]{2}) ([0-9a-f]{2})\s+(\S{1,15})\s*$")
_SCOPES: Final = {0x00: "global", 0x10: "host", 0x20: "link", 0x40: "site"}
_PERMANENT: Final = 0x80
_FLAGS: Final = (
    (0x01, "temporary"), (0x02, "nodad"), (0x04, "optimistic"), (0x08, "dadfailed"), (0x10, "home"),
    (0x20, "deprecated"), (0x40, "tentative"),
)  # fmt: skip
_LONGEST: Final = 128


def accepts(words: Sequence[str]) -> tuple[Coverage, ...] | None:
    """Accept ``cat /proc/net/if_inet6``."""
    return (covers(Address, 6),) if shows_proc_net(words, "if_inet6") else None


def _rows(index: int, line: str) -> Iterator[Item]:
    """Read one line; ValueError says what is wrong with it."""
    match = _ROW.match(line)
    if match is None:
        raise ValueError(f'"{line.split(maxsplit=1)[0]}" does not begin six columns')
    address, ifindex, length, scope, flags = (int(match[at], 16) for at in range(1, 6))
    if length > _LONGEST:
        raise ValueError(f'"{match[3]}" is not a prefix length')
    names = [name for bit, name in _FLAGS if flags & bit]
    if not flags & _PERMANENT:
        names.append("dynamic")
    yield index, Address(match[6], 6, Ip(address), length, _SCOPES.get(scope), ",".join(names) or None)
    yield index, Link(match[6], ifindex)


def read(words: Sequence[str], lines: Sequence[str]) -> Iterator[Item]:
    """Read the lines."""
    del words
    for index, line in enumerate(lines):
        if not line.strip():
            continue
        try:
            yield from _rows(index, line)
        except ValueError as error:
            yield index, bad("/proc/net/if_inet6", error)


READER: Final = Reader(
    name="cat /proc/net/if_inet6",
    accepts=accepts,
    starts=lazy(_ROW.pattern),
    read=read,
    shape_coverage=(covers(Address, 6, complete=Complete.ASSUMED),),
)
