"""``ip route get`` and ``ip route show cache``: what the kernel answers for one destination (ip-route(8)).

The answer is no row of a table: it is one address where the table may have a prefix, and says nothing of the others.
It is known, so that it is never taken for the table; nothing is read from it yet.
"""

import re
from collections.abc import Iterator, Sequence
from typing import Final

from podpath.readers.interface import Item, Json, Reader
from podpath.readers.ip_words import is_noun, parse_ip_words
from podpath.state.evidence import Coverage


def accepts(words: Sequence[str]) -> tuple[Coverage, ...] | None:
    """Accept ``ip route get ADDRESS …`` and ``ip route show cache``; neither covers a table."""
    parsed = parse_ip_words(words)
    if parsed is None or not is_noun(parsed.noun, "route"):
        return None
    return () if parsed.rest[:1] in (["get"], ["g"], ["ge"]) or "cache" in parsed.rest else None


def read(words: Sequence[str], lines: Sequence[str]) -> Iterator[Item]:
    """Yield nothing: an answer is no row."""
    del words, lines
    return iter(())


def read_json(words: Sequence[str], document: Json) -> Iterator[Item]:
    """Yield nothing, as of the text form."""
    del words, document
    return iter(())


def owns_json(document: Json) -> bool:
    """Say whether a document is the answer of ``ip -j route get``."""
    return (
        isinstance(document, list)
        and bool(document)
        and all(isinstance(item, dict) and "dst" in item and "uid" in item for item in document)
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
