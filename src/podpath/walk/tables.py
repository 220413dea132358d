"""Rows from the snapshot: a whole node at once, because each query costs more than its rows; or all nodes."""

from collections import defaultdict
from collections.abc import Iterator
from typing import Any, Final

from podpath.snapshot import fetch
from podpath.snapshot.schema import TABLE_OF
from podpath.snapshot.store import Store
from podpath.walk.namespace import Entry

_GAP: Final = 16
"""Maximum number of rows that are read unnecessarily to save a second query."""


class Tables:
    """Rows of a snapshot by namespace and type.

    Args:
        store: the snapshot.
        whole: every node will be asked for: a table is read once, for all.
    """

    def __init__(self, store: Store, *, whole: bool = False) -> None:
        self._store, self._whole = store, whole
        self._nodes: dict[int, list[int]] = {}
        self._rows: dict[tuple[int, type[Any]], list[Entry[Any]]] = {}
        self._filled = store.sizes().keys()
        self.read: set[type[Any]] = set()
        """Types of rows that were read: all that a walk's verdict depends on are among them."""

    def rows(self, ns: int, kind: type[Any]) -> list[Entry[Any]]:
        """Return the rows of a type in a namespace, in the order in which the kernel printed them."""
        self.read.add(kind)
        if TABLE_OF[kind] not in self._filled:
            return []
        if (ns, kind) not in self._rows:
            self._load(self._of_node(ns), kind)
        return self._rows[ns, kind]

    def hold(self, *kinds: type[Any]) -> bool:
        """Say whether the snapshot has rows of any of these types; they are among those that were read."""
        self.read.update(kinds)
        return any(TABLE_OF[kind] in self._filled for kind in kinds)

    def _of_node(self, ns: int) -> list[int]:
        """Return all namespaces of a namespace's node: what is asked of one is soon asked of its neighbours."""
        if ns not in self._nodes:
            asked = "SELECT ns FROM netns WHERE ? OR node = (SELECT node FROM netns WHERE ns = ?)"
            found = [row[0] for row in self._store.raw(asked, [self._whole, ns])]
            self._nodes.update(dict.fromkeys(found, found))
        return self._nodes[ns]

    def _load(self, namespaces: list[int], kind: type[Any]) -> None:
        table = TABLE_OF[kind]
        # Ranges, not a list: DuckDB then reads only those parts of the table that can hold them.
        ranges = list(_runs(namespaces))
        asked = f"{fetch.select(table)} WHERE ns BETWEEN ? AND ?"
        sql = " UNION ALL ".join([asked] * len(ranges)) + " ORDER BY number"
        found: dict[int, list[Entry[Any]]] = defaultdict(list)
        bounds = [bound for both in ranges for bound in both]
        for rowid, ns, source, line, row in fetch.rows(table, self._store.raw(sql, bounds)):
            found[ns].append(Entry(row, table, rowid, source, line))
        for ns in namespaces:
            self._rows[ns, kind] = found[ns]


def _runs(numbers: list[int]) -> Iterator[tuple[int, int]]:
    """Yield ranges that hold all numbers, and few others between."""
    ordered = sorted(numbers)
    first = last = ordered[0]
    for number in ordered[1:]:
        if number - last > _GAP:
            yield first, last
            first = number
        last = number
    yield first, last
