"""``arp``: the IPv4 neighbour table (arp(8)), as net-tools, busybox and the BSDs print it.

``arp`` shows fewer states than the kernel has: an entry without an address is read as INCOMPLETE, although
it may be FAILED, and one with an address has no state unless it is permanent.
"""

import re
from collections.abc import Iterator, Sequence
from typing import Final

from podpath.readers.interface import Item, Reader, assumed
from podpath.readers.options import bad, is_device, parse_options, spellings
from podpath.state.address import Mac, parse_ip, parse_mac
from podpath.state.evidence import Complete, Coverage, covers
from podpath.state.neighbour import Neighbour
from podpath.state.pattern import lazy

_OPTIONS: Final = spellings("a n/numeric e v/verbose N/symbolic l")
_VALUED: Final = spellings("i/device H/hw-type t A p")
_HEADER: Final = lazy(r"Address\s+HWtype\s+HWaddress\s+Flags\s+Mask\s+Iface\s*$")
_BSD: Final = lazy(r"(\S+) \(([^()\s]+)\) at (\S+|\(incomplete\))((?:\s+\S+)*?)\s+on (\S+)((?:\s+\S+)*)\s*$")
_NOTHING: Final = lazy(
    r"arp: in [0-9]+ entries no match found\.\s*$|No match found in [0-9]+ entries\s*$|\S+ \(\S+\) -- no entry\s*$|"
    r"Entries: [0-9]+\s+Skipped: [0-9]+\s+Found: [0-9]+\s*$|arp: device \S+ has no such entry"
)
_UNRESOLVED: Final = frozenset(("(incomplete)", "<incomplete>"))
_OWN: Final = frozenset(("<from_interface>", "*"))
_FLAGS: Final = lazy(r"[CMPEA!]{1,6}$")
_PUBLISHED: Final = frozenset(("PUB", "PUP", "published"))
_LONG: Final = frozenset(("PERM", "permanent"))


def accepts(words: Sequence[str]) -> tuple[Coverage, ...] | None:
    """Accept ``arp [-a] [-n] [-e] [-i DEV] [ADDRESS]``."""
    found = parse_options(words[1:], _OPTIONS, _VALUED) if words[:1] == ["arp"] else None
    if found is None or len(found.rest) > 1 or not is_device(found.values.get("i", "any")):
        return None
    try:
        narrowed = bool({parse_ip(word) for word in found.rest}) or "H" in found.values or "t" in found.values
    except ValueError:
        return None
    named = Complete.YES if found.flags & {"n", "a"} else Complete.ASSUMED
    return (covers(Neighbour, 4, found.values.get("i"), None, Complete.NO if narrowed else named),)


def neighbour(dev: str, address: str, mac: Mac | None, *, permanent: bool, proxy: bool) -> Neighbour:
    """Return the row of an entry that is resolved, or answered for others.

    Args:
        dev: device.
        address: IPv4 address as printed.
        mac: link-layer address.
        permanent: the entry never expires.
        proxy: this node answers for the address.
    """
    ip = parse_ip(address)
    if proxy:
        return Neighbour(dev, 4, ip, mac, None, "proxy")
    return Neighbour(dev, 4, ip, mac, "PERMANENT" if permanent else None)


def _mac(text: str, kind: str) -> Mac | None:
    """Return a 48-bit address; link layers of other sizes have none here."""
    if text in _OWN or kind in ("infiniband", "unspec", "tunnel"):
        return None
    return parse_mac(text)


def _bsd(parts: tuple[str, ...]) -> Neighbour:
    _, address, mac, before, dev, after = parts
    words = [*before.split(), *after.split()]
    if mac in _UNRESOLVED:
        return Neighbour(dev, 4, parse_ip(address), None, "INCOMPLETE")
    kind = next((word.strip("[]") for word in words if word.startswith("[")), "ether")
    proxy = not _PUBLISHED.isdisjoint(words)
    return neighbour(dev, address, _mac(mac, kind), permanent=not _LONG.isdisjoint(words), proxy=proxy)


def _table(parts: list[str]) -> Neighbour:
    """Read a row of the table; ValueError says which word is wrong."""
    address, dev = parts[0], parts[-1]
    try:
        parse_ip(address)
    except ValueError:
        if re.match(r"[0-9]+\.", address):
            raise
        raise ValueError(f'"{address}" is a name: `arp -n` prints addresses') from None
    if len(parts) >= 3 and parts[-2] in _UNRESOLVED:  # noqa: PLR2004 - address, mark, device
        return Neighbour(dev, 4, parse_ip(address), None, "INCOMPLETE")
    if len(parts) not in (5, 6) or not _FLAGS.match(parts[3]):
        raise ValueError(f'"{parts[min(3, len(parts) - 1)]}" are not flags')
    flags = parts[3]
    return neighbour(dev, address, _mac(parts[2], parts[1]), permanent="M" in flags, proxy="P" in flags)


def read(words: Sequence[str], lines: Sequence[str]) -> Iterator[Item]:
    """Read either form."""
    del words
    for index, line in enumerate(lines):
        if not line.strip() or _HEADER.match(line) or _NOTHING.match(line):
            continue
        match = _BSD.match(line)
        try:
            yield index, _bsd(match.groups()) if match is not None else _table(line.split())
        except ValueError as error:
            yield index, bad("arp", error)


READER: Final = Reader(
    name="arp",
    accepts=accepts,
    starts=lazy(
        f"{_HEADER.pattern}|"
        r"\S+ \([0-9a-fA-F][0-9a-fA-F.:]*\) at (?:[0-9a-fA-F]{1,2}(?::[0-9a-fA-F]{1,2}){5,}|<\w+>|\(incomplete\)|\*) "
        r".*\bon \S+|"
        r"[0-9]{1,3}(?:\.[0-9]{1,3}){3}\s+(?:ether\s+[0-9a-fA-F]{2}(?::[0-9a-fA-F]{2}){5}\s+[CMPEA!]{1,6}\s+(?:\S+\s+)?|"
        r"\(incomplete\)\s+)\S{1,15}\s*$"
    ),
    continues=lazy(
        f"{_NOTHING.pattern}|"
        r"\S+ \(\S+\) at .* on \S+|"
        r"\S+\s+(?:ether|infiniband|unspec|loop|tunnel|\*)\s+\S+\s+[CMPEA!]{1,6}\s+(?:\S+\s+)?\S+\s*$|"
        r"\S+\s+(?:ether\s+)?\(incomplete\)\s+\S+\s*$"
    ),
    once=lazy(r"^Address\s+HWtype"),
    read=read,
    shape_coverage=tuple(c._replace(family=4) for c in assumed(Neighbour)),
)
