"""``ifconfig``: devices and their addresses (ifconfig(8)), as net-tools 1 and 2, busybox and the BSDs print them.

A device is a block: a line with its name, then indented lines. ``ifconfig`` asks the kernel for one
IPv4 address per label, so an address that was added to a device without a label of its own is not
shown: silence about IPv4 addresses is never proof.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Final

from podpath.readers.interface import Item, Reader
from podpath.readers.options import bad, is_device, mask_length, number, parse_options, spellings
from podpath.state.address import Mac, parse_ip, parse_mac, parse_prefix
from podpath.state.evidence import Complete, Coverage, covers
from podpath.state.link import Address, Link, LinkCounters
from podpath.state.pattern import lazy

_FLAGS: Final = spellings("a v")
_NETSTAT_FLAGS: Final = spellings("i/interfaces e/extend a/all n/numeric v/verbose W/wide")
_NEW: Final = lazy(r"(\S+): flags=(?:0x)?[0-9a-fA-F]+<([^>\s]*)>(?:\s+metric [0-9]+)?\s+mtu ([0-9]{1,10})(?:\s.*)?$")
_OLD: Final = lazy(r"(\S+?)\s*Link encap:(\S+(?> (?!HWaddr |Media:)\S+)*+)\s*+(?:HWaddr (\S+)\s*+)?(?:Media:\S+\s*)?$")
_MISSING: Final = lazy(
    r"(?:ifconfig: )?\S+: error fetching interface information: Device not found\s*$|"
    r"ifconfig: interface \S+ does not exist\s*$"
)
_OLD_FLAGS: Final = lazy(r"\s+((?:[A-Z]+ )+|\[NO FLAGS\] ?)\s*MTU:([0-9]{1,10})\s+Metric:[0-9]+(?:\s.*)?$")
_HARDWARE: Final = lazy(r"\s+[a-z0-9-]+(?:\s+(\S+))?\s+txqueuelen\b")
_BSD_ETHER: Final = lazy(r"\s+ether (\S+)\s*$")
_QUIET: Final = lazy(
    r"\s+(?:Interrupt:|Base address:|Memory:|DMA chan:|device (?:interrupt|memory|base)|options=|nd6 options|media:|"
    r"status:|groups:|EtherTalk|IPX|UNIX|Keepalive)"
)
_COUNTERS: Final = lazy(r"\s+(?:[RT]X (?:packets|bytes|errors)|collisions:)")
_COUNT: Final = lazy(r"\b(?:([RT]X)\b|([a-z]+)[: ]([0-9]{1,20})\b)")
_NAMES: Final = {
    ("RX", "packets"): "rx_packets", ("RX", "bytes"): "rx_bytes", ("RX", "errors"): "rx_errors",
    ("RX", "dropped"): "rx_dropped", ("TX", "packets"): "tx_packets", ("TX", "bytes"): "tx_bytes",
    ("TX", "errors"): "tx_errors", ("TX", "dropped"): "tx_dropped", ("TX", "carrier"): "tx_carrier",
    ("TX", "collisions"): "collisions", ("", "collisions"): "collisions",
}  # fmt: skip
_SCOPES: Final = frozenset(("global", "link", "host", "site"))
_POINT: Final = frozenset(("destination", "-->", "P-t-P"))


def accepts(words: Sequence[str]) -> tuple[Coverage, ...] | None:
    """Accept ``ifconfig [-a] [DEV]`` and ``netstat -ie``."""
    if words[:1] == ["netstat"]:
        found = parse_options(words[1:], _NETSTAT_FLAGS, {})
        return None if found is None or found.rest or not found.flags >= {"i", "e"} else _all("a" in found.flags)
    found = parse_options(words[1:], _FLAGS, {}) if words[:1] == ["ifconfig"] else None
    if found is None or len(found.rest) > 1:
        return None
    if not found.rest:
        return _all("a" in found.flags)
    dev, colon, _ = found.rest[0].partition(":")
    if not is_device(dev):
        return None
    if colon:
        return ()
    return (
        covers(Link, dev=dev),
        covers(LinkCounters, dev=dev),
        covers(Address, 4, dev, complete=Complete.ASSUMED),
        covers(Address, 6, dev),
    )


def _all(every: bool) -> tuple[Coverage, ...]:  # noqa: FBT001 - whether devices that are down are shown
    complete = Complete.YES if every else Complete.NO
    return (
        covers(Link, complete=complete),
        covers(LinkCounters, complete=complete),
        covers(Address, 4, complete=Complete.ASSUMED if every else Complete.NO),
        covers(Address, 6, complete=complete),
    )


@dataclass(slots=True)
class _Block:
    """One device, as far as it has been read."""

    index: int
    name: str
    mtu: int | None = None
    flags: str | None = None
    mac: Mac | None = None
    counted: int | None = None
    ended: bool = False
    counters: dict[str, int] = field(default_factory=dict)
    rest: list[Item] = field(default_factory=list)

    def items(self) -> Iterator[Item]:
        """Yield the rows of the device."""
        if ":" not in self.name:
            flags = self.flags.split(",") if self.flags is not None else None
            up, carrier = ("UP" in flags, "RUNNING" in flags) if flags is not None else (None, None)
            yield self.index, Link(self.name, None, None, self.mac, self.mtu, up, carrier, None, self.flags)
            if self.counted is not None:
                yield self.counted, LinkCounters(self.name, **self.counters)
        yield from self.rest


def _head(index: int, line: str, wanted: str) -> _Block:
    """Read the line that a device begins with."""
    if (new := _NEW.match(line)) is not None:
        return _Block(index, new[1], number(new[3]), new[2])
    if (old := _OLD.match(line)) is None:
        raise ValueError("no device is named above it" if line[0].isspace() else "no device begins so")
    # net-tools 1.60 cuts names at 9 characters; the command line has the whole one.
    block = _Block(index, wanted if len(old[1]) == 9 and wanted.startswith(old[1]) else old[1])  # noqa: PLR2004
    if old[3] is not None and old[2].startswith("Ethernet"):
        block.mac = parse_mac(old[3])
    return block


def _inet(block: _Block, line: str) -> Address:
    """Read an IPv4 address, in either form."""
    words = line.replace("addr:", " ").replace("Mask:", "netmask ").replace("P-t-P:", "P-t-P ").split()[1:]
    if not words:
        raise ValueError("it has no address")
    values = dict(pairwise(words))
    mask = values.get("netmask")
    if mask is None:
        raise ValueError(f'"{words[0]}" has no netmask')
    address = parse_ip(words[0])
    point = next((parse_ip(values[key]) for key in _POINT if key in values), None)
    dev, colon, _ = block.name.partition(":")
    label = block.name if colon else None
    return Address(dev, 4, address, mask_length(mask), None, None, label, None if point == address else point)


def _inet6(block: _Block, line: str) -> Address:
    """Read an IPv6 address, in either form."""
    words = line.replace("addr:", " ").replace("Scope:", "scopeid ").split()[1:]
    if not words:
        raise ValueError("it has no address")
    values = dict(pairwise(words))
    text = words[0].partition("%")[0]
    if "/" not in text:
        if "prefixlen" not in values:
            raise ValueError(f'"{words[0]}" has no prefix length')
        text = f"{text}/{values['prefixlen']}"
    family, address, length = parse_prefix(text)
    scope = values.get("scopeid", "").lower().rpartition("<")[2].rstrip(">").rpartition(",")[2]
    return Address(block.name.partition(":")[0], family, address, length, scope if scope in _SCOPES else None)


def _count(block: _Block, index: int, line: str) -> None:
    """Add a line of counters."""
    direction = ""
    for match in _COUNT.finditer(line):
        direction = match[1] or direction
        column = _NAMES.get((direction, match[2]))
        if column is not None:
            block.counters[column] = number(match[3])
    block.counted = index if block.counted is None else block.counted


def _body(block: _Block, index: int, line: str) -> None:
    """Read an indented line of a device; ValueError says what is wrong with it."""
    word = line.split(maxsplit=1)[0]
    if block.ended or (word in ("inet", "inet6", "ether") and block.counted is not None):
        # Counters are the last lines of a device: the first line of the next one was not pasted.
        block.ended = True
        raise ValueError("no device is named above it")
    if word == "inet":
        block.rest.append((index, _inet(block, line)))
    elif word == "inet6":
        block.rest.append((index, _inet6(block, line)))
    elif _COUNTERS.match(line):
        _count(block, index, line)
    elif (flags := _OLD_FLAGS.match(line)) is not None:
        block.mtu = number(flags[2])
        block.flags = "" if flags[1].startswith("[") else ",".join(flags[1].split())
    elif (hardware := _HARDWARE.match(line) or _BSD_ETHER.match(line)) is not None:
        if word == "ether":
            block.mac = parse_mac(hardware[1] or "")
    elif not _QUIET.match(line):
        raise ValueError(f'"{word}" is not a word of it')


def read(words: Sequence[str], lines: Sequence[str]) -> Iterator[Item]:
    """Read the blocks, one after another."""
    wanted = next((word for word in words[1:] if not word.startswith("-")), "")
    block: _Block | None = None
    for index, line in enumerate(lines):
        if not line.strip() or _MISSING.match(line) or line.startswith("Kernel Interface table"):
            continue
        try:
            if line[0].isspace() and block is not None:
                _body(block, index, line)
                continue
            fresh = _head(index, line, wanted)
        except ValueError as error:
            yield index, bad("ifconfig", error)
        else:
            if block is not None:
                yield from block.items()
            block = fresh
    if block is not None:
        yield from block.items()


READER: Final = Reader(
    name="ifconfig",
    accepts=accepts,
    starts=lazy(f"(?:{_NEW.pattern}|{_OLD.pattern}|{_MISSING.pattern})"),
    continues=lazy(
        r"Kernel Interface table\s*$|\s++(?:inet6? |[a-z0-9-]+ .*\btxqueuelen [0-9]|ether \S+\s*$|"
        r"[RT]X (?:packets|bytes|errors)|collisions:|(?>[A-Z]+ )*+(?:\[NO FLAGS\])? *MTU:[0-9]+ )|" + _QUIET.pattern
    ),
    once=lazy(r"^lo(?:: flags|\s+Link)"),
    read=read,
    shape_coverage=_all(every=False),
)
