"""``ip route show``: routing tables (ip-route(8)).

Lines look like ``10.42.1.0/24 via 10.42.1.0 dev flannel.1 onlink``; each next hop of a multipath
route stands on a line of its own below it.
"""

from collections.abc import Iterator, Sequence
from typing import Any, Final

from podpath.readers.interface import Bad, Item, Json, Reader
from podpath.readers.ip_words import is_noun, parse_ip_words, takes
from podpath.state.address import Ip, family_of, parse_ip, parse_prefix
from podpath.state.evidence import Complete, Coverage, covers
from podpath.state.pattern import lazy
from podpath.state.route import Route

TYPES: Final = frozenset(
    [
        "unicast",
        "local",
        "broadcast",
        "multicast",
        "anycast",
        "throw",
        "unreachable",
        "prohibit",
        "blackhole",
        "nat",
        "xresolve",
    ]
)
_FLAGS: Final = frozenset(
    [
        "onlink",
        "linkdown",
        "dead",
        "pervasive",
        "offload",
        "rt_offload",
        "rt_trap",
        "rt_offload_failed",
        "trap",
        "notify",
        "unresolved",
    ]
)
_TEXT: Final = {"dev": "dev", "table": "table", "proto": "proto", "protocol": "proto", "scope": "scope"}
_NUMBER: Final = {"metric": "metric", "nhid": "nhid", "weight": "weight", "mtu": "mtu", "tos": "tos"}
_VALUED: Final = frozenset(
    [
        "pref",
        "expires",
        "error",
        "hoplimit",
        "advmss",
        "window",
        "rtt",
        "rttvar",
        "ssthresh",
        "initcwnd",
        "initrwnd",
        "cwnd",
        "reordering",
        "quickack",
        "rto_min",
        "congctl",
        "features",
        "realm",
        "realms",
        "vrf",
        "ttl-propagate",
        "age",
        "uid",
        "cache",
        "dscp",
        "fastopen_no_cookie",
        "ipid",
        "users",
        "used",
        "encap",
        "lastuse",
    ]
)
_NARROWING: Final = frozenset(
    [
        "via",
        "proto",
        "protocol",
        "scope",
        "type",
        "src",
        "from",
        "root",
        "match",
        "exact",
        "to",
        "nhid",
        "realm",
        "realms",
        "tos",
        "dsfield",
        "vrf",
    ]
)
GET: Final = (["get"], ["g"], ["ge"])
"""How a question begins whose answer is no table."""
FIBMATCH: Final = "fibmatch"
_V4_ANY: Final = parse_ip("0.0.0.0")  # noqa: S104 - an address to compare with, nothing is bound
_V6_ANY: Final = parse_ip("::")


def accepts(words: Sequence[str]) -> tuple[Coverage, ...] | None:
    """Accept ``ip route [show] [table T] [dev X] [PREFIX] …``; ``get`` and ``cache`` show something else."""
    parsed = parse_ip_words(words)
    if parsed is None or not is_noun(parsed.noun, "route"):
        return None
    if parsed.rest[:1] in GET:
        # With this word the kernel answers by the entry itself, not by what it does with one address.
        return (covers(Route, parsed.family, complete=Complete.NO),) if FIBMATCH in parsed.rest else None
    table, dev, narrowed = "main", None, False
    rest, at = parsed.rest, 0
    while at < len(rest):
        word = rest[at]
        if word == "table" and at + 1 < len(rest):
            table, at = rest[at + 1], at + 1
        elif word in ("dev", "oif") and at + 1 < len(rest):
            dev, at = rest[at + 1], at + 1
        elif word in _NARROWING and at + 1 < len(rest) and takes(word, rest[at + 1]):
            narrowed, at = True, at + 1
        elif word == "default" or "/" in word or _is_ip(word) or word in TYPES:
            narrowed = True
        else:
            return None
        at += 1
    complete = Complete.NO if narrowed else Complete.YES
    if table == "all":
        return (covers(Route, parsed.family, dev, None, complete),)
    return (covers(Route, parsed.family or 4, dev, table, complete),)


def _is_ip(word: str) -> bool:
    try:
        parse_ip(word)
    except ValueError:
        return False
    return True


