"""``netstat -i`` and ``ifconfig -s``: one line of counters per device (netstat(8)).

The flags of the last column: B broadcast, L loopback, M promiscuous or multicast, m master, O no ARP, P point to
point, R running, s slave, U up.
"""

from collections.abc import Iterator, Sequence
from typing import Final

from podpath.readers.interface import Item, Reader
from podpath.readers.options import bad, is_device, number, parse_options, spellings
from podpath.state.evidence import Complete, Coverage, covers
from podpath.state.link import Link, LinkCounters
from podpath.state.pattern import lazy

_NETSTAT: Final = spellings("i/interfaces a/all n/numeric v/verbose W/wide")
_IFCONFIG: Final = spellings("s a v")
_HEADER: Final = lazy(r"Iface\s+MTU\s+(Met\s+)?RX-OK\s+RX-ERR\s+RX-DRP\s+RX-OVR\s+TX-OK\s+TX-ERR\s+TX-DRP\s+TX-OVR\s+Flg\s*$")
_ROW: Final = lazy(r"(\S+)\s+([0-9]+)\s+(?:[0-9]+\s+){8,9}([A-Za-z]+|\[NO FLAGS\])\s*$")
_ALIAS: Final = lazy(r"\S+\s+[0-9]+\s+(?:[0-9]+\s+)?- no statistics available -")
_COLUMNS: Final = 8
_MTU_WIDTH: Final = 6
"""A blank and five places for the MTU, whose heading stands at its right end (net-tools 1.60)."""


def accepts(words: Sequence[str]) -> tuple[Coverage, ...] | None:
    """Accept ``netstat -i [-a]`` and ``ifconfig -s [-a] [DEV]``."""
    if words[:1] == ["netstat"]:
        found, needed = parse_options(words[1:], _NETSTAT, {}), "i"
    else:
        found, needed = parse_options(words[1:], _IFCONFIG, {}) if words[:1] == ["ifconfig"] else None, "s"
    if found is None or needed not in found.flags or len(found.rest) > (needed == "s"):
        return None
    if not all(is_device(word) for word in found.rest):
        return None
    dev = found.rest[0] if found.rest else None
    complete = Complete.YES if dev or "a" in found.flags else Complete.NO
    return tuple(covers(table, dev=dev, complete=complete) for table in (Link, LinkCounters))


def _rows(index: int, line: str, cut: int) -> Iterator[Item]:
    match = _ROW.match(line)
    if match is None:
        raise ValueError(f'"{line.split(maxsplit=1)[0]}" is not followed by eight counters and flags')
    name = match[1]
    if cut and len(name) == cut:
        raise ValueError(f'the name "{name}" may be cut off')
    counts = [number(word) for word in line.split()[1 : -2 if match[3].startswith("[") else -1]][-_COLUMNS:]
    up, carrier = "U" in match[3], "R" in match[3]
    yield index, Link(name, mtu=number(match[2]), up=up, carrier=carrier)
    yield index, LinkCounters(
        name, counts[0], rx_errors=counts[1], rx_dropped=counts[2],
        tx_packets=counts[4], tx_errors=counts[5], tx_dropped=counts[6],
    )  # fmt: skip


def read(words: Sequence[str], lines: Sequence[str]) -> Iterator[Item]:
    """Read the table; an alias has no counters and is no device."""
    del words
    cut = 0
    for index, line in enumerate(lines):
        header = _HEADER.match(line)
        if header is not None:
            # net-tools 1.60 prints a metric, and cuts names at the width of their column.
            cut = line.index("MTU") + len("MTU") - _MTU_WIDTH if header[1] is not None else 0
        elif line.strip() and not line.startswith("Kernel Interface table") and not _ALIAS.match(line):
            try:
                yield from _rows(index, line, cut)
            except ValueError as error:
                yield index, bad("netstat -i", error)


READER: Final = Reader(
    name="netstat -i",
    accepts=accepts,
    starts=lazy(f"Kernel Interface table\\s*$|{_HEADER.pattern}"),
    continues=lazy(f"{_ALIAS.pattern}|" + r"\S+\s+\S+\s+(?:\S+\s+){8,9}[A-Za-z]{1,12}\s*$"),
    read=read,
    shape_coverage=tuple(covers(table, complete=Complete.NO) for table in (Link, LinkCounters)),
)
