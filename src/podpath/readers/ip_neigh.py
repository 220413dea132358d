"""``ip neigh show``: the link-layer addresses of neighbours (ip-neighbour(8)).

Lines look like ``10.42.1.0 dev flannel.1 lladdr 82:ce:7c:3e:91:36 PERMANENT``; the device is
left out when the command line names it.
"""

from collections.abc import Iterator, Sequence
from typing import Final

from podpath.readers.interface import Bad, Item, Json, Reader, assumed
from podpath.readers.ip_words import coverage_of, device_filter, is_noun, parse_ip_words
from podpath.state.address import family_of, parse_ip, parse_mac
from podpath.state.evidence import Coverage
from podpath.state.neighbour import Neighbour
from podpath.state.pattern import lazy

STATES: Final = frozenset(["PERMANENT", "NOARP", "REACHABLE", "STALE", "NONE", "INCOMPLETE", "DELAY", "PROBE", "FAILED"])
_FLAGS: Final = frozenset(["router", "proxy", "extern_learn", "offload", "managed", "extern_valid", "use"])
_VALUED: Final = frozenset(("ref", "used", "probes", "proto", "protocol", "vrf", "nhid"))
_NO_DEVICE: Final = lazy(r'^(?:Cannot find device|Device) "(.+?)"(?: does not exist)?\.?$')


def accepts(words: Sequence[str]) -> tuple[Coverage, ...] | None:
    """Accept ``ip neigh [show] [dev X] [nud S] …``."""
    parsed = parse_ip_words(words)
    if parsed is None or not is_noun(parsed.noun, "neighbour", "neighbor") or parsed.noun == "ne":
        return None
    rest = parsed.rest[2:] if parsed.rest[:2] == ["nud", "all"] else parsed.rest  # every state narrows nothing
    found = device_filter(rest, ("nud", "to", "vrf", "protocol"), ("unused", "nomaster", "proxy"))
    if found is None or ("dev" not in rest and found[0] is not None):
        return None
    return coverage_of((Neighbour,), parsed.family, found[0], narrowed=found[1])


def _dev(words: Sequence[str]) -> str:
    return words[words.index("dev") + 1] if "dev" in words[:-1] else ""


def _row(parts: list[str], dev: str) -> Neighbour:
    """Read one line; ValueError says which word is wrong."""
    ip = parse_ip(parts[0])
    mac = None
    state = None
    flags: list[str] = []
    at, end = 1, len(parts)
    while at < end:
        word = parts[at]
        if word == "lladdr" and at + 1 < end:
            at += 1
            mac = None if parts[at].count(":") != 5 and parts[at].count(".") == 3 else parse_mac(parts[at])  # noqa: PLR2004
        elif word == "dev" and at + 1 < end:
            at += 1
            dev = parts[at]
        elif word in STATES:
            state = word
        elif word in _FLAGS:
            flags.append(word)
        elif word in _VALUED and at + 1 < end:
            at += 1
        elif "," not in word and word.partition("/")[0] not in ("ref", "used"):
            message = f'"{word}" is not a word of it'
            raise ValueError(message)
        at += 1
    if not dev:
        message = "no device: the command line that named it is missing"
        raise ValueError(message)
    if mac is None and state is None and "proxy" not in flags:
        message = "neither a link-layer address nor a state"
        raise ValueError(message)
    return Neighbour(dev, family_of(ip), ip, mac, state, ",".join(flags) or None)


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
            yield index, Bad(f"this looks like `ip neigh` output but {error}")


def owns_json(document: Json) -> bool:
    """Say whether a document is ``ip -j neigh``."""
    return (
        isinstance(document, list)
        and bool(document)
        and all(isinstance(item, dict) for item in document)
        and any("dst" in item and ("lladdr" in item or "state" in item) for item in document)
    )


def read_json(words: Sequence[str], document: Json) -> Iterator[Item]:
    """Read the JSON form."""
    dev = _dev(words)
    for item in document if isinstance(document, list) else []:
        if not isinstance(item, dict) or "dst" not in item:
            continue  # `ip -j` prints an empty object for an entry that a filter left out
        try:
            ip = parse_ip(item["dst"])
            lladdr = item.get("lladdr", "")
            states = item.get("state") or [None]
            flags = ",".join(sorted(flag for flag in item.keys() & _FLAGS if item[flag] is not False))
            mac = parse_mac(lladdr) if lladdr.count(":") == 5 else None  # noqa: PLR2004 - an address of a tunnel has none
            row = Neighbour(str(item.get("dev", dev)), family_of(ip), ip, mac, states[0], flags or None)
        except (ValueError, TypeError, KeyError, IndexError, AttributeError) as error:
            yield 0, Bad(f"this looks like `ip -j neigh` output but {error}")
        else:
            yield 0, row


READER: Final = Reader(
    name="ip neigh",
    accepts=accepts,
    starts=lazy(
        r"^\s{0,8}(?=[0-9a-fA-F]{0,4}[.:])[0-9a-fA-F.:o]{2,60}(?:%\S+)? +(?:dev \S+ +)?"
        r"(?:lladdr \S+ |(?:ref|used|probes) \d.*|(?:router|proxy|extern_learn|managed)\b.*|(?:PERMANENT|NOARP|REACHABLE|STALE|"
        r"NONE|INCOMPLETE|DELAY|PROBE|FAILED)\s*$)"
    ),
    continues=_NO_DEVICE,
    read=read,
    shape_coverage=assumed(Neighbour),
    owns_json=owns_json,
    read_json=read_json,
)
