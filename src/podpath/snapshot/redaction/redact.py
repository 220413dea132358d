"""A whole snapshot redacted: each column by what its type declares, and nothing else leaves."""

import re
import secrets
from collections import Counter
from collections.abc import Callable
from typing import Any, Final, assert_never

from podpath.snapshot.redaction.addresses import AddressMap
from podpath.snapshot.redaction.names import NameMap
from podpath.snapshot.redaction.rules import RuleText
from podpath.snapshot.schema import FRAME, ROWS, StoredColumn, columns
from podpath.snapshot.sql_text import bound
from podpath.snapshot.store import Store
from podpath.state.address import Ip, Mac, ip_text, parse_ip, parse_prefix
from podpath.state.column import (
    WORD,
    Addresses,
    Chosen,
    Labels,
    Name,
    Part,
    Privacy,
    Public,
    Rules,
    Selectors,
    Sentence,
    Setting,
    Value,
)
from podpath.state.selector import NAME_LABEL, Requirement, requirements, selector_text

_BITS: Final = 128
_V4_FIRST_BIT: Final = 96
_ONES: Final = (1 << _BITS) - 1
_LEFT_OUT: Final = "left out"
_NOTHING: Final = (None, "", _LEFT_OUT)
_SETTING: Final = re.compile(r"(?:net|kernel|fs|vm|user|dev|abi|debug|crypto|sunrpc)\.[\w./*-]+")
_PER_DEVICE: Final = re.compile(r"(net\.(?:ipv[46]|mpls)\.(?:conf|neigh)\.)(.+)(\.[\w*-]+)")
# What a ruleset's command must keep: which program printed it.
_TOOL: Final = re.compile(
    r"(?:ip6?tables|ebtables|arptables)(?:-legacy|-nft)?(?:-save(?: -c)?| -t \w+ -[LS]\S*| -[LSnv]+)|nft(?: -\w+)* list \w+"
    r"|ipset(?: -\w+)* (?:save|list)"
    r"|cat /proc/net/xt_recent/"
)
_LARGEST_NUMBER: Final = 1 << 32
_RULESETS: Final = "source IN (SELECT source FROM ruleset)"


def redact(store: Store, key: bytes | None = None) -> Counter[str]:
    """Replace addresses and names in a store that is in memory, and leave out all that no declaration lets out.

    Args:
        store: the store; what was loaded from it before is not changed.
        key: of the replacement; none makes one that is forgotten.

    Returns:
        How many different names and addresses of each kind were replaced, and texts left out.
    """
    store.flush()
    redaction = _Redaction(store, secrets.token_bytes(16) if key is None else key)
    # Names first: other columns, and the rules, hold names that these declare.
    for kinds in ((Name, Setting, Labels, Selectors), (Addresses, Chosen, Part, Public, Value, Sentence), (Rules,)):
        for table in (*FRAME, *ROWS):
            for column in columns(table):
                if isinstance(column.privacy, kinds):
                    redaction.replace(table, column)
    for table in (*FRAME, *ROWS):
        for column in columns(table):
            if column.privacy is None and column.sql in {"VARCHAR", "UHUGEINT", "UBIGINT"}:
                redaction.replace(table, column)
    return redaction.names.counts + redaction.addresses.counts + redaction.left_out


