"""Counters of devices before and after (``/proc/net/dev``): the third rung, which needs no capability in one's own namespace.

A counter that has risen proves nothing, because others send, too. One that stands still proves that no packet passed, where
the kernel itself counts: the driver of a card asks the card now and then, and its counter may be a second late.
"""

from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Final

from podpath.netlink import link
from podpath.netlink.route_socket import NETLINK_ROUTE, Devices, dump
from podpath.netlink.sock import Netlink
from podpath.probe.observation import Point
from podpath.state.link import Link

DEVICES: Final = Path("/proc/thread-self/net/dev")
_RECEIVED, _SENT = 1, 9
"""Columns of packets behind a device's name."""
_OF_OTHERS: Final = frozenset(("bond",))
"""Kinds whose counters are the sum of what their ports' drivers say (bond_get_stats)."""

Counts = dict[tuple[int, str, Point], int]
"""Packets by namespace, device and direction."""


def read(spaces: Mapping[int, Callable[[Callable[[], None]], None]]) -> Counts:
    """Return the counters of devices that the kernel counts; namespaces that may not be entered are left out.

    Args:
        spaces: what does work inside each, by its inode.
    """
    found: Counts = {}
    for inode, inside in spaces.items():
        texts: list[tuple[str, frozenset[str]]] = []
        with suppress(OSError):
            inside(lambda texts=texts: texts.append((_text(), _counted())))  # type: ignore[misc]
        for text, counted in texts:
            found |= {place: count for place, count in _parsed(inode, text).items() if place[1] in counted}
    return found


def _text() -> str:
    return DEVICES.read_text(encoding="ascii", errors="replace")


def _counted() -> frozenset[str]:
    """Return the names of the devices of this namespace whose packets the kernel counts as they pass: software has a kind."""
    with Netlink(NETLINK_ROUTE) as netlink:
        rows = link.rows(dump(netlink, link.TABLE), Devices())
        return frozenset(row.name for row in rows if isinstance(row, Link) and _is_counted(row))


def _is_counted(row: Link) -> bool:
    return "LOOPBACK" in (row.flags or "").split(",") or (row.kind is not None and row.kind not in _OF_OTHERS)


def _parsed(inode: int, text: str) -> Counts:
    found: Counts = {}
    for line in text.splitlines()[2:]:
        name, _, rest = line.partition(":")
        columns = rest.split()
        found[inode, name.strip(), Point.IN] = int(columns[_RECEIVED])
        found[inode, name.strip(), Point.OUT] = int(columns[_SENT])
    return found


def unmoved(before: Counts, after: Counts) -> frozenset[tuple[int, str, Point]]:
    """Return the devices and directions whose counter did not change."""
    return frozenset(place for place, count in after.items() if before.get(place) == count)
