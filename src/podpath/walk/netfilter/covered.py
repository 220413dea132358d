"""Rules that accept, and that no packet reaches: an earlier rule of the chain drops all packets that they match.

Only what the text of two rules proves is reported: that every packet of the later one is one of the earlier. Rules that ask for
what may differ between them (chance, rates, lists, marks) cover nothing. A later rule that an earlier one accepts for is no
loss, and not told: programs repeat their rules.
"""

import itertools
import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Any, Final, NamedTuple, TypeAlias

import orjson

from podpath.state.address import family_of
from podpath.walk.netfilter.chain import Base, Rule
from podpath.walk.netfilter.interface import HookVerdict, RuleHit
from podpath.walk.netfilter.nft.listing import NftChain
from podpath.walk.netfilter.nft.rule import NftRule
from podpath.walk.netfilter.ruleset import Ruleset
from podpath.walk.netfilter.sight import Sight
from podpath.walk.netfilter.xtables.extension import Standing
from podpath.walk.netfilter.xtables.kinds import Net, bare, device_matches
from podpath.walk.netfilter.xtables.options import Given
from podpath.walk.netfilter.xtables.rule import Used, XtRule
from podpath.walk.netfilter.xtables.save import XtChain

AnyChain: TypeAlias = XtChain | NftChain
AnyRule: TypeAlias = XtRule | NftRule
_STOPS: Final = frozenset(("DROP", "REJECT", "drop", "reject"))
_ENDS: Final = _STOPS | {"ACCEPT", "RETURN", "accept", "return"}
# What a packet is asked, and answers alike at any place of a chain.
_STEADY: Final = frozenset((
    "tcp", "udp", "sctp", "icmp", "icmp6", "multiport", "conntrack", "state", "iprange", "addrtype", "pkttype", "physdev", "mac",
    "set",
))  # fmt: skip
_STEADY_KEYS: Final = frozenset((
    "iif", "oif", "iifname", "oifname", "iifgroup", "oifgroup", "iifkind", "oifkind", "iiftype", "oiftype", "nfproto", "l4proto",
    "protocol", "pkttype", "state", "status", "direction",
))  # fmt: skip
_LAYERS: Final = {"ip": "ipv4", "ip6": "ipv6"}
_PROTOCOLS: Final = {"tcp": "tcp", "udp": "udp", "sctp": "sctp", "icmp": "icmp", "icmpv6": "ipv6-icmp"}
_SAYS_NOTHING: Final = frozenset(("counter", "log", "comment"))
_PLAIN_STOP: Final = re.compile(r'-j (?:DROP|REJECT)\b|"(?:drop|reject)"')
_RANGES: Final = frozenset(("--sport", "--dport", "--src-range", "--dst-range"))
_WORDS: Final = frozenset(("--ctstate", "--state"))
_DEEPEST: Final = 8
_MOST: Final = 300
"""Maximum number of rules of one chain that are compared; longer lists are lists of addresses, not handwritten rules."""


class Covered(NamedTuple):
    """A rule that is never reached.

    Attributes:
        rule: the evidence of it.
        by: the evidence of the earlier rule that stops all that it asks for.
        itself: the rule.
        base: the hook's chain by which packets come to it.
    """

    rule: RuleHit
    by: RuleHit
    itself: AnyRule
    base: Base


@lru_cache(maxsize=8)
def covered(rules: Ruleset) -> tuple[Covered, ...]:
    """Return the rules that accept and are never reached."""
    found: dict[tuple[RuleHit, RuleHit], Covered] = {}
    for base in rules.all_bases():
        if base.kind != "nat":
            for chain in _reached(base):
                found.update(((one.rule, one.by), one) for one in _in_chain(chain, base))
    return tuple(found.values())


def would_accept(rules: Ruleset, hits: Iterable[RuleHit], sight: Sight) -> Covered | None:
    """Return the rule that would accept a packet but comes after the one that drops it, or None if there is none.

    Args:
        rules: rules of the namespace.
        hits: the rules that the packet met; the last one stops it.
        sight: the packet.
    """
    met = {hit._replace(verdict="") for hit in hits}
    return next((one for one in covered(rules) if one.by in met and _lets_pass(one.itself, sight, one.base, set())), None)


