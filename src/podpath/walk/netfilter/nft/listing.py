"""What ``nft -j list ruleset`` prints, split by table and chain; a rule is read when a packet comes to it."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from shlex import quote
from typing import Final

import orjson

from podpath.language import tr
from podpath.state.address import V4, V6, ip_text
from podpath.walk.netfilter.chain import Base, Rule
from podpath.walk.netfilter.interface import Doubt, Hook, Listing, RuleHit
from podpath.walk.netfilter.nft.blocks import items, spoken
from podpath.walk.netfilter.nft.render import rule_text
from podpath.walk.netfilter.nft.rule import NftRule
from podpath.walk.netfilter.nft.sets import Elements, kinds
from podpath.walk.netfilter.nft.types import Json
from podpath.walk.netfilter.sight import Sight

_ITEM: Final = re.compile(r'\{\s*"([a-z ]+)":\s*\{\s*"family":\s*"(\w+)",\s*(?="(?:name|table)")')
_READ: Final = frozenset(("table", "chain", "rule", "set", "map", "element"))
_OWNER: Final = re.compile(r'"table":\s*"((?:[^"\\]|\\.)*)",\s*"chain":\s*"((?:[^"\\]|\\.)*)"')
# The address that a rule asks for first.
_FIRST: Final = re.compile(
    r'"expr":\s*\[\s*\{\s*"match":\s*\{\s*"op":\s*"==",\s*"left":\s*\{\s*"payload":\s*\{\s*"protocol":\s*"ip6?",\s*"field":\s*"(saddr|daddr)"'
    r'\s*\}\s*\},\s*"right":\s*"([0-9a-fA-F.:]+)"'
)
_FAMILIES: Final = {"ip": (V4,), "ip6": (V6,), "inet": (V4, V6), "bridge": (V4, V6), "netdev": (V4, V6), "arp": (V4,)}
_MANY: Final = 24
_HOOKS: Final = {hook.place: hook for hook in Hook if " " not in hook}
_ARP: Final = {hook.place: hook for hook in Hook if hook.startswith("arp ")}
_BRIDGE: Final = {hook.place: hook for hook in Hook if hook.startswith("bridge ")}


@dataclass(slots=True)
class NftTable:
    """A table.

    Attributes:
        family: its family.
        name: its name.
        source: number of the source.
        line: line of the source.
        chains: its chains by name.
        sets: its sets and maps by name, read when they are asked.
        dormant: it is switched off.
    """

    family: str
    name: str
    source: int
    line: int
    chains: dict[str, "NftChain"] = field(default_factory=dict)
    sets: "Sets" = field(init=False)
    dormant: bool = False

    def __post_init__(self) -> None:
        """Begin without sets."""
        self.sets = Sets()


class Sets(Mapping[str, Elements]):
    """The sets of a table: each is read when a rule asks for it."""

    def __init__(self) -> None:
        self._made: dict[str, Elements] = {}
        self._waiting: dict[str, Callable[[], Json]] = {}
        self._more: dict[str, list[Callable[[], Json]]] = {}

    def add(self, name: str, load: Callable[[], Json]) -> None:
        """Note where a set is."""
        self._waiting[name] = load

    def add_elements(self, name: str, load: Callable[[], Json]) -> None:
        """Note where more elements of a set are."""
        self._more.setdefault(name, []).append(load)

    def __getitem__(self, name: str) -> Elements:
        if name not in self._made:
            declared = self._waiting[name]()
            elements = list(declared.get("elem", []))
            for load in self._more.get(name, []):
                elements += load().get("elem", [])
            self._made[name] = Elements(kinds(declared.get("type")), elements, "map" in declared, declared.get("stmt", []))
        return self._made[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._waiting)

    def __len__(self) -> int:
        return len(self._waiting)


@dataclass(slots=True)
class NftChain:
    """A chain.

    Attributes:
        table: its table.
        name: its name.
        declared: type, hook, priority, policy and devices, where a hook calls it.
        loads: its rules, as text that is read when a packet comes to it.
        handle: its handle.
    """

    table: NftTable
    name: str
    declared: Json
    loads: list[str | Json] = field(default_factory=list)
    handle: int = 0
    _rules: dict[int, NftRule] = field(default_factory=dict)
    _index: "tuple[list[int], dict[str, list[int]], dict[str, list[int]]] | None" = None

    def rules(self, sight: Sight) -> Iterable[Rule]:
        """Return its rules in order, without those that ask for another single address first."""
        if len(self.loads) < _MANY:
            return map(self.rule, range(len(self.loads)))
        if self._index is None:
            self._index = _indexed(self.loads)
        others, sources, targets = self._index
        near = (*others, *sources.get(ip_text(sight.packet.src), ()), *targets.get(ip_text(sight.packet.dst), ()))
        return map(self.rule, sorted(near))

    def rule(self, at: int) -> NftRule:
        """Return a rule by its place in the chain, from 0."""
        known = self._rules.get(at)
        if known is None:
            load = self.loads[at]
            read = _rule_of(load) if isinstance(load, str) else load
            if any(isinstance(statement, str) for statement in read.get("expr", [])):
                read = read | {"expr": [*self._spoken(read["expr"], at)]}
            text = read.get("words") or rule_text(read)
            place = self._hit(at + 1, text, _packets(read), read.get("line", 0))._replace(handle=read.get("handle"))
            known = self._rules[at] = NftRule(read.get("expr", []), self.table.sets, self.table.family, place)
        return known

    def _spoken(self, statements: list[Json], at: int) -> Iterator[Json]:
        """Yield the statements of a rule; those that are words are read, with the chains that they hold."""
        owner = {"family": self.table.family, "table": self.table.name}
        for number, statement in enumerate(statements):
            if not isinstance(statement, str):
                yield statement
                continue
            *inside, rule = spoken(statement, f"__{self.name}_{at}_{number}", owner)
            for item in inside:
                kind, declared = next(iter(item.items()))
                name = declared["name"] if kind == "chain" else declared["chain"]
                chain = self.table.chains.setdefault(name, NftChain(self.table, name, declared))
                if kind == "rule":
                    chain.loads.append(declared)
            yield from rule["rule"]["expr"]

    def policy_hit(self, verdict: str) -> RuleHit:
        """Return the evidence of its policy."""
        return self._hit(0, f"policy {self.declared.get('policy', 'accept')}", None, self.declared.get("line", 0))._replace(
            verdict=verdict
        )

    def _hit(self, number: int, text: str, packets: int | None, line: int) -> RuleHit:
        table = self.table
        command = f"nft -a list chain {quote(table.family)} {quote(table.name)} {quote(self.name)}"
        place = table.line + line
        return RuleHit("nft", table.family, table.name, self.name, number, text, packets, "", table.source, place, command)


def _packets(rule: Json) -> int | None:
    for statement in rule.get("expr", []):
        counter = statement.get("counter") if isinstance(statement, dict) else None
        if isinstance(counter, dict):
            return int(counter.get("packets", 0))
    return None


def _indexed(loads: list[str | Json]) -> tuple[list[int], dict[str, list[int]], dict[str, list[int]]]:
    """Tell rules by the single source or destination that they ask for first.

    An earlier rule of the chain might write another address into the packet: then there is no index.
    """
    others: list[int] = []
    sides: dict[str, dict[str, list[int]]] = {"saddr": {}, "daddr": {}}
    if any('"mangle"' in load and 'addr"' in load for load in loads if isinstance(load, str)):
        return list(range(len(loads))), {}, {}
    for at, load in enumerate(loads):
        match = _FIRST.search(load) if isinstance(load, str) else None
        if match is None:
            others.append(at)
        else:
            sides[match[1]].setdefault(match[2], []).append(at)
    return others, sides["saddr"], sides["daddr"]


_CHAINS: Final = 100_000
"""More than the chains of a table."""


def read(text: Listing, saved: set[tuple[str, str]]) -> tuple[list[Base], list[Doubt], dict[tuple[str, str], int]]:
    """Return the chains that hooks call, what could not be read, and the serial numbers of those tables that were left out.

    Args:
        text: the listing.
        saved: tables (family, name) that a save command of iptables, ebtables or arptables shows better; they are left out.
    """
    tables = _Tables(text, saved)
    if text.text.lstrip().startswith("{"):
        tables.split()
    else:
        tables.read_words()
    return list(tables.bases()), tables.doubts, {key: at * _CHAINS for key, at in tables.order.items() if key in saved}


def _is_whole(text: str) -> bool:
    """Say whether a document ends; brackets are counted first, since reading ten megabytes only for that would cost."""
    if text.rstrip().endswith("]}") and text.count("{") == text.count("}") and text.count("[") == text.count("]"):
        return True
    try:
        orjson.loads(text)
    except orjson.JSONDecodeError:
        return False
    return True


class _Tables:
    """Puts the items of a listing where they belong."""

    def __init__(self, text: Listing, saved: set[tuple[str, str]]) -> None:
        self._text, self._saved = text, saved
        self.tables: dict[tuple[str, str], NftTable] = {}
        self.doubts: list[Doubt] = []
        self.order: dict[tuple[str, str], int] = {}
        """Place of each table in the listing: the kernel lists them as they were made (nf_tables_newtable)."""

    def split(self) -> None:
        """Find the items without reading them, but for declarations."""
        text = self._text.text
        starts = list(_ITEM.finditer(text))
        for at, match in enumerate(starts):
            end = starts[at + 1].start() if at + 1 < len(starts) else len(text)
            self._item(match, text[match.start() : end])
        if not _is_whole(text):
            self.doubts.append(Doubt(tr("the rest of a truncated listing"), "nft -j list ruleset"))

    def _item(self, match: re.Match[str], part: str) -> None:
        kind, family = match[1], match[2]
        if kind == "rule":
            owner = _OWNER.match(part, match.end() - match.start())
            if owner is not None:
                self._rule(family, _unquoted(owner[1]), _unquoted(owner[2]), part)
            return
        if kind not in _READ:
            return
        try:
            declared = _loaded(part)[kind]
        except (orjson.JSONDecodeError, KeyError):
            self.doubts.append(Doubt(tr("the content of a truncated part of the listing"), "nft -j list ruleset"))
            return
        self._declare(kind, family, declared)

    def read_words(self) -> None:
        """Read the form for people."""
        try:
            for item in items(self._text.text):
                kind, declared = next(iter(item.items()))
                if kind == "rule":
                    self._rule(declared["family"], declared["table"], declared["chain"], declared)
                else:
                    self._declare(kind, declared["family"], declared)
        except (ValueError, IndexError, RecursionError) as error:
            self.doubts.append(Doubt(tr("the content of a part of the listing ({error})", error=error), "nft -j list ruleset"))

    def _declare(self, kind: str, family: str, declared: Json) -> None:
        """Note a table, a chain or a set."""
        name = declared["name"] if kind == "table" else declared.get("table", "")
        table = self._table(family, name)
        if table is None:
            return
        if kind == "table":
            table.dormant = "dormant" in declared.get("flags", [])
        elif kind == "chain":
            chain = table.chains.setdefault(declared["name"], NftChain(table, declared["name"], declared))
            chain.declared, chain.handle = declared, int(declared.get("handle", 0))
        elif kind in {"set", "map"}:
            table.sets.add(declared["name"], lambda: declared)
        elif kind == "element":
            table.sets.add_elements(declared["name"], lambda: declared)

    def _rule(self, family: str, table_name: str, chain_name: str, part: str | Json) -> None:
        table = self._table(family, table_name)
        if table is None:
            return
        chain = table.chains.setdefault(chain_name, NftChain(table, chain_name, {}))
        chain.loads.append(part)

    def _table(self, family: str, name: str) -> NftTable | None:
        key = (family, name)
        self.order.setdefault(key, len(self.order))
        if key in self._saved:
            return None
        if key not in self.tables:
            self.tables[key] = NftTable(family, name, self._text.source, self._text.line)
        return self.tables[key]

    def bases(self) -> Iterator[Base]:
        """Yield the chains that hooks call."""
        for key, table in self.tables.items():
            for order, chain in enumerate(table.chains.values()):
                base = _base(chain, self.order[key] * _CHAINS + order)
                if base is not None and not table.dormant:
                    yield base
                elif base is None and chain.declared.get("hook") in {"ingress", "egress"} and not table.dormant:
                    self.doubts.append(
                        Doubt(tr("on which device chain {name} is attached", name=chain.name), "nft list ruleset", devices=True)
                    )


def _base(chain: NftChain, serial: int) -> Base | None:
    declared = chain.declared
    if "hook" not in declared:
        return None
    table = chain.table
    hooks = {"bridge": _BRIDGE, "arp": _ARP}.get(table.family, _HOOKS)
    hook = hooks.get(declared["hook"])
    devices = declared.get("dev", [])
    devices = (devices,) if isinstance(devices, str) else tuple(devices)
    if hook is None or (hook in {Hook.INGRESS, Hook.EGRESS} and not devices):
        return None
    priority = int(declared.get("prio", 0))
    kind = declared.get("type", "filter")
    policy = declared.get("policy", "accept")
    return Base(
        hook, priority, kind, policy, chain, table.chains, _FAMILIES.get(table.family, ()), devices, serial,
        reroutes=kind == "route" and hook is Hook.OUTPUT,
    )  # fmt: skip


def _loaded(part: str) -> Json:
    """Read one item; what follows it is cut away."""
    text = part.rstrip().rstrip(",").rstrip()
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError:
        return orjson.loads(text.removesuffix("}").rstrip().removesuffix("]").rstrip())


def _rule_of(part: str) -> Json:
    """Read a rule; a truncated one is an unknown statement."""
    try:
        return _loaded(part)["rule"]
    except orjson.JSONDecodeError:
        return {"expr": [{"(cut off)": None}]}


def _unquoted(text: str) -> str:
    return str(orjson.loads(f'"{text}"')) if "\\" in text else text
