"""Two snapshots of the same nodes, table by table: what appeared, what vanished, what has another value.

One number for each namespace shows whether its tables are equal, so that rows are fetched only from those that differ.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from fnmatch import fnmatchcase
from shlex import quote
from typing import Any, Final, NamedTuple

from podpath.snapshot.evidence import Witness
from podpath.snapshot.schema import columns
from podpath.snapshot.sql_text import to_text
from podpath.snapshot.store import Store
from podpath.state.change import Change, FieldChange, Kind
from podpath.state.evidence import Coverage, Unknown
from podpath.state.table import Table, listing_of, tables

Place = tuple[str, str, str]
"""Node, kind and name of a namespace."""
_PART: Final = {"route": "table", "sysctl": "name", "fact": "name", "socket": "proto", "resolver": "keyword"}
# Counters of iptables-save and nft, and what they say of the time.
_COUNTED: Final = re.compile(
    r"\[\d+:\d+\]|counter packets \d+ bytes \d+|\"(?:packets|bytes|handle|expires|index)\": ?\d+|^#.*$|# handle \d+", re.MULTILINE
)
_WAYS: Final = "SELECT d.name, any_value(c.way) FROM capture c JOIN netns n USING (ns) JOIN node d USING (node) GROUP BY d.name"
_CONTENT: Final = "what it says"
_EMPTY_MEANS_NONE: Final = frozenset(("master", "via", "dev", "nhid", "prefsrc", "dst", "remote"))
"""Columns in which an empty value means that there is none. In other columns the output may just not show the value."""


class Compared(NamedTuple):
    """What comparing two snapshots gave.

    Attributes:
        nodes: names of the nodes that both have.
        changes: what is different.
        unknowns: what one of them does not show.
        only_old: names of the nodes that only the earlier one has.
        only_new: names of the nodes that only the later one has.
    """

    nodes: tuple[str, ...]
    changes: tuple[Change, ...]
    unknowns: tuple[Unknown, ...]
    only_old: tuple[str, ...] = ()
    only_new: tuple[str, ...] = ()


class _Row(NamedTuple):
    """A row with all that comparing needs."""

    rowid: int
    key: tuple[Any, ...]
    values: tuple[Any, ...]
    fleeting: bool
    fields: dict[str, Any]


def compare(old: Store, new: Store) -> Compared:
    """Compare two snapshots.

    Args:
        old: the earlier one.
        new: the later one.
    """
    sides = _Side(old), _Side(new)
    nodes = sorted(sides[0].nodes & sides[1].nodes)
    unknowns = [
        Unknown(
            name,
            f"the {which} snapshot has no such node, or it could not be read",
            f"podpath collect --ssh {quote(name)}",
            ("diff",),
        )
        for which, mine, theirs in (("new", sides[1], sides[0]), ("old", sides[0], sides[1]))
        for name in sorted(theirs.nodes - mine.nodes)
    ]
    places = [place for place in sides[0].spaces if place[0] in nodes]
    changes = list(_spaces(sides, set(nodes)))
    both = {place for place in places if place in sides[1].spaces}
    compared = [table for table in tables().values() if not table.incomparable]
    for table in compared:
        for place in sorted(_differing(sides, table) & both):
            changes += _of_place(sides, table, place, unknowns)
    # The kernel lists neighbours and forwarding entries in any order.
    order = {name: at for at, name in enumerate(["netns", *(table.name for table in compared)])}
    changes.sort(key=lambda change: (change.node, change.netns, order[change.table], change.object))
    only_old, only_new = (tuple(sorted(one.nodes - other.nodes)) for one, other in (sides, sides[::-1]))
    return Compared(tuple(nodes), tuple(_folded(changes)), tuple(dict.fromkeys(unknowns)), only_old, only_new)


class _Side:
    """One of the two snapshots."""

    def __init__(self, store: Store) -> None:
        store.flush()
        self.store = store
        self.witness = Witness(store)
        rows = store.raw(
            "SELECT n.ns, d.name, n.kind, coalesce(n.name, ''), n.ns IN (SELECT ns FROM capture WHERE way IS NULL)"
            " FROM netns n JOIN node d USING (node) ORDER BY n.ns"
        )
        self.nodes = {node for _, node, *_, failed in rows if not failed}
        self.spaces: dict[Place, int] = {(node, kind, name): ns for ns, node, kind, name, _ in rows}
        self.ways: dict[str, str | None] = dict(store.raw(_WAYS))
        self._coverage: dict[int, list[Coverage]] = {}

    def prints(self, table: Table) -> dict[int, tuple[int, int]]:
        """Return a number for what each namespace has in a table."""
        picked = ", ".join(f'"{name}"' for name in (*table.key, *table.values()))
        text = ", (SELECT text FROM source s WHERE s.source = t.source)" if table.name == "ruleset" else ""
        return {
            ns: (count, mark)
            for ns, count, mark in self.store.raw(
                f'SELECT ns, count(*), bit_xor(hash(row({picked}{text}))) FROM "{table.name}" t WHERE {table.only} GROUP BY ns'
            )
        }

    def rows(self, table: Table, ns: int) -> dict[tuple[Any, ...], list[_Row]]:
        """Return the rows of a namespace by their keys."""
        names = [column.name for column in columns(table.name)][3:]
        kinds = [column.sql for column in columns(table.name)][3:]
        picked = ", ".join(f'"{name}"' for name in names)
        found: dict[tuple[Any, ...], list[_Row]] = {}
        for rowid, source, fleeting, *values in self.store.raw(
            f'SELECT rowid, source, {table.fleeting}, {picked} FROM "{table.name}" WHERE ns = ? AND {table.only} ORDER BY rowid',
            [ns],
        ):
            fields = dict(zip(names, to_text(kinds, values), strict=True))
            if table.name == "ruleset":
                fields[_CONTENT] = self._content(source)
            key = tuple(fields[name] for name in table.key)
            own = tuple(fields[name] for name in _compared(table))
            found.setdefault(key, []).append(_Row(rowid, key, own, bool(fleeting), fields))
        return found

    def _content(self, source: int) -> str | None:
        rows = self.store.raw("SELECT text FROM source WHERE source = ?", [source])
        return _COUNTED.sub("", rows[0][0]) if rows and rows[0][0] else None

    def shows(self, table: str, ns: int, row: _Row) -> bool:
        """Say whether this snapshot would have the row if the kernel had it."""
        if ns not in self._coverage:
            listed = self.store.raw("SELECT \"table\", family, dev, part FROM coverage WHERE ns = ? AND complete <> 'no'", [ns])
            self._coverage[ns] = [Coverage(*item) for item in listed]
        return any(_covers(item, table, row.fields) for item in self._coverage[ns])


def _compared(table: Table) -> tuple[str, ...]:
    return (*table.values(), *((_CONTENT,) if table.name == "ruleset" else ()))


def _covers(item: Coverage, table: str, fields: dict[str, Any]) -> bool:
    if item.table != table:
        return False
    if item.family is not None and fields.get("family") not in (None, item.family):
        return False
    if item.dev is not None and fields.get("dev", fields.get("name")) != item.dev:
        return False
    part = fields.get(_PART.get(table, ""))
    return item.part is None or part is None or fnmatchcase(str(part), item.part)


def _spaces(sides: tuple[_Side, _Side], nodes: set[str]) -> Iterator[Change]:
    """Yield the namespaces that only one of the two has, of nodes that both have."""
    for mine, theirs, kind in ((sides[0], sides[1], Kind.VANISHED), (sides[1], sides[0], Kind.APPEARED)):
        for node, what, name in mine.spaces:
            # What has only a process number has another one after each start.
            if node in nodes and (node, what, name) not in theirs.spaces and what not in ("host", "pid"):
                yield Change(node, f"{what}:{name}", "netns", kind, f"{what} {name}")


def _differing(sides: tuple[_Side, _Side], table: Table) -> set[Place]:
    prints = [side.prints(table) for side in sides]
    marks = [{place: prints[at].get(ns) for place, ns in side.spaces.items()} for at, side in enumerate(sides)]
    return {place for place in marks[0].keys() & marks[1].keys() if marks[0][place] != marks[1][place]}


def _of_place(sides: tuple[_Side, _Side], table: Table, place: Place, unknowns: list[Unknown]) -> Iterator[Change]:
    spaces = [side.spaces[place] for side in sides]
    rows = [side.rows(table, ns) for side, ns in zip(sides, spaces, strict=True)]
    names = _compared(table)
    unseen: Counter[str] = Counter()
    # Two ways of reading a node show different columns: what only one of them has may have been there before.
    alike = sides[0].ways.get(place[0]) == sides[1].ways.get(place[0]) is not None
    for key in dict.fromkeys([*rows[0], *rows[1]]):
        before, after = _unpaired(rows[0].get(key, []), rows[1].get(key, []))
        for one, other in zip(before, after, strict=False):
            fields = tuple(
                FieldChange(name, _told(name, a), _told(name, b))
                for name, a, b in zip(names, one.values, other.values, strict=True)
                if a != b and (alike or (a is not None and b is not None) or name in _EMPTY_MEANS_NONE)
            )
            if fields:
                evidence = sides[0].witness.of(table.name, one.rowid), sides[1].witness.of(table.name, other.rowid)
                yield _change(table, place, Kind.CHANGED, one)._replace(fields=fields, old=evidence[0], new=evidence[1])
        paired = min(len(before), len(after))
        for row in before[paired:]:
            if not sides[1].shows(table.name, spaces[1], row):
                unseen["new"] += not row.fleeting
            elif not row.fleeting:
                yield _change(table, place, Kind.VANISHED, row)._replace(old=sides[0].witness.of(table.name, row.rowid))
        for row in after[paired:]:
            if not sides[0].shows(table.name, spaces[0], row):
                unseen["old"] += not row.fleeting
            elif not row.fleeting:
                yield _change(table, place, Kind.APPEARED, row)._replace(new=sides[1].witness.of(table.name, row.rowid))
    where = "" if place[1] == "host" else f" of {place[1]} {place[2]}"
    for which, count in unseen.items():
        if count:
            missing = (
                f"the {which} snapshot does not have {table.name.replace('_', ' ')}{where}: {count} of the other not compared"
            )
            unknowns.append(Unknown(place[0], missing, listing_of(table), ("diff",)))


def _unpaired(before: list[_Row], after: list[_Row]) -> tuple[list[_Row], list[_Row]]:
    """Return the rows of one key that have no equal on the other side."""
    left = Counter(row.values for row in after)
    rest = []
    for row in before:
        if left[row.values]:
            left[row.values] -= 1
        else:
            rest.append(row)
    return rest, [row for row in reversed(after) if _taken(left, row)][::-1]


def _taken(left: "Counter[tuple[Any, ...]]", row: _Row) -> bool:
    if not left[row.values]:
        return False
    left[row.values] -= 1
    return True


def _told(name: str, value: object) -> str | None:
    if value is None:
        return None
    if name == _CONTENT:
        return f"{len(str(value).splitlines())} lines"
    return {True: "yes", False: "no"}[value] if isinstance(value, bool) else str(value)


def _change(table: Table, place: Place, kind: Kind, row: _Row) -> Change:
    netns = "" if place[1] == "host" else f"{place[1]}:{place[2]}"
    return Change(place[0], netns, table.name, kind, _called(table, row), under=row.fields.get("dev") or row.fields.get("name"))


def _called(table: Table, row: _Row) -> str:
    """Return what a person calls an object."""
    fields = row.fields
    if table.name in ("route", "rule") and fields.get("dst") is not None:
        length, full = fields["dst_len"], 32 if fields["family"] == 4 else 128  # noqa: PLR2004
        prefix = "default" if not length else fields["dst"] if length == full else f"{fields['dst']}/{length}"
        own = "" if fields["table"] in (None, "main") else f" table {fields['table']}"
        return f"{prefix}{own}"
    shown = [f"{fields[name]}" for name in table.key if fields[name] is not None]
    return " ".join(shown)


def _folded(changes: Iterable[Change]) -> Iterator[Change]:
    """Keep the device above only what came or went with it."""
    listed = list(changes)
    moved = {
        (change.node, change.netns, change.object, change.kind)
        for change in listed
        if change.table == "link" and change.kind is not Kind.CHANGED
    }
    for change in listed:
        with_it = change.table != "link" and (change.node, change.netns, change.under, change.kind) in moved
        yield change if with_it else change._replace(under=None)
