"""``ip route get`` and ``ip route show cache``: what the kernel answers for one destination (ip-route(8)).

The answer is no row of a table: it is one address where the table may have a prefix, and says nothing of the others.
What is read from it is what a next hop has learned: redirects and path MTUs.
"""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Final

from podpath.readers.interface import Bad, Item, Json, Reader
from podpath.readers.ip_route import TYPES
from podpath.readers.ip_words import is_noun, parse_ip_words
from podpath.state.address import V4, V6, family_of, parse_ip
from podpath.state.evidence import Coverage
from podpath.state.route import RouteException


def accepts(words: Sequence[str]) -> tuple[Coverage, ...] | None:
    """Accept ``ip route get ADDRESS …`` and ``ip route show cache``; neither covers a table."""
    parsed = parse_ip_words(words)
    if parsed is None or not is_noun(parsed.noun, "route"):
        return None
    return () if parsed.rest[:1] in (["get"], ["g"], ["ge"]) or {"cache", "cached"} & set(parsed.rest) else None


def _entries(lines: Sequence[str]) -> Iterator[tuple[int, list[str]]]:
    """Yield the words of each answer: what is cached stands on a line below, or behind a backslash (``-o``)."""
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
    """Return what a next hop has learned; none where the answer follows from the table alone."""
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


def read(words: Sequence[str], lines: Sequence[str]) -> Iterator[Item]:
    """Yield what next hops have learned."""
    del words
    for index, entry in _entries(lines):
        if len(entry) == 1 or entry[0] in {"RTNETLINK", "Error:"}:
            continue
        try:
            found = _exception(entry)
        except ValueError as error:
            yield index, Bad(f"this looks like `ip route show cache` output but {error}")
            continue
        if found is not None:
            yield index, found


def _words(item: dict[str, Json]) -> list[str]:
    """Return an answer as the text form has it."""
    via, metrics = item.get("gateway") or (item.get("via") or {}).get("host"), (item.get("metrics") or [{}])[0]
    named = {"via": via, "mtu": metrics.get("mtu"), **{key: item.get(key) for key in ("dev", "metric", "expires", "uid")}}
    flags = ",".join(str(flag) for flag in item.get("cache") or ())
    pairs = [part for key, value in named.items() if value is not None for part in (key, str(value))]
    return [str(item["dst"]), *pairs, *([f"<{flags}>"] if flags else ())]


def read_json(words: Sequence[str], document: Json) -> Iterator[Item]:
    """Yield what next hops have learned, of the JSON form."""
    del words
    for item in document if isinstance(document, list) else []:
        try:
            found = _exception(_words(item))
        except (ValueError, TypeError, AttributeError, KeyError, IndexError) as error:
            yield 0, Bad(f"this looks like `ip -j route show cache` output but {error}")
            continue
        if found is not None:
            yield 0, found


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
    starts=re.compile(
        rf"(?:(?:local|broadcast|multicast|anycast|unreachable|prohibit|blackhole|throw) )?{_ADDRESS} .*\buid \d+\s*$"
    ),
    continues=re.compile(
        rf"\s+cache(?:\s|$)|RTNETLINK answers: |(?:(?:local|broadcast|multicast|unreachable) )?{_ADDRESS} (?:from|via|dev) "
    ),
    read=read,
    owns_json=owns_json,
    read_json=read_json,
)
