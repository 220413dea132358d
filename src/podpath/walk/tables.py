"""Rows from the snapshot: a whole node at once, because each question costs more than its answer."""

from collections import defaultdict
from typing import Any

from podpath.snapshot.schema import TABLE_OF
from podpath.snapshot.store import Store
from podpath.walk.space import Held


class Tables:
    """Rows of a snapshot by namespace and type.

    Args:
        store: the snapshot.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._nodes: dict[int, list[int]] = {}
        self._rows: dict[tuple[int, type[Any]], list[Held[Any]]] = {}

    def rows(self, ns: int, kind: type[Any]) -> list[Held[Any]]:
        """Return the rows of a type in a namespace, in the order in which the kernel printed them."""
        if (ns, kind) not in self._rows:
            self._load(self._of_node(ns), kind)
        return self._rows[ns, kind]

    def _of_node(self, ns: int) -> list[int]:
        """Return all namespaces of a namespace's node: what is asked of one is soon asked of its neighbours."""
        if ns not in self._nodes:
            asked = "SELECT ns FROM netns WHERE node = (SELECT node FROM netns WHERE ns = ?)"
            found = [row[0] for row in self._store.raw(asked, [ns])]
            self._nodes.update(dict.fromkeys(found, found))
        return self._nodes[ns]

    def _load(self, spaces: list[int], kind: type[Any]) -> None:
        table = TABLE_OF[kind]
        # A range, not a list: DuckDB then reads only those parts of the table that can hold it.
        sql = f'SELECT rowid, * FROM "{table}" WHERE ns BETWEEN ? AND ? ORDER BY rowid'
        found: dict[int, list[Held[Any]]] = defaultdict(list)
        for rowid, ns, source, line, *fields in self._store.connection.execute(sql, [min(spaces), max(spaces)]).fetchall():
            found[ns].append(Held(kind._make(fields), table, rowid, source, line))
        for ns in spaces:
            self._rows[ns, kind] = found[ns]
