"""``route`` and ``netstat -r``: the main routing table for IPv4 (route(8)), as net-tools and busybox print it.

What the table cannot show: of a multipath route only the first next hop, no source address, and no
difference between unreachable and prohibit. Without ``-n`` a gateway may be printed as a name. With
``-ee`` the name of the device is cut at six characters.
"""

import re
from collections.abc import Iterator, Sequence
from typing import Final

from podpath.readers.interface import Item, Reader
from podpath.readers.options import Options, bad, mask_length, number, parse_options, spellings
from podpath.state.address import Ip, parse_ip
from podpath.state.evidence import Complete, Coverage, covers
from podpath.state.pattern import lazy
from podpath.state.route import Route

_ROUTE: Final = spellings("n/numeric e/extend v/verbose N/symbolic F/fib 4/inet 6/inet6")
_NETSTAT: Final = spellings("r/route n/numeric e/extend v/verbose W/wide N/symbolic F/fib a l 4/inet 6/inet6 numeric-hosts")
_VALUED: Final = spellings("A/protocol")
_TITLE: Final = lazy(r"Kernel IP routing table\s*$")
_HEADER: Final = lazy(r"Destination\s+Gateway\s+Genmask\s+Flags\s+(?:(Metric)\s+Ref\s+Use|MSS\s+Window\s+irtt)\s+Iface(\s.*)?$")
_WORDS: Final = {"default": "0.0.0.0", "link-local": "169.254.0.0", "loopback": "127.0.0.0"}  # noqa: S104 - the default route
_NO_GATEWAY: Final = frozenset(("*", "-", "0.0.0.0"))  # noqa: S104 - no gateway
_FLAGS: Final = lazy(r"[!UGHRDMAC]{1,8}$")
_DAMAGED: Final = lazy(r"[0-9]+(?:\.[^.\s]+){3}$")
_COLUMNS: Final = 8
_CUT: Final = 6


def routing_words(words: Sequence[str]) -> Options | None:
    """Parse ``route …`` or ``netstat -r …``, or return None if it is neither, or changes something."""
    if words[:1] == ["route"]:
        found = parse_options(words[1:], _ROUTE, _VALUED)
    else:
        found = parse_options(words[1:], _NETSTAT, _VALUED) if words[:1] == ["netstat"] else None
        if found is not None and "r" not in found.flags:
            return None
    if found is None or found.rest or found.values.get("A", "inet") not in ("inet", "inet6"):
        return None
    return found


def is_inet6(options: Options) -> bool:
    """Return whether the command shows the IPv6 table."""
    return "6" in options.flags or options.values.get("A") == "inet6"


def _extended_twice(words: Sequence[str]) -> bool:
    return sum(word.count("e") for word in words[1:] if re.match(r"-[a-zA-Z46]+$", word)) > 1


def accepts(words: Sequence[str]) -> tuple[Coverage, ...] | None:
    """Accept ``route [-n] [-e]`` and ``netstat -r[n]``."""
    found = routing_words(words)
    if found is None or is_inet6(found):
        return None
    complete = Complete.NO if _extended_twice(words) else Complete.YES
    return (covers(Route, 4, part="main", complete=complete),)


def _gateway(text: str) -> tuple[Ip | None, str | None]:
    """Return (next hop, its name where it is printed as one)."""
    if text in _NO_GATEWAY:
        return None, None
    try:
        return parse_ip(text), None
    except ValueError:
        if _DAMAGED.match(text) or ":" in text:
            raise
        return None, text


def _destination(text: str) -> Ip:
    try:
        return parse_ip(_WORDS.get(text, text))
    except ValueError:
        if _DAMAGED.match(text):
            raise
        raise ValueError(f'the destination "{text}" is a name: `route -n` prints addresses') from None


def _type(flags: str, dev: str) -> str:
    if "!" in flags:
        return "unreachable"
    return "blackhole" if dev == "*" else "unicast"


def _row(parts: list[str], *, metric: bool, cut: bool) -> Route:
    """Read one line; ValueError says which word is wrong."""
    if len(parts) < _COLUMNS:
        raise ValueError(f"it has {len(parts)} columns, not {_COLUMNS}")
    destination, gateway, mask, flags, metric_text, _, _, dev = parts[:_COLUMNS]
    if not _FLAGS.match(flags):
        raise ValueError(f'"{flags}" are not flags')
    if cut and len(dev) == _CUT:
        raise ValueError(f'the device "{dev}" may be cut off: `route -n` prints the whole name')
    kind = _type(flags, dev)
    via, name = _gateway(gateway) if kind == "unicast" else (None, None)
    return Route(
        4, "main", kind, _destination(destination), mask_length(mask), via, None if dev in ("*", "-") else dev,
        metric=number(metric_text) if metric else None, gateway_name=name,
    )  # fmt: skip


def read(words: Sequence[str], lines: Sequence[str]) -> Iterator[Item]:
    """Read the table; its header says which columns it has."""
    cut = _extended_twice(words)
    metric = words[:1] == ["route"] and (cut or not any("e" in word for word in words[1:]))
    for index, line in enumerate(lines):
        if not line.strip() or _TITLE.match(line):
            continue
        header = _HEADER.match(line)
        if header is not None:
            metric, cut = header[1] is not None, bool((header[2] or "").strip())
            continue
        try:
            yield index, _row(line.split(), metric=metric, cut=cut)
        except ValueError as error:
            yield index, bad("route", error)


READER: Final = Reader(
    name="route",
    accepts=accepts,
    starts=lazy(
        f"{_TITLE.pattern}|{_HEADER.pattern}|"
        r"\S+\s+\S+\s+(?:0|128|192|224|24[08]|25[245])(?:\.[0-9]{1,3}){3}\s+[!UGHRDMAC]{1,8}\s+(?:-|[0-9]+)\s+(?:-|[0-9]+)\s+"
        r"(?:-|[0-9]+)\s+\S{1,15}(?:\s+(?:-|[0-9]+)){0,3}\s*$"
    ),
    continues=lazy(r"\S+\s+\S+\s+\S+\s+[!UGHRDMAC]{1,8}\s+\S+\s+\S+\s+\S+\s+\S+(?:\s+\S+){0,3}\s*$"),
    once=lazy(r"^Kernel IP routing table"),
    read=read,
    shape_coverage=(covers(Route, 4, part="main", complete=Complete.ASSUMED),),
)
