"""Rows to evidence: the pasted line where there is one, else the line that its command would print."""

from collections.abc import Iterable
from functools import lru_cache
from typing import TYPE_CHECKING, Final, NamedTuple

from podpath.language import tr
from podpath.snapshot.store import Store
from podpath.state.evidence import Coverage, Degree
from podpath.state.finding import Evidence
from podpath.state.render import command_of, line_of

if TYPE_CHECKING:
    from podpath.snapshot.fetch import Fetched

_BLOCK: Final = 60


class Witness:
    """Makes evidence of rows of one store.

    Args:
        store: the store that holds the rows.
    """

    def __init__(self, store: Store) -> None:
        self.store = store
        self._places: dict[int, tuple[str, str]] = {}
        self._source = lru_cache(maxsize=64)(self._load_source)
        self._space = lru_cache(maxsize=1024)(self._load_space)
        self._rows: dict[tuple[str, int], Fetched] = {}

    def place(self, ns: int) -> tuple[str, str]:
        """Return the names of a namespace's node and of the namespace (``kind:name``, empty for the host's own)."""
        if ns not in self._places:
            rows = self.store.raw(
                "SELECT s.ns, d.name, CASE WHEN s.kind = 'host' THEN '' ELSE s.kind || ':' || coalesce(s.name, '') END"
                " FROM netns s JOIN node d USING (node) WHERE s.node = (SELECT node FROM netns WHERE ns = ?)", [ns],
            )  # fmt: skip
            self._places.update((number, (node, where)) for number, node, where in rows)
        return self._places.get(ns, ("?", ""))

    def _load_source(self, source: int) -> tuple[str, str, bool, int, list[str], Degree] | None:
        rows = self.store.raw("SELECT file, command, typed, first, text, place FROM source WHERE source = ?", [source])
        if not rows:
            return None
        file, command, typed, first, text, place = rows[0]
        return file, command, typed, first, (text or "").split("\n") if text else [], Degree(place)

    def _load_space(self, source: int) -> int | None:
        rows = self.store.raw("SELECT ns FROM source WHERE source = ?", [source])
        return rows[0][0] if rows else None

    def prefetch(self, refs: Iterable[tuple[str, int]]) -> None:
        """Fetch many rows, given as (table, rowid), at once."""
        wanted: dict[str, set[int]] = {}
        for table, rowid in refs:
            wanted.setdefault(table, set()).add(rowid)
        for table, rowids in wanted.items():
            self._rows.update(((table, row.rowid), row) for row in self.store.rows(table, sorted(rowids)))

    def of(self, table: str, rowid: int, needle: str = "") -> Evidence:
        """Return the evidence of a row.

        Args:
            table: name of the table.
            rowid: number of the row in it.
            needle: the word that matters: of an output that needs several lines for one row, the line that has it;
                of a coverage, the word that no line has.
        """
        found = self._rows.get((table, rowid)) or self.store.row(table, rowid)
        return self.shown(found.ns, found.source, found.line, found.row, needle)

    def shown(self, ns: int, source: int, line: int, row: NamedTuple, needle: str = "") -> Evidence:
        """Return the evidence of a row that is at hand.

        Args:
            ns: namespace it is true in.
            source: number of its source; 0 for a live one.
            line: line of the source.
            row: the row.
            needle: as in :meth:`of`.
        """
        node, netns = self.place(ns)
        found = self._source(source)
        if found is None and isinstance(row, Coverage):
            return Evidence(node, netns, command_of(row), f"no line for {needle}" if needle else "nothing is there")
        if found is None:
            return Evidence(node, netns, command_of(row), line_of(row))
        file, command, typed, first, lines, place = found
        if isinstance(row, Coverage):
            rows = sum(1 for text in lines if text.strip())
            told = (
                tr("no line for {needle} among the {rows} printed", needle=needle, rows=rows)
                if rows
                else tr("nothing was printed")
            )
            return Evidence(node, netns, command, told, file, first, place)
        if not lines:
            return Evidence(node, netns, command if typed else command_of(row), line_of(row), file, line, place)
        at = _find(lines, line - first, needle)
        return Evidence(node, netns, command if typed else command_of(row), lines[at].strip(), file, first + at, place)

    def at(self, source: int, line: int) -> Evidence:
        """Return the evidence of a line of a source."""
        found = self._source(source)
        ns = self._space(source)
        node, netns = self.place(ns) if ns is not None else ("?", "")
        if found is None:
            return Evidence(node, netns, "", "")
        file, command, _, first, lines, place = found
        text = lines[line - first].strip() if 0 <= line - first < len(lines) else ""
        return Evidence(node, netns, command, text, file, line, place)


def _find(lines: list[str], start: int, needle: str) -> int:
    """Return the index of the first line from ``start`` on that has the word, within the same block of lines."""
    start = min(max(start, 0), len(lines) - 1)
    if not needle:
        return start
    lowered = needle.lower()
    for at in range(start, min(start + _BLOCK, len(lines))):
        if at > start and lines[at][:1] not in (" ", "\t", ""):
            break
        if lowered in lines[at].lower():
            return at
    return start
