"""``route -6`` and ``netstat -r6``: the IPv6 routes of all tables in one (route(8)).

The table does not say which routing table a row is from. A row with the flag ``n`` (no next hop object)
is the kernel's own delivery of a local or anycast address, so it is put into ``local``; multicast is
there, too; everything else is called ``main``, although a table of a policy rule may hold it. Blackhole,
unreachable and prohibit look alike.
"""

from collections.abc import Iterator, Sequence
from typing import Final

from podpath.readers.interface import Item, Reader
from podpath.readers.options import bad, number
from podpath.readers.route import is_inet6, routing_words
from podpath.state.address import V6, Ip, parse_ip, parse_prefix
from podpath.state.evidence import Complete, Coverage, covers
from podpath.state.pattern import lazy
from podpath.state.route import Route

_TITLE: Final = lazy(r"Kernel IPv6 routing table\s*$")
_HEADER: Final = lazy(r"Destination\s+Next Hop\s+Flags?\s+Met(?:ric)?\s+Ref\s+Use\s+If(?:ace)?\s*$")
_NO_HOP: Final = frozenset(("::", "[::]", "*"))
_NAMES: Final = {
    "[::]": "::", "*": "::", "default": "::", "localhost": "::1", "ip6-localhost": "::1", "ip6-loopback": "::1"
}  # fmt: skip
_FLAGS: Final = lazy(r"[!UGHRDMAacCefmn]{1,10}$")
_NULL_METRICS: Final = frozenset(("-1", "4294967295"))
_COLUMNS: Final = 7
_DOTS, _MAPPED = 3, 96
_MULTICAST: Final = (Ip(0xFF << 120), 8)


def accepts(words: Sequence[str]) -> tuple[Coverage, ...] | None:
    """Accept ``route -6 [-n]``, ``route -A inet6`` and ``netstat -r6[n]``."""
    found = routing_words(words)
    if found is None or not is_inet6(found):
        return None
    return (covers(Route, 6, part="main"), covers(Route, 6, part="local"))


def place_of(dst: Ip, length: int, *, own: bool) -> tuple[str, str]:
    """Return (table, type) of a row that is not a refusal.

    Args:
        dst: first address of the destination.
        length: its prefix length.
        own: the row delivers to this node.
    """
    if (dst, length) == _MULTICAST:
        return "local", "multicast"
    return ("local", "local") if own else ("main", "unicast")


def _hop(text: str) -> tuple[Ip | None, str | None]:
    """Return (next hop, its name where it is printed as one)."""
    if text in _NO_HOP:
        return None, None
    try:
        return parse_ip(text), None
    except ValueError:
        if ":" in text:
            raise
        return None, text


def _row(parts: list[str]) -> Route | None:
    """Read one line; None is an entry that is no route; ValueError says which word is wrong."""
    if len(parts) != _COLUMNS:
        raise ValueError(f"it has {len(parts)} columns, not {_COLUMNS}")
    destination, hop, flags, metric, _, _, dev = parts
    if not _FLAGS.match(flags):
        raise ValueError(f'"{flags}" are not flags')
    head, slash, tail = destination.partition("/")
    # net-tools prints what is inside ::ffff:0.0.0.0/96 as IPv4, with the length of IPv6 (INET6_rresolve).
    mapped = "::ffff:" if head.count(".") == _DOTS and ":" not in head and tail.isdecimal() and int(tail) >= _MAPPED else ""
    text = f"{mapped}{_NAMES.get(head, head)}{slash}{tail}" if slash or head != "default" else "::/0"
    family, dst, length = parse_prefix(text)
    if family != V6:
        raise ValueError(f'"{destination}" is not an IPv6 prefix')
    refused = "!" in flags
    if (refused and length == 0 and metric in _NULL_METRICS) or "C" in flags:
        return None  # the kernel's entry for "no route at all", and a cached clone
    table, kind = ("main", "unreachable") if refused else place_of(dst, length, own="n" in flags)
    via, name = (None, None) if refused else _hop(hop)
    return Route(6, table, kind, dst, length, via, dev, metric=number(metric), gateway_name=name)


def read(words: Sequence[str], lines: Sequence[str]) -> Iterator[Item]:
    """Read the table."""
    del words
    for index, line in enumerate(lines):
        if not line.strip() or _TITLE.match(line) or _HEADER.match(line):
            continue
        try:
            row = _row(line.split())
        except ValueError as error:
            yield index, bad("route -6", error)
        else:
            if row is not None:
                yield index, row


READER: Final = Reader(
    name="route -6",
    accepts=accepts,
    starts=lazy(
        f"{_TITLE.pattern}|{_HEADER.pattern}|"
        r"(?:\[::\]|[0-9a-fA-F]*:[0-9a-fA-F:.]*)/[0-9]{1,3}\s+(?:\*|\[::\]|[0-9a-fA-F:]+)\s+[!UGHRDMAacCefmn]{1,10}\s+-?[0-9]+\s+"
        r"[0-9]+\s+[0-9]+\s+\S{1,15}\s*$"
    ),
    continues=lazy(r"\S+\s+\S+\s+[!UGHRDMAacCefmn]{1,10}\s+-?[0-9]+\s+[0-9]+\s+[0-9]+\s+\S{1,15}\s*$"),
    read=read,
    shape_coverage=(
        covers(Route, 6, part="main", complete=Complete.ASSUMED),
        covers(Route, 6, part="local", complete=Complete.ASSUMED),
    ),
)
