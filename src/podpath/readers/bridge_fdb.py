"""``bridge fdb show``: which port, or which node, a frame for a MAC goes to (bridge(8)).

Lines look like ``82:ce:7c:3e:91:36 dev flannel.1 dst 192.168.200.206 self permanent``.
"""

from collections.abc import Iterator, Sequence
from typing import Final

from podpath.readers.interface import Bad, Item, Json, Reader, assumed
from podpath.readers.ip_words import coverage_of, device_filter, is_noun, parse_ip_words
from podpath.state.address import parse_ip, parse_mac
from podpath.state.evidence import Coverage
from podpath.state.fdb import FdbEntry
from podpath.state.pattern import lazy

UNNAMED: Final = "?"
"""Device of an entry whose command line is missing; only a VXLAN device's entries have an address."""

_STATES: Final = frozenset(("permanent", "static", "stale", "noarp"))
_FLAGS: Final = frozenset(
    ["self", "master", "extern_learn", "offload", "sticky", "router", "locked", "added_by_user", "blackhole", "remote"]
)
_NUMBERS: Final = {"vni": "vni", "vlan": "vlan", "port": "port", "nhid": "nhid"}
_NO_NUMBERS: Final = (None, None, None, None)
_SKIPPED: Final = frozenset(("used", "updated", "src_vni", "link-netnsid", "state", "activity_notify", "inactive"))
_NO_DEVICE: Final = lazy(r'^(?:Cannot find device|Device) "?(.+?)"?(?: does not exist)?\.?$')


def accepts(words: Sequence[str]) -> tuple[Coverage, ...] | None:
    """Accept ``bridge fdb [show] [dev X | br B | brport P] …``; a bare name is a device."""
    parsed = parse_ip_words(words, "bridge")
    if parsed is None or not is_noun(parsed.noun, "fdb"):
        return None
    found = device_filter(parsed.rest, ("br", "brport", "vlan", "state"), ("dynamic", "permanent", "static"))
    return None if found is None else coverage_of((FdbEntry,), None, found[0], narrowed=found[1])


def _dev(words: Sequence[str]) -> str:
    parsed = parse_ip_words(words, "bridge") if words else None
    found = device_filter(parsed.rest, ("br", "brport", "vlan", "state")) if parsed else None
    return (found[0] or "") if found else ""


def _row(parts: list[str], dev: str) -> FdbEntry:
    """Read one line; ValueError says which word is wrong."""
    mac = parse_mac(parts[0])
    dst = None
    master = state = via = None
    flags: list[str] = []
    numbers: dict[str, int] = {}
    at, end = 1, len(parts)
    while at < end:
        word = parts[at]
        following = parts[at + 1] if at + 1 < end else None
        if word == "dev" and following is not None:
            dev, at = following, at + 1
        elif word == "dst" and following is not None:
            dst, at = parse_ip(following), at + 1
        elif word == "master" and following is not None and following not in _FLAGS and following not in _STATES:
            master, at = following, at + 1
        elif word in _FLAGS:
            flags.append(word)
        elif word in _STATES:
            state = word
        elif word in _NUMBERS and following is not None:
            numbers[_NUMBERS[word]], at = int(following), at + 1
        elif word == "via" and following is not None:
            via, at = following, at + 1
        elif word in _SKIPPED and following is not None:
            at += 1
        else:
            message = f'"{word}" is not a word of it'
            raise ValueError(message)
        at += 1
    if not dev and dst is None:
        message = "no device: the command line that named it is missing"
        raise ValueError(message)
    dev = dev or UNNAMED
    if not numbers:
        return FdbEntry(dev, mac, dst, None, master, state, ",".join(flags) or None, None, None, via)
    return FdbEntry(dev, mac, dst, master=master, state=state, flags=",".join(flags) or None, via=via, **numbers)


def read(words: Sequence[str], lines: Sequence[str]) -> Iterator[Item]:
    """Read the text form."""
    dev = _dev(words)
    for index, line in enumerate(lines):
        parts = line.split()
        if not parts or _NO_DEVICE.match(line):
            continue
        try:
            yield index, _row(parts, dev)
        except ValueError as error:
            yield index, Bad(f"this looks like `bridge fdb` output but {error}")


def owns_json(document: Json) -> bool:
    """Say whether a document is ``bridge -j fdb``."""
    return (
        isinstance(document, list)
        and bool(document)
        and all(isinstance(item, dict) for item in document)
        and any("mac" in item and ("ifname" in item or "dst" in item) for item in document)
    )


def read_json(words: Sequence[str], document: Json) -> Iterator[Item]:
    """Read the JSON form."""
    dev = _dev(words)
    for item in document if isinstance(document, list) else []:
        if not isinstance(item, dict) or "mac" not in item:
            continue
        try:
            get = item.get
            dst = parse_ip(item["dst"]) if "dst" in item else None
            row = FdbEntry(
                get("ifname", dev), parse_mac(item["mac"]), dst, get("vlan"), get("master"), get("state", "").lower() or None,
                ",".join(get("flags", ())) or None, get("vni"), get("port"), get("viaIf") or get("via"), get("nhid"),
            )  # fmt: skip
            numbers = (row.vlan, row.vni, row.port, row.nhid)
        except (ValueError, TypeError, AttributeError) as error:
            yield 0, Bad(f"this looks like `bridge -j fdb` output but {error}")
        else:
            whole = numbers == _NO_NUMBERS or all(value is None or isinstance(value, int) for value in numbers)
            yield 0, row if whole else Bad("this looks like `bridge -j fdb` output but a number in it is none")


READER: Final = Reader(
    name="bridge fdb",
    accepts=accepts,
    starts=lazy(
        r"^\s{0,8}[0-9a-fA-F]{1,2}(?::[0-9a-fA-F]{1,2}){5} (?:dev \S+|dst \S+|vlan \d+|master \S+|self|offload|extern_learn)"
        r"(?:\s|$)"
    ),
    continues=lazy(r"^\s{0,8}\S{1,2}(?::\S{1,2}){5} dev \S+|" + _NO_DEVICE.pattern[1:]),
    read=read,
    shape_coverage=assumed(FdbEntry),
    owns_json=owns_json,
    read_json=read_json,
)