def _context(words: Sequence[str]) -> tuple[int | None, str, str | None]:
    """Return (family, table, device) that the command line gives to every row."""
    parsed = parse_ip_words(words) if words else None
    if parsed is None:
        return None, "main", None
    rest = parsed.rest
    table = rest[len(rest) - rest[::-1].index("table")] if "table" in rest[:-1] else "main"
    dev = rest[rest.index("dev") + 1] if "dev" in rest[:-1] else None
    return parsed.family, "main" if table == "all" else table, dev


def _fields(parts: list[str], at: int, row: dict[str, Any]) -> list[str]:
    """Read the words from ``at`` on into ``row``; return the flags. ValueError says which word is wrong."""
    flags: list[str] = []
    end = len(parts)
    while at < end:
        word = parts[at]
        at += 1
        if word in _FLAGS:
            flags.append(word)
            continue
        if at >= end:
            message = f'"{word}" stands without a value' if word in _VALUED or word in _TEXT else f'"{word}" is not a word of it'
            raise ValueError(message)
        value = parts[at]
        at += 1
        if word in _TEXT:
            row[_TEXT[word]] = value
        elif word == "via":
            if value in ("inet", "inet6") and at < end:
                value, at = parts[at], at + 1
            row["via"] = parse_ip(value)
        elif word == "src":
            row["prefsrc"] = parse_ip(value)
        elif word in _NUMBER:
            if value == "lock" and at < end:
                value, at = parts[at], at + 1
            row[_NUMBER[word]] = int(value, 0)
        elif word == "from":
            _, row["src"], row["src_len"] = parse_prefix(value)
        elif word not in _VALUED:
            message = f'"{word}" is not a word of it'
            raise ValueError(message)
    return flags


def _destination(word: str, row: dict[str, Any], family: int | None) -> None:
    if word == "default":
        family = family or _told_family(row)
        row.update(family=family, dst=_V6_ANY if family == 6 else _V4_ANY, dst_len=0)  # noqa: PLR2004
    else:
        row["family"], row["dst"], row["dst_len"] = parse_prefix(word)


def _told_family(row: dict[str, Any]) -> int:
    """Return the family that the words of a default route show; IPv4 when they do not."""
    for key in ("prefsrc", "src", "via"):
        if row.get(key) is not None:
            return family_of(Ip(row[key]))
    return 6 if row.pop("told6", False) else 4


def _row(parts: list[str], table: str, dev: str | None, family: int | None) -> dict[str, Any]:
    """Read the words of one route, the next hops apart."""
    row: dict[str, Any] = {"type": "unicast", "table": table, "dev": dev}
    at = 0
    if parts[0] in TYPES:
        row["type"], at = parts[0], 1
        if len(parts) == 1:
            message = "the destination is missing"
            raise ValueError(message)
    destination = parts[at]
    if destination != "default":
        parse_prefix(destination)
    row["told6"] = "pref" in parts
    flags = _fields(parts, at + 1, row)
    _destination(destination, row, family)
    row.pop("told6", None)
    row["flags"] = ",".join(flags) or None
    return row


def read(words: Sequence[str], lines: Sequence[str]) -> Iterator[Item]:
    """Read the text form."""
    family, table, dev = _context(words)
    pending: dict[str, Any] | None = None
    first = hop = 0
    for index, line in enumerate(lines):
        for piece in line.split("\\"):
            parts = piece.split()
            if not parts or line.startswith(
                ("Cannot find device", "nh_info ", "Error: ipv4: FIB table does not exist", "Dump term")
            ):
                continue
            try:
                if parts[0] == "nexthop":
                    if pending is None:
                        yield index, Bad("this looks like a next hop of `ip route` output but its route is missing")
                        continue
                    extra: dict[str, Any] = {}
                    flags = _fields(parts, 1, extra)
                    whole = {**pending, **extra, "hop": hop}
                    whole["flags"] = ",".join(filter(None, [pending["flags"], *flags])) or None
                    yield index, Route(**whole)
                    hop += 1
                    continue
                if pending is not None and hop == 0:
                    yield first, Route(**pending)
                pending = None
                row = _row(parts, table, dev, family)
            except (ValueError, TypeError) as error:
                yield index, Bad(f"this looks like `ip route` output but {error}")
                continue
            if row.get("via") is None and row.get("dev") is None and row["type"] == "unicast":
                pending, first, hop = row, index, 0
            else:
                yield index, Route(**row)
    if pending is not None and hop == 0:
        yield first, Route(**pending)


