"""``ethtool DEV``, ``ethtool -i DEV`` and ``ethtool -S DEV``: what a driver reports about its device (ethtool(8)).

The statistics of a veth hold the index of its other end (veth_get_ethtool_stats in drivers/net/veth.c), in whichever namespace
that is. Each driver of a network card has its own names for counters; these are skipped.
"""

from collections.abc import Iterator, Sequence
from typing import Final

from podpath.readers.interface import Item, Reader
from podpath.readers.options import is_device, number
from podpath.state.evidence import Complete, Coverage, covers
from podpath.state.link import Link
from podpath.state.pattern import lazy

_STATISTICS: Final = frozenset(("-S", "--statistics"))
_DRIVER: Final = frozenset(("-i", "--driver"))
_TITLE: Final = lazy(r"Settings for (\S{1,15}):\s*$")
_LINK: Final = lazy(r"\s*Link detected: (yes|no)\b")
_PEER: Final = lazy(r"\s*peer_ifindex: (\d{1,10})\s*$")
_NAME: Final = lazy(r"driver: (veth|bridge|vxlan|macvlan|ipvlan|dummy|geneve)\s*$")
"""Drivers that are kinds of devices, too."""


def _asked(words: Sequence[str]) -> tuple[str, str] | None:
    """Return the option and the device of a command line."""
    rest = [word for word in words[1:] if word not in {"--json", "-j"}]
    option, dev = (rest[0], rest[1]) if len(rest) == 2 else ("", rest[0] if len(rest) == 1 else "")  # noqa: PLR2004
    known = option in _STATISTICS | _DRIVER or (not option and not dev.startswith("-"))
    return (option, dev) if words[:1] == ["ethtool"] and known and is_device(dev) else None


def accepts(words: Sequence[str]) -> tuple[Coverage, ...] | None:
    """Accept ``ethtool [-i|-S] DEV``; it shows a part of one device."""
    asked = _asked(words)
    return (covers(Link, dev=asked[1], complete=Complete.NO),) if asked is not None else None


def read(words: Sequence[str], lines: Sequence[str]) -> Iterator[Item]:
    """Yield what is said of the device, where the command or the title names it."""
    dev = (_asked(words) or ("", ""))[1]
    for index, line in enumerate(lines):
        if (title := _TITLE.match(line)) is not None:
            dev = title[1]
        elif not dev:
            continue
        elif (link := _LINK.match(line)) is not None:
            yield index, Link(dev, carrier=link[1] == "yes")
        elif (peer := _PEER.match(line)) is not None:
            yield index, Link(dev, kind="veth", peer_index=number(peer[1]))
        elif (name := _NAME.match(line)) is not None:
            yield index, Link(dev, kind=name[1])


READER: Final = Reader(
    name="ethtool DEV",
    accepts=accepts,
    starts=_TITLE,
    continues=lazy(
        r"\t+\S.*|\s++[\w.\[\]() /-]+: -?\d+\s*$|NIC statistics:\s*$|no stats available|Cannot get |netlink error: |"
        r"No data available|"
        r"(?:driver|version|firmware-version|expansion-rom-version|bus-info|supports-[a-z-]+):(?:\s|$)"
    ),
    read=read,
    shape_coverage=(covers(Link, complete=Complete.NO),),
)
