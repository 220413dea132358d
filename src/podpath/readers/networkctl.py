"""``networkctl list``: the devices that systemd-networkd sees (networkctl(1))."""

from collections.abc import Iterator, Sequence
from typing import Final

from podpath.readers.interface import Item, Reader
from podpath.readers.options import bad
from podpath.state.evidence import Complete, Coverage, covers
from podpath.state.link import Link
from podpath.state.pattern import lazy

_HEAD: Final = lazy(r"IDX LINK +TYPE +OPERATIONAL +SETUP\s*$")
_ROW: Final = lazy(r"[ ●]*(?P<index>\d{1,9}) (?P<name>\S{1,15}) +(?P<type>\S+) +(?P<state>[a-z-]+) +(?P<setup>[a-z-]+)\s*$")
_COUNT: Final = lazy(r"\d+ links listed\.\s*$")
_KINDS: Final = frozenset({"bridge", "bond", "vlan", "vxlan", "wireguard", "geneve"})
"""Types that are the kernel's kinds, too; `ether` may be any."""
_CARRIER: Final = {
    "off": None, "no-carrier": False, "dormant": True, "degraded-carrier": None, "carrier": True, "degraded": True,
    "enslaved": True, "routable": True,
}  # fmt: skip
"""Operational states, and whether the lower layer is connected; in all but the first the device is up."""


def accepts(words: Sequence[str]) -> tuple[Coverage, ...] | None:
    """Accept ``networkctl`` and ``networkctl list``; networkd may not have heard of a device yet."""
    rest = [word for word in words[1:] if not word.startswith("-")]
    if words[:1] != ["networkctl"] or (rest and rest[0] != "list"):
        return None
    return (covers(Link, complete=Complete.NO),)


def read(words: Sequence[str], lines: Sequence[str]) -> Iterator[Item]:
    """Read the list."""
    del words
    for index, line in enumerate(lines):
        if not line.strip() or _HEAD.match(line) or _COUNT.match(line):
            continue
        match = _ROW.match(line)
        if match is None or match["state"] not in _CARRIER:
            yield index, bad("networkctl", f'"{(line.split() or [""])[-1]}" is no state of a device')
            continue
        kind = match["type"] if match["type"] in _KINDS else None
        up, carrier = match["state"] != "off", _CARRIER[match["state"]]
        yield index, Link(match["name"], int(match["index"]), kind, up=up, carrier=carrier)


READER: Final = Reader(
    name="networkctl",
    accepts=accepts,
    starts=lazy(_HEAD.pattern),
    continues=lazy(f"{_ROW.pattern}|{_COUNT.pattern}"),
    once=lazy(_HEAD.pattern),
    read=read,
)
