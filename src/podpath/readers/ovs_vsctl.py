"""``ovs-vsctl show``: the ports of Open vSwitch's bridges (ovs-vsctl(8), ovs-vswitchd.conf.db(5)).

In the kernel's datapath a port of type ``system`` is a device below ``ovs-system``, and one of type ``internal`` a device of
its own. Tunnels and patch ports are no devices, and the ports of a datapath ``netdev`` belong to a process.
"""

from collections.abc import Iterator, Sequence
from typing import Final

from podpath.readers.interface import Item, Reader
from podpath.state.evidence import Complete, Coverage, covers
from podpath.state.link import Link
from podpath.state.pattern import lazy

_DATAPATH: Final = "ovs-system"
_START: Final = lazy(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\s*$")
_BRIDGE: Final = lazy(r'\s+Bridge "?([^\s"]{1,64})"?\s*$')
_INTERFACE: Final = lazy(r'\s+Interface "?([^\s"]{1,64})"?\s*$')
_COLUMN: Final = lazy(r"\s+([a-z_]{2,32}): *(.*)$")
_OTHER: Final = lazy(r'\s+(?:Port|Manager|Controller) "?\S{1,200}\s*$')
_LONGEST: Final = 15
"""Letters of the name of a device (IFNAMSIZ); a longer one is none."""


def accepts(words: Sequence[str]) -> tuple[Coverage, ...] | None:
    """Accept ``ovs-vsctl show``; most devices are no ports of it."""
    rest = [word for word in words[1:] if not word.startswith("-")]
    return (covers(Link, complete=Complete.NO),) if words[:1] == ["ovs-vsctl"] and rest == ["show"] else None


def read(words: Sequence[str], lines: Sequence[str]) -> Iterator[Item]:
    """Read the ports that are devices of the kernel; a port with an error has none."""
    del words
    bridge: dict[str, str] = {}
    port: dict[str, str] = {}
    found: list[tuple[int, str, dict[str, str], dict[str, str]]] = []
    for index, line in enumerate(lines):
        if _BRIDGE.match(line):
            bridge = {}
        elif (match := _INTERFACE.match(line)) is not None:
            port = {}
            found.append((index, match[1], port, bridge))
        elif (match := _COLUMN.match(line)) is not None:
            (bridge if match[1] == "datapath_type" else port)[match[1]] = match[2].strip().strip('"')
    for index, name, columns, held_by in found:
        if held_by.get("datapath_type", "system") == "system" and "error" not in columns and len(name) <= _LONGEST:
            yield from ((index, link) for link in _link(name, columns.get("type", "system")))


def _link(name: str, kind: str) -> Iterator[Link]:
    if kind == "system":
        yield Link(name, master=_DATAPATH)
    elif kind == "internal":
        yield Link(name, kind="openvswitch")


READER: Final = Reader(
    name="ovs-vsctl",
    accepts=accepts,
    starts=_START,
    confirms=_BRIDGE,
    continues=lazy("|".join(each.pattern for each in (_BRIDGE, _INTERFACE, _OTHER, _COLUMN))),
    read=read,
    shape_coverage=(covers(Link, complete=Complete.NO),),
)