class _Redaction:
    """One way of replacing everything."""

    def __init__(self, store: Store, key: bytes) -> None:
        self._store = store
        self.addresses, self.names = AddressMap(_networks(store), key), NameMap(key)
        self._rules = RuleText(self.addresses, self.names)
        self.left_out: Counter[str] = Counter()

    def replace(self, table: str, column: StoredColumn) -> None:
        """Replace the values of a column, each by what stands for it."""
        if isinstance(column.privacy, Rules):
            self._texts(column.name)
        elif isinstance(column.privacy, Chosen):
            for value, privacy in column.privacy.of:
                self._update(table, column, self._by(privacy, column), f"\"{column.privacy.by}\" = '{value}'")
            others = ", ".join(f"'{value}'" for value, _ in column.privacy.of)
            self._update(table, column, self._by(None, column), f'"{column.privacy.by}" NOT IN ({others})')
        elif column.sql == "UHUGEINT":
            self._update(table, column, lambda value: self.addresses.ip(Ip(value)))
        elif column.sql == "UBIGINT":
            self._update(table, column, lambda value: self.addresses.mac(Mac(value)))
        else:
            self._update(table, column, self._by(column.privacy, column))

    def _by(self, privacy: Privacy | None, column: StoredColumn) -> Callable[[Any], str | None]:
        """Return what makes another text of one, by what is declared of its column."""
        none = None if column.optional else ""

        def made(text: str) -> str | None:
            match privacy:
                case None:
                    return none
                case Public():
                    return text if privacy.allows(text) else privacy.beginning(text) or none
                case Name():
                    return self.names.name(privacy.word, text)
                case Labels():
                    return self._labels(text)
                case Selectors():
                    return self._selector(text)
                case Addresses():
                    return self._addresses_in(text) or none
                case Setting():
                    return self._setting(text)
                case Part() | Value():
                    return self._part(text, numbers=isinstance(privacy, Value))
                case Sentence():
                    return _LEFT_OUT
                case Rules() | Chosen():
                    return none
                case _:
                    assert_never(privacy)

        return made

    def _labels(self, text: str) -> str:
        pairs = (pair.partition("=") for pair in text.split(","))
        return ",".join(self._label(name) + sign + self._label_value(name, value) for name, sign, value in pairs)

    def _label(self, name: str) -> str:
        """Return another name for a label; the one that the API server gives every namespace says nothing of anybody."""
        return name if name == NAME_LABEL else self.names.name("label", name)

    def _label_value(self, name: str, value: str) -> str:
        return self.names.name("namespace" if name == NAME_LABEL else "value", value)

    def _selector(self, text: str) -> str:
        """Return a selector that selects by other names what this one selects."""

        def other(one: Requirement) -> Requirement:
            values = None if one.values is None else tuple(self._label_value(one.key, value) for value in one.values)
            return Requirement(self._label(one.key), values, one.wanted)

        return selector_text(map(other, requirements(text)))

    def _addresses_in(self, text: str) -> str:
        """Return addresses and prefixes with others in their place; what is neither is left out."""
        made = []
        for word in re.split(r"[,\s]+", text):
            first, slash, length = word.partition("/")
            try:
                parse_prefix(word) if slash else parse_ip(word)
                made.append(ip_text(self.addresses.ip(parse_ip(first))) + slash + length)
            except ValueError:
                continue
        return ",".join(made)

    def _setting(self, text: str) -> str:
        if not _SETTING.fullmatch(text):
            return self.names.name("setting", text)
        device = _PER_DEVICE.fullmatch(text)
        if device is None or device[2] == "*":
            return text
        return device[1] + self.names.name("dev", device[2].replace("/", ".")).replace(".", "/") + device[3]

    def _part(self, text: str, *, numbers: bool) -> str:
        """Return what stands for a part of a table, or for a value that contradicts another one, word by word."""
        return re.sub(r"[^\s]+", lambda word: self._part_word(word[0], numbers=numbers), text)

    def _part_word(self, text: str, *, numbers: bool) -> str:
        known = self.names.known(text)
        if known is not None:
            return known
        number, slash, length = text.partition("/")
        if numbers and number.isdigit() and int(number) >= _LARGEST_NUMBER:  # an address, or a MAC
            ip = int(number) >= 1 << 48 or int(number) >> 32 == 0xFFFF  # noqa: PLR2004 - ::ffff:0:0/96
            made: int = self.addresses.ip(Ip(int(number))) if ip else self.addresses.mac(Mac(int(number)))
            return f"{made}{slash}{length}"
        if number.isdigit() or Public(WORD).allows(text):
            return text
        return self._setting(text) if _SETTING.fullmatch(text) else self.names.name("part", text)

    def _texts(self, column: str) -> None:
        """Keep the texts of rulesets, replaced, and which program printed them; no other text stays."""
        run = self._store.connection.execute
        if column == "command":
            commands = self._store.raw(f"SELECT source, command FROM source WHERE {_RULESETS}")
            run("UPDATE source SET command = '', typed = false")
            for source, command in commands:
                tool = _TOOL.search(command)
                run("UPDATE source SET command = ? WHERE source = ?", [tool[0] if tool is not None else "", source])
            return
        kept = self._store.raw(f"SELECT source, text FROM source WHERE text IS NOT NULL AND {_RULESETS}")
        ((all_texts,),) = self._store.raw("SELECT count(text) FROM source")
        self.left_out["output (left out)"] += all_texts - len(kept)
        run("UPDATE source SET text = NULL")
        for source, text in kept:
            run("UPDATE source SET text = ? WHERE source = ?", [self._rules.replaced(text), source])

    def _update(self, table: str, column: StoredColumn, made: Callable[[Any], Any], where: str = "true") -> None:
        name, sql = column.name, column.sql
        values = [
            row[0]
            for row in self._store.raw(
                f'SELECT DISTINCT "{name}" FROM "{table}" WHERE "{name}" IS NOT NULL AND {where} ORDER BY 1'
            )
        ]
        if not values:
            return
        others = [made(value) for value in values]
        self.left_out["text (left out)"] += sum(
            value not in _NOTHING and other in _NOTHING for value, other in zip(values, others, strict=True)
        )
        pairs = [bound(sql, values), bound(sql, others)]
        self._store.connection.execute(
            f'UPDATE "{table}" SET "{name}" = p.made FROM (SELECT unnest(?::{sql}[]) AS was, unnest(?::{sql}[]) AS made) p'
            f' WHERE "{table}"."{name}" = p.was AND {where}',
            pairs,
        )


def _networks(store: Store) -> list[tuple[int, int]]:
    """Return the networks of the snapshot, single addresses apart."""
    found: set[tuple[int, int]] = set()
    pairs = (("route", "dst", "dst_len", "family"), ("address", "address", "length", "family"),
             ("container_network", "subnet", "subnet_len", "family_of(subnet)"),
             ("pod_network", "network", "network_len", "family"))  # fmt: skip
    for table, first, length, family in pairs:
        rows = store.raw(
            f'SELECT DISTINCT "{first}", {length}, {family} FROM "{table}" WHERE "{first}" IS NOT NULL AND {length} > 0'
        )
        for ip, bits, version in rows:
            depth = bits + (_V4_FIRST_BIT if version == 4 else 0)  # noqa: PLR2004
            if depth < _BITS:
                found.add((ip & ~((1 << (_BITS - depth)) - 1) & _ONES, depth))
    return sorted(found)