def _lets_pass(rule: Rule, sight: Sight, base: Base, asked: set[str]) -> bool:
    """Say whether a rule certainly accepts a packet, itself or through a chain that it jumps to; a chain is tried once."""
    turns = rule.turns(sight, itertools.count().__next__)
    if len(turns) != 1 or turns[0].way is None:
        return False
    chain = base.chains.get(turns[0].jump or "")
    if chain is not None and chain.name not in asked:
        asked.add(chain.name)
        return any(_lets_pass(one, sight, base, asked) for one in chain.rules(sight))
    return turns[0].way.verdict is HookVerdict.ACCEPT


def _reached(base: Base) -> Iterator[AnyChain]:
    """Yield the chains that packets of a hook may reach, of the kinds that are understood."""
    seen: set[str] = set()
    ahead = [base.chain.name]
    while ahead:
        name = ahead.pop()
        chain = base.chain if name == base.chain.name else base.chains.get(name)
        if name in seen or not isinstance(chain, XtChain | NftChain):
            continue
        seen.add(name)
        yield chain
        ahead += {target for line in _lines(chain) for target in _targets(line)}


def _lines(chain: AnyChain) -> list[str]:
    """Return the rules in the order of the text."""
    if isinstance(chain, XtChain):
        return [chain.table.lines[place] for place in chain.places]
    return [load if isinstance(load, str) else orjson.dumps(load).decode() for load in chain.loads]


_JUMP: Final = re.compile(r' -[jg] (\S+)|"(?:jump|goto)": ?\{"target": ?"((?:[^"\\]|\\.)*)"')


def _targets(line: str) -> Iterator[str]:
    for match in _JUMP.finditer(line):
        yield match[1] or match[2]


def _in_chain(chain: AnyChain, base: Base) -> Iterator[Covered]:
    """Yield the rules of one chain that are never reached."""
    lines = _lines(chain)
    stopping = [at for at, line in enumerate(lines) if _PLAIN_STOP.search(line) or _stops(_targets(line), base)]
    if not stopping or stopping[0] + 1 == len(lines):
        return
    earlier: list[AnyRule] = []
    for at in _few(lines, stopping):
        rule = chain.rule(at)
        if at > stopping[0] and _accepts(rule, base):
            first = next((one for one in earlier if covers(one, rule)), None)
            if first is not None and _end_of(first, base) in _STOPS:
                yield Covered(rule.hit(""), first.hit(""), rule, base)
        if _end_of(rule, base) in _ENDS:
            earlier.append(rule)