def owns_json(document: Json) -> bool:
    """Say whether a document is ``ip -j route``."""
    return (
        isinstance(document, list)
        and bool(document)
        and all(isinstance(item, dict) for item in document)
        and any("dst" in item and ("flags" in item or "protocol" in item) and "lladdr" not in item for item in document)
        and not any("mac" in item or "uid" in item or "cache" in item for item in document)
    )


def _json_row(item: dict[str, Json], family: int | None, table: str, dev: str | None) -> dict[str, Any]:
    row: dict[str, Any] = {
        "type": item.get("type", "unicast"),
        "table": str(item.get("table", table)),
        "dev": item.get("dev", dev),
        "proto": _text(item.get("protocol")),
        "scope": _text(item.get("scope")),
        "metric": item.get("metric"),
        "nhid": item.get("nhid"),
        "told6": "pref" in item,
    }
    gateway = item.get("gateway") or (item.get("via") or {}).get("host")
    if gateway:
        row["via"] = parse_ip(str(gateway))
    if "prefsrc" in item:
        row["prefsrc"] = parse_ip(str(item["prefsrc"]))
    if "from" in item:
        _, row["src"], row["src_len"] = parse_prefix(str(item["from"]))
    if "tos" in item:
        row["tos"] = int(str(item["tos"]), 0)
    metrics = item.get("metrics")
    if isinstance(metrics, list) and metrics and isinstance(metrics[0], dict):
        row["mtu"] = metrics[0].get("mtu")
    _destination(str(item["dst"]), row, family)
    row.pop("told6", None)
    row["flags"] = ",".join(str(flag) for flag in item.get("flags", [])) or None
    return row


def _text(value: Json) -> str | None:
    return None if value is None else str(value)


def _json_hops(row: dict[str, Any], item: dict[str, Json]) -> Iterator[Route]:
    hops = item.get("nexthops")
    if not hops:
        yield Route(**row)
        return
    for at, hop in enumerate(hops):
        whole = {**row, "hop": at, "dev": hop.get("dev"), "weight": hop.get("weight")}
        gateway = hop.get("gateway") or (hop.get("via") or {}).get("host")
        whole["via"] = parse_ip(str(gateway)) if gateway else None
        whole["flags"] = ",".join(filter(None, [row["flags"], *hop.get("flags", [])])) or None
        yield Route(**whole)


def read_json(words: Sequence[str], document: Json) -> Iterator[Item]:
    """Read the JSON form."""
    family, table, dev = _context(words)
    for item in document if isinstance(document, list) else []:
        if not isinstance(item, dict) or "dst" not in item:
            continue
        try:
            for route in _json_hops(_json_row(item, family, table, dev), item):
                yield 0, route
        except (ValueError, TypeError, AttributeError, KeyError) as error:
            yield 0, Bad(f"this looks like `ip -j route` output but {error}")


READER: Final = Reader(
    name="ip route",
    accepts=accepts,
    starts=lazy(
        r"^(?:(?:unicast|local|broadcast|multicast|anycast|throw|unreachable|prohibit|blackhole) )?"
        r"(?:default|[0-9a-fA-F]*[.:][0-9a-fA-F.:o]+(?:/\d+)?) {1,2}"
        r"(?:via \S+|dev \S+|proto \S+|scope \S+|metric \d+|nhid \d+|table \S+|tos \S+|linkdown"
        r"|from [0-9a-fA-F]*[.:][0-9a-fA-F.:]*(?:/\d+)?)(?=\s|$)"
        # What the kernel answers to `ip route get` ends in the user who asked: it is no row of a table.
        r"(?!.* (?:uid \d+\s*$|lladdr|PERMANENT|REACHABLE|STALE|FAILED|INCOMPLETE|DELAY|PROBE|NOARP)\b)"
        r"|^blackhole \S+\s*$|^(?:unreachable|prohibit|throw) [0-9a-fA-F.:/]+\s*$"
    ),
    continues=lazy(
        r"^\s+nexthop |^nh_info |^(?:default|[0-9a-fA-F]*[.:][0-9a-fA-F.:]+(?<![0-9a-fA-F]:)(?:/\d+)?) *(?:\\.*)?$"
        r"|^Cannot find device |^Error: ipv4: FIB table does not exist|^Dump terminated$"
    ),
    read=read,
    shape_coverage=(
        covers(Route, 4, None, "main", Complete.ASSUMED),
        covers(Route, 6, None, "main", Complete.NO),
    ),
    owns_json=owns_json,
    read_json=read_json,
)
