"""``ip route get`` and ``ip route show cache``: the kernel's route for one destination (ip-route(8)).

The answer is not a row of a table: it is about one address, where the table may have a prefix.
It is kept as what the kernel would do, and with it what a next hop has learned: redirects and path MTUs.
"""

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Final

from podpath.readers.interface import Bad, Item, Json, Reader
from podpath.readers.ip_route import FIBMATCH, GET, TYPES
from podpath.readers.ip_words import is_noun, parse_ip_words
from podpath.state.address import V4, V4_BASE, V6, family_of, parse_ip
from podpath.state.evidence import Coverage
from podpath.state.pattern import lazy
from podpath.state.route import RouteException
from podpath.state.sighting import RouteAnswer


def accepts(words: Sequence[str]) -> tuple[Coverage, ...] | None:
    """Accept ``ip route get ADDRESS …`` and ``ip route show cache``; neither covers a table, nor shows an entry of one."""
    parsed = parse_ip_words(words)
    if parsed is None or not is_noun(parsed.noun, "route"):
        return None
    asks = parsed.rest[:1] in GET and FIBMATCH not in parsed.rest
    return () if asks or {"cache", "cached"} & set(parsed.rest) else None


def _entries(lines: Sequence[str]) -> Iterator[tuple[int, list[str]]]:
    """Yield the words of each answer: the cached part is on the next line, or behind a backslash (``-o``)."""
    index, words = 0, list[str]()
    for at, line in enumerate(lines):
        if not line[:1].isspace():
            if words:
                yield index, words
            index, words = at, []
        words += line.replace("\\", " ").split()
    if words:
        yield index, words


def _exception(words: list[str]) -> RouteException | None:
    """Return what a next hop has learned; None if the answer follows from the table alone."""
    if words[0] in TYPES:
        words = words[1:]
    dst, values = parse_ip(words[0]), dict(pairwise(words))
    via = values.get("via")
    via = values.get(via) if via in {"inet", "inet6"} else via
    family = family_of(dst)
    redirected = any("redirected" in word.strip("<>").split(",") for word in words if word.startswith("<"))
    if not (redirected or (family == V4 and "expires" in values) or (family == V6 and "uid" not in values)):
        return None
    locked = values.get("mtu") == "lock"
    mtu, metric = values.get("lock" if locked else "mtu"), values.get("metric")
    return RouteException(
        family, dst, values.get("dev"), parse_ip(via) if via else None, redirected if family == V4 else None,
        int(mtu) if mtu else None, locked, None, int(metric) if metric and family == V6 else None,
    )  # fmt: skip


_REFUSED: Final = lazy(r"RTNETLINK answers: (?:Network is unreachable|No route to host|Permission denied|Invalid argument)")
_NARROWER: Final = frozenset(("iif", "oif", "mark", "tos", "vrf", "uid", "ipproto", "sport", "dport"))
"""Words of a question whose answer is not that of any other packet."""


def _answer(entry: list[str]) -> RouteAnswer | None:
    """Return what the kernel would do; None if the entry is from a cache, or is about a packet that arrives."""
    kind, rest = (entry[0], entry[1:]) if entry[0] in TYPES else ("unicast", entry)
    if kind not in {"unicast", "local"} or not {"uid", "from", "src"} & set(rest):
        return None
    values = dict(pairwise(rest))
    if values.get("table", "main") not in {"main", "local", "default"}:
        return None  # a rule led there, which may ask for more than a destination
    via = values.get("via")
    via = values.get(via) if via in {"inet", "inet6"} else via
    found = {key: parse_ip(values[key]) if key in values else None for key in ("src", "from")}
    if "iif" in values or (found["from"] is not None and int(found["from"]) in {0, V4_BASE}):
        found["from"] = None
    return RouteAnswer(
        parse_ip(rest[0]), values.get("dev"), parse_ip(via) if via else None, found["src"], kind == "local", src=found["from"]
    )


def _refusal(words: Sequence[str]) -> RouteAnswer | None:
    """Return the answer that is an error: the destination is in the command line."""
    parsed = parse_ip_words(words)
    rest = parsed.rest[1:] if parsed is not None else []
    rest = rest[1:] if rest[:1] == ["to"] else rest
    try:
        asked = dict(pairwise(rest[1:]))
        return RouteAnswer(parse_ip(rest[0]), refused=True, src=parse_ip(asked["from"]) if "from" in asked else None)
    except (ValueError, IndexError):
        return None


def read(words: Sequence[str], lines: Sequence[str]) -> Iterator[Item]:
    """Yield what the kernel answered, and what next hops have learned."""
    asks = "cache" not in words and "cached" not in words and not _NARROWER & set(words)
    for index, entry in _entries(lines):
        if entry[0] == "RTNETLINK" and asks and _REFUSED.match(" ".join(entry)) and (refused := _refusal(words)) is not None:
            yield index, refused
        if len(entry) == 1 or entry[0] in {"RTNETLINK", "Error:"}:
            continue
        try:
            answer, found = _answer(entry) if asks else None, _exception(entry)
        except ValueError as error:
            yield index, Bad(f"this looks like `ip route show cache` output but {error}")
            continue
        yield from ((index, row) for row in (answer, found) if row is not None)


def _words(item: dict[str, Json]) -> list[str]:
    """Return an answer as the text form has it."""
    via, metrics = item.get("gateway") or (item.get("via") or {}).get("host"), (item.get("metrics") or [{}])[0]
    named = {
        "via": via, "mtu": metrics.get("mtu"), "src": item.get("prefsrc"),
        **{key: item.get(key) for key in ("dev", "from", "iif", "metric", "expires", "uid")},
    }  # fmt: skip
    flags = ",".join(str(flag) for flag in item.get("cache") or ())
    pairs = [part for key, value in named.items() if value is not None for part in (key, str(value))]
    kind = [str(item["type"])] if item.get("type") in TYPES else []
    return [*kind, str(item["dst"]), *pairs, *([f"<{flags}>"] if flags else ())]


def read_json(words: Sequence[str], document: Json) -> Iterator[Item]:
    """Yield the same of the JSON form."""
    for item in document if isinstance(document, list) else []:
        try:
            entry = _words(item)
            answer, found = _answer(entry) if not _NARROWER & set(words) else None, _exception(entry)
        except (ValueError, TypeError, AttributeError, KeyError, IndexError) as error:
            yield 0, Bad(f"this looks like `ip -j route show cache` output but {error}")
            continue
        yield from ((0, row) for row in (answer, found) if row is not None)


def owns_json(document: Json) -> bool:
    """Say whether a document is the answer of ``ip -j route get``, or IPv4's cache."""
    return (
        isinstance(document, list)
        and bool(document)
        and all(isinstance(item, dict) and "dst" in item and ("uid" in item or "cache" in item) for item in document)
    )


_ADDRESS: Final = r"[0-9a-fA-F]*[.:][0-9a-fA-F.:]+"
READER: Final = Reader(
    name="ip route get",
    accepts=accepts,
    starts=lazy(rf"(?:(?:local|broadcast|multicast|anycast|unreachable|prohibit|blackhole|throw) )?{_ADDRESS} .*\buid \d+\s*$"),
    continues=lazy(
        rf"\s+cache(?:\s|$)|RTNETLINK answers: |(?:(?:local|broadcast|multicast|unreachable) )?{_ADDRESS} (?:from|via|dev) "
    ),
    read=read,
    owns_json=owns_json,
    read_json=read_json,
)