def _few(lines: list[str], stopping: list[int]) -> Iterable[int]:
    """Return the rules to compare: in a long list, those that drop whole networks, and the last ones."""
    if len(lines) <= _MOST:
        return range(len(lines))
    return sorted({*stopping[: _MOST // 2], *range(len(lines) - _MOST // 2, len(lines))})


def _stops(targets: Iterable[str], base: Base) -> bool:
    return any(_closes(base.chains.get(name)) for name in targets)


def _closes(chain: object) -> bool:
    """Say whether a chain drops every packet: LOG and DROP, as in chains written by hand."""
    if not isinstance(chain, XtChain | NftChain) or len(_lines(chain)) > _MOST:
        return False
    for at in range(len(_lines(chain))):
        rule = chain.rule(at)
        end = _verdict(rule)
        if end in _STOPS and not _asks(rule):
            return True
        if end is not None and end not in _STOPS:
            return False
    return False


def _end_of(rule: AnyRule, base: Base) -> str | None:
    """Return how a rule ends what it matches; a chain that stops everything is a DROP."""
    end = _verdict(rule)
    return "DROP" if end is not None and end not in _ENDS and _closes(base.chains.get(end)) else end


def _verdict(rule: AnyRule) -> str | None:
    """Return the verdict of a rule, or the chain that it leads to, or None if it has neither, or is not understood."""
    if isinstance(rule, XtRule):
        if rule.target is None:
            return None
        known = rule.target.extension
        return rule.target.name if known is None or rule.target.name in _ENDS else None
    last = rule.statements[-1] if rule.statements else {}
    kind = next(iter(last), "")
    return last[kind]["target"] if kind in {"jump", "goto"} else kind if kind in _ENDS else None


def _accepts(rule: AnyRule, base: Base, above: frozenset[str] = frozenset()) -> bool:
    """Say whether a rule accepts packets: itself, or through a chain that it jumps to."""
    end = _verdict(rule)
    if end in {"ACCEPT", "accept"}:
        return True
    chain = base.chains.get(end or "")
    if end is None or end in above or not isinstance(chain, XtChain | NftChain) or len(above) > _DEEPEST:
        return False
    return any(_accepts(chain.rule(at), base, above | {end}) for at in range(min(len(_lines(chain)), _MOST)))


def _asks(rule: AnyRule) -> bool:
    """Say whether a rule has any match."""
    if isinstance(rule, XtRule):
        return bool(rule.header or rule.words or [used for used in rule.matches if used.name != "comment"])
    return any(next(iter(one)) not in _SAYS_NOTHING | _ENDS for one in rule.statements)


# -- what covers what ------------------------------------------------------------------------------------


def covers(one: AnyRule, other: AnyRule) -> bool:
    """Say whether another rule matches every packet that a rule matches; only what is proved counts."""
    if isinstance(one, XtRule) and isinstance(other, XtRule):
        wide = all(_header_covers(flag, given, other.header.get(flag)) for flag, given in one.header.items())
        return wide and not one.words and all(_match_covers(used, other.matches) for used in one.matches)
    if isinstance(one, NftRule) and isinstance(other, NftRule):
        asked = [statement for statement in one.statements if next(iter(statement)) not in _SAYS_NOTHING | _ENDS]
        said = (*other.statements, *_implied(other.statements))
        return all(_is_steady(statement) and statement in said for statement in asked)
    return False


def _header_covers(flag: str, one: Given, other: Given | None) -> bool:
    if one == other:
        return True
    if other is None or other.negated:
        return False
    if flag in {"-s", "-d"}:
        return _holds(one.value, other.value) if not one.negated else _apart(one.value, other.value)
    if flag in {"-i", "-o"}:
        plain = not other.value.endswith("+")
        return device_matches(other.value, one.value) is not one.negated and (plain or not one.negated)
    return flag == "-p" and one.negated and one.value != other.value


def _holds(one: Net, other: Net) -> bool:
    """Say whether a network is part of another one."""
    alike = family_of(one[0]) == family_of(other[0]) and one[1] & other[1] == one[1]
    return alike and bare(other[0]) & one[1] == bare(one[0])


def _apart(one: Net, other: Net) -> bool:
    return family_of(one[0]) == family_of(other[0]) and (bare(one[0]) ^ bare(other[0])) & one[1] & other[1] != 0


def _match_covers(one: Used, others: Iterable[Used]) -> bool:
    if one.extension is not None and one.extension.standing is Standing.PASSES:
        return True
    if one.name not in _STEADY or one.words:
        return False
    alike = [used for used in others if used.name == one.name and not used.words]
    if not one.asked.given and not alike:
        return one.name in {"tcp", "udp", "sctp"}  # the protocol is asked for in the header
    return any(
        all(_option_covers(flag, given, used.asked.given.get(flag)) for flag, given in one.asked.given.items()) for used in alike
    )


def _option_covers(flag: str, one: Given, other: Given | None) -> bool:
    if one == other:
        return True
    if other is None or one.negated or other.negated:
        return False
    wide, narrow = one.value, other.value
    if flag in _RANGES:
        return bool(wide[0] <= narrow[0] and narrow[1] <= wide[1])
    return flag in _WORDS and set(narrow) <= set(wide)


def _implied(statements: Iterable[Any]) -> Iterator[Any]:
    """Yield what a match implies: a TCP port is matched in TCP packets only, and nft prints that once."""
    for statement in statements:
        left = statement.get("match", {}).get("left")
        proto = left["payload"].get("protocol", "") if isinstance(left, dict) and "payload" in left else ""
        key, value = ("nfproto", _LAYERS[proto]) if proto in _LAYERS else ("l4proto", _PROTOCOLS.get(proto))
        if value is not None:
            yield {"match": {"op": "==", "left": {"meta": {"key": key}}, "right": value}}


def _is_steady(statement: Any) -> bool:  # noqa: ANN401 - JSON
    """Say whether a match has the same result for a packet at any place of a chain."""
    if next(iter(statement)) != "match":
        return False
    left = statement["match"].get("left", {})
    kind = next(iter(left), "") if isinstance(left, dict) else ""
    if kind in {"meta", "ct"}:
        return left[kind].get("key") in _STEADY_KEYS
    return kind in {"payload", "fib"}
