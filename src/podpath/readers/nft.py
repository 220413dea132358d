"""``nft list ruleset``: netfilter rules of nftables (nft(8)).

Rules are counted, not understood: the text is kept whole with the section.
"""

import json
from collections.abc import Iterator, Sequence
from typing import Final

from podpath.readers.documents import inside, items, text
from podpath.readers.interface import Item, Json, Reader
from podpath.readers.options import bad, files_shown, parse_options, spellings
from podpath.state.evidence import LEFT_OUT, Complete, Coverage, covers
from podpath.state.host import Ruleset
from podpath.state.pattern import lazy

_OPTIONS: Final = spellings(
    "a/handle s/stateless n/numeric N/reversedns S/service u/guid p/numeric-protocol y/numeric-priority T/numeric-time "
    "t/terse j/json"
)
_FAMILIES: Final = frozenset(("ip", "ip6", "inet", "arp", "bridge", "netdev"))
_TABLE: Final = lazy(r"table (?:(?:ip|ip6|inet|arp|bridge|netdev) )?\S+ \{")
_CHAIN: Final = lazy(r"\s*chain \S+ \{")
_OTHER: Final = lazy(r"\s*(?:set|map|flowtable|ct \w+|counter|quota|limit|secmark|synproxy|tunnel) \S+ \{")
_SETTING: Final = lazy(r"\s*(?:type \w+ hook |policy |comment |flags |devices? ?=|#)")
_POLICY: Final = lazy(r"\bpolicy (\w+);")
_QUOTED: Final = lazy(r'"[^"]*"')
_NAMED: Final = 2
_TABLE_AND_CHAIN: Final = 3


_FILE: Final = lazy(r"\S*(?:\.nft|nftables(?:\.conf|/\S+)?)$")


def accepts(words: Sequence[str]) -> tuple[Coverage, ...] | None:
    """Accept ``nft [-a] [-j] list ruleset``, ``nft list table|chain …``, and a file for ``nft -f``."""
    files = files_shown(words)
    if files and all(_FILE.match(file) for file in files):
        return (covers(Ruleset, part="nft", complete=Complete.NO),)
    found = parse_options(words[1:], _OPTIONS, {}) if words[:1] == ["nft"] else None
    rest = found.rest if found is not None else []
    if rest[:2] == ["list", "ruleset"] and all(word in _FAMILIES for word in rest[2:]):
        return (covers(Ruleset, part="nft", complete=Complete.YES if len(rest) == _NAMED else Complete.NO),)
    named = rest[3:] if rest[2:3] and rest[2] in _FAMILIES else rest[2:]
    most = {"table": 1, "chain": 2}.get(rest[1] if len(rest) > 1 else "", 0)
    if rest[:1] == ["list"] and most and len(named) == most:
        return (covers(Ruleset, part="nft", complete=Complete.NO),)
    return None


class _Counter:
    """Counts chains and rules while it follows the braces."""

    def __init__(self) -> None:
        self.chains = self.rules = self.depth = 0
        self.opaque = False
        self._chain_depth = 0

    def line(self, line: str) -> bool:
        """Count a line; say whether it can stand where it stands."""
        bare = _QUOTED.sub('""', line.partition(" # handle ")[0])
        known = self.depth > 0 or _TABLE.match(line) is not None or line.lstrip().startswith("#")
        inside_chain = self._chain_depth > 0 and self.depth == self._chain_depth
        if not known:
            return False
        if _CHAIN.match(bare) and self.depth == 1:
            self.chains += 1
            self._chain_depth = self.depth + 1
        elif inside_chain and bare.strip() != "}":
            self._rule(bare)
        self.depth = max(self.depth + bare.count("{") - bare.count("}"), 0)
        if self.depth < self._chain_depth:
            self._chain_depth = 0
        return True

    def _rule(self, line: str) -> None:
        policy = _POLICY.search(line)
        if _SETTING.match(line):
            self.opaque = self.opaque or (policy is not None and policy[1] != "accept")
        else:
            self.rules += 1

    def row(self) -> Ruleset:
        """Return the row."""
        return Ruleset("nft", self.chains, self.rules, self.opaque or self.rules > 0)


def owns_json(document: Json) -> bool:
    """Say whether a document is ``nft -j list ruleset``."""
    return isinstance(document, dict) and isinstance(document.get("nftables"), list)


def read_json(words: Sequence[str], document: Json) -> Iterator[Item]:
    """Count the objects of the JSON form."""
    del words
    chains = [item["chain"] for item in items(document, "nftables") if "chain" in item]
    rules = sum("rule" in item for item in items(document, "nftables"))
    opaque = rules > 0 or any((text(chain, "policy") or "accept") != "accept" for chain in chains)
    if isinstance(inside(document, "nftables"), list):
        yield 0, Ruleset("nft", len(chains), rules, opaque)
    else:
        yield 0, bad("nft -j list ruleset", "it has no list of objects")


def read(words: Sequence[str], lines: Sequence[str]) -> Iterator[Item]:
    """Count the rules of the text form; JSON may stand here, too."""
    first = next((line for line in lines if line.strip()), None)
    if first is None:
        return
    if first.lstrip().startswith("{"):
        try:
            yield from read_json(words, json.loads("\n".join(lines)))
        except (ValueError, RecursionError):
            yield 0, bad("nft -j list ruleset", "it is no whole JSON")
        return
    counter = _Counter()
    for index, line in enumerate(lines):
        if line.strip() and not LEFT_OUT.match(line) and not counter.line(line):
            yield index, bad("nft list ruleset", f'"{line.split(maxsplit=1)[0]}" begins no table')
    yield 0, counter.row()


READER: Final = Reader(
    name="nft list ruleset",
    accepts=accepts,
    starts=lazy(
        r"table (?:ip|ip6|inet|arp|bridge|netdev) \S+ \{(?: # handle [0-9]+)?\s*$|"
        r"# Warning: table \S+ \S+ is managed by |"
        # What a file for nft -f begins with: the text is kept, so that nobody takes the rest for a listing.
        r"#!\S*/nft -f|flush ruleset[\s;]*$|(?:re)?define \w+ = \S|"
        r"(?:add|create|delete|destroy|flush) table (?:(?:ip|ip6|inet|arp|bridge|netdev) )?[^\s;]+[\s;]*$"
    ),
    read=read,
    shape_coverage=(covers(Ruleset, complete=Complete.NO),),
    owns_json=owns_json,
    read_json=read_json,
    whole=True,
)
