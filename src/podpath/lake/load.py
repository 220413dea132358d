"""Captures of one cluster as a store. What a node wrote is that node's affair: where it is damaged or absurd, the others are judged."""

from collections.abc import Callable, Collection, Iterable, Iterator
from pathlib import Path
from typing import Final, NamedTuple

import duckdb

from podpath.checks.overlay.mesh.sums import COUNTED, EntrySum
from podpath.lake.inventory import Inventory, LakeCapture, LakePart
from podpath.lake.layout import ENTRIES, JOINED, PEERS, SUMS, TABLES, LakeColumn, lake_columns
from podpath.lake.place import Lake
from podpath.lake.sound import Unsound, unsound_content, unsound_form
from podpath.snapshot.address_text import know_numbers
from podpath.snapshot.sql_text import quoted
from podpath.snapshot.store import Store
from podpath.state.fleet import NodeTrouble
from podpath.state.host import Capture, Missing

TRUTH: Final = (
    "node", "netns", "source", "coverage", "link", "vxlan", "address", "bridge", "bridge_port", "rule", "route", "capture", "missing",
    "fact", "kube_node", "pod", "ruleset", "virtual_server", "tunnel", "wireguard_peer", "bgp_peer",
)  # fmt: skip
"""Tables that say what is true of a node: with them and the sums a mesh is proven."""


class _Object(NamedTuple):
    """A Parquet file, and the captures that it is of."""

    file: Path
    part: LakePart
    captures: list[LakeCapture]


class ClusterLoader:
    """Reads the captures of a cluster.

    Args:
        lake: the lake.
        inventory: the captures.
        tables: the tables that are wanted; others are left out.
        peers: the entries for peers are wanted, too; else they are fetched for the nodes that need it.

    Attributes:
        captures: the captures that are read, by the names of their nodes.
        troubles: nodes that are not known, and what was not read.
    """

    def __init__(self, lake: Lake, inventory: Inventory, tables: Collection[str] = TABLES, *, peers: bool = True) -> None:
        self._lake = lake
        self._cluster = inventory.cluster
        self._tables = [table for table in TABLES if table in tables]
        self._peers = peers
        self.troubles = list(inventory.troubles)
        waiting = {node: list(captures) for node, captures in inventory.captures.items()}
        self.captures: dict[str, LakeCapture] = {}
        self._objects: list[_Object] = []
        self._choose(waiting)

    # -- which captures ----------------------------------------------------------------------------

    def _choose(self, waiting: dict[str, list[LakeCapture]]) -> None:
        """Take the newest capture of each node whose objects are sound."""
        while waiting:
            tried = {node: captures.pop(0) for node, captures in waiting.items()}
            objects, unsound = self._opened(tried.values())
            for node, capture in tried.items():
                reason = unsound.get(capture.marker.push)
                if reason is None:
                    self.captures[node] = capture
                    continue
                earlier = "; the one before it is used" if waiting[node] else ""
                self.troubles.append(NodeTrouble(self._cluster, node, f"{capture.marker.push}: {reason}{earlier}"))
            self._objects += [item for item in objects if item.captures[0].marker.push not in unsound]
            waiting = {node: captures for node, captures in waiting.items() if captures and node not in self.captures}

    def _wanted(self, part: LakePart) -> bool:
        if part.table in ENTRIES and part.part == PEERS and self._tables != list(TABLES) and not self._peers:
            return True  # it may be fetched later
        return part.table == SUMS or part.table in self._tables

    def _opened(self, captures: Iterable[LakeCapture]) -> tuple[list[_Object], dict[str, str]]:
        """Return the objects of some captures, and what is wrong with captures."""
        by_push: dict[str, list[LakeCapture]] = {}
        for capture in captures:
            by_push.setdefault(capture.marker.push, []).append(capture)
        wanted = {
            one[0].marker._replace(table=part.table, part=part.part).text: (part, one)
            for one in by_push.values() for part in one[0].parts if self._wanted(part)
        }  # fmt: skip
        files = self._lake.local(wanted)
        objects, unsound = [], {}
        for name, (part, one) in wanted.items():
            path = files.get(name)
            push = one[0].marker.push
            if path is None:
                unsound[push] = f"its object {part.table} is missing: it was not pushed whole"
            elif path.stat().st_size != part.size:
                unsound[push] = f"its object {part.table} has not the size that it was written with"
            else:
                objects.append(_Object(path, part, one))
        with duckdb.connect() as connection:
            connection.execute("SET enable_progress_bar = false; SET autoinstall_known_extensions = false")
            for found in self._judged(connection, [item for item in objects if item.captures[0].marker.push not in unsound]):
                unsound.setdefault(found.push, found.reason)
        return objects, unsound

    def _judged(self, connection: duckdb.DuckDBPyConnection, objects: list[_Object]) -> Iterator[Unsound]:
        by_part: dict[tuple[str, str], dict[str, tuple[LakePart, str]]] = {}
        for item in objects:
            marker = item.captures[0].marker
            by_part.setdefault((item.part.table, item.part.part), {})[str(item.file)] = (item.part, marker.push)
        bad: set[str] = set()
        for (table, _), files in by_part.items():
            for found in unsound_form(connection, table, files):
                bad.add(found.push)
                yield found
        # What podpath joined it has looked at before.
        alone = {
            item.captures[0].marker.push: item.captures[0].node for item in objects if item.captures[0].marker.node != JOINED
        }
        for (table, _), files in by_part.items():
            left = {file: alone[push] for file, (_, push) in files.items() if push in alone and push not in bad}
            for file, reason in unsound_content(connection, table, left):
                push = files[file][1]
                bad.add(push)
                yield Unsound(push, reason)

    # -- into a store ------------------------------------------------------------------------------

    def fill(self, store: Store) -> None:
        """Add the captures to an empty store; nodes that are not known are in it, too, with the reason."""
        run = store.connection.execute
        nodes = sorted(self.captures)
        run("CREATE OR REPLACE TEMP TABLE picked (push VARCHAR, node_name VARCHAR, number BIGINT)")
        if nodes:
            pushes = [self.captures[node].marker.push for node in nodes]
            run(
                "INSERT INTO picked SELECT unnest(?::VARCHAR[]), unnest(?::VARCHAR[]), unnest(?::BIGINT[])",
                [pushes, nodes, list(range(1, len(nodes) + 1))],
            )
        self._know_addresses(store, (item for item in self._objects if self._peers or item.part.part != PEERS))
        self._fill_frame(store)
        for table in self._tables:
            if table not in ("node", "netns"):
                self._insert(store, table, self.files(table, "") + (self.files(table, PEERS) if self._peers else []))
        self._tell_unknown(store, len(nodes))

    def files(self, table: str, part: str) -> list[str]:
        """Return the Parquet files of a part of a table."""
        return [str(item.file) for item in self._objects if (item.part.table, item.part.part) == (table, part)]

    def _know_addresses(self, store: Store, objects: Iterable[_Object], within: str = "") -> None:
        files: dict[str, list[str]] = {}
        for item in objects:
            files.setdefault(item.part.table, []).append(str(item.file))
        texts: dict[str, list[str]] = {}
        for table, listed in files.items():
            for column in lake_columns(table):
                if column.kind in ("UHUGEINT", "UBIGINT"):
                    texts.setdefault(column.kind, []).append(
                        f'SELECT DISTINCT "{column.name}" FROM {read(listed)} t WHERE true {within}'
                    )
        know_numbers(store.connection, texts)

    def _fill_frame(self, store: Store) -> None:
        """Add nodes and namespaces, and say which number each has (``moved``)."""
        run = store.connection.execute
        run(
            "CREATE OR REPLACE TEMP TABLE moved (push VARCHAR, node_name VARCHAR, was BIGINT, ns BIGINT, base BIGINT, sources BIGINT)"
        )
        nodes, spaces, sources = (self.files(table, "") for table in ("node", "netns", "source"))
        if not nodes or not spaces:
            return
        values = ", ".join(_value(column) for column in lake_columns("node"))
        named = ", ".join(f'"{column.own}"' for column in lake_columns("node"))
        run(
            f"INSERT INTO node (node, name, {named}) SELECT p.number, t.node_name, {values} FROM {_placed(nodes)}{_joins('node')}"
        )
        counted = (
            f"(SELECT p.number, max(t.source) AS sources FROM {_placed(sources)} GROUP BY p.number)"
            if sources
            else "(SELECT 0 AS number, 0 AS sources)"
        )
        run(
            f"""
            INSERT INTO moved
            WITH spaces AS (SELECT p.*, t.ns AS was FROM {_placed(spaces)}),
            counted AS (SELECT p.number, coalesce(c.sources, 0) AS sources FROM picked p LEFT JOIN {counted} c USING (number)),
            based AS (SELECT number, sources, coalesce(sum(sources) OVER (ORDER BY number ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0) AS base FROM counted)
            SELECT s.push, s.node_name, s.was, row_number() OVER (ORDER BY s.number, s.was), b.base, b.sources
            FROM spaces s JOIN based b USING (number)
            """
        )
        values = ", ".join("m.ns" if column.own == "ns" else _value(column) for column in lake_columns("netns"))
        named = ", ".join(f'"{column.own}"' for column in lake_columns("netns"))
        run(
            f"INSERT INTO netns ({named}, node) SELECT {values}, p.number FROM {_placed(spaces)}"
            " JOIN moved m ON m.push = p.push AND m.node_name = p.node_name AND m.was = t.ns ORDER BY m.ns"
        )

    def _insert(self, store: Store, table: str, files: list[str], only: str = "") -> None:
        if not files:
            return
        values = ", ".join(_moved(column) for column in lake_columns(table))
        named = ", ".join(f'"{column.own}"' for column in lake_columns(table))
        of_space = any(column.own == "ns" for column in lake_columns(table))
        source = (
            f"{_placed(files)} JOIN moved m ON m.push = p.push AND m.node_name = p.node_name AND m.was = t.ns"
            if of_space
            else _placed(files)
        )
        store.connection.execute(f'INSERT INTO "{table}" ({named}) SELECT {values} FROM {source}{_joins(table)} {only}')

    def _tell_unknown(self, store: Store, count: int) -> None:
        """Note the nodes of which nothing is known, as a collection over ssh notes those that it did not reach."""
        reasons: dict[str, str] = {}
        for trouble in self.troubles:
            if trouble.node not in self.captures and trouble.node != JOINED:
                reasons.setdefault(trouble.node, trouble.text)
        first = store.raw("SELECT coalesce(max(ns), 0) FROM netns")[0][0] + 1
        for at, (node, text) in enumerate(sorted(reasons.items())):
            run = store.connection.execute
            run("INSERT INTO node (node, name) VALUES (?, ?)", [count + 1 + at, node])
            run("INSERT INTO netns (ns, node, kind) VALUES (?, ?, 'host')", [first + at, count + 1 + at])
            missing = Missing(f"everything: {text}", f"podpath collect -o {self._lake.url} --cluster {self._cluster}")
            store.add(first + at, 0, [(0, missing), (0, Capture(None, None, 0.0, 0.0, problem=text))])
        store.flush()

    # -- sums, and rows on demand ------------------------------------------------------------------

    def sums(self, store: Store) -> dict[tuple[int, str, str], EntrySum]:
        """Return the sums that the nodes themselves wrote."""
        files = self.files(SUMS, "")
        if not files:
            return {}
        rows = store.raw(
            f"SELECT m.ns, t.dev, t.tab, t.entries, t.low, t.high FROM {_placed(files)}"
            " JOIN moved m ON m.push = p.push AND m.node_name = p.node_name AND m.was = t.ns"
        )
        return {
            (ns, dev, table): EntrySum(entries, int(low), int(high))
            for ns, dev, table, entries, low, high in rows
            if low.isdecimal() and high.isdecimal()
        }

    def sums_of_rows(self, store: Store, method: Callable[[str], str]) -> dict[tuple[int, str, str], EntrySum]:
        """Return the sums of the rows that the nodes wrote, without loading them.

        Args:
            store: the store, filled.
            method: returns the SQL of the sum of a table.
        """
        found: dict[tuple[int, str, str], EntrySum] = {}
        for table in ENTRIES:
            files = [*self.files(table, PEERS), *self.files(table, "")]
            if not files:
                continue
            rows = store.raw(
                f"SELECT m.ns, q.dev, q.entries, q.low, q.high FROM (SELECT push, node_name, ns, dev, {method(table)}"
                f" FROM {read(files)} WHERE {COUNTED[table]} GROUP BY push, node_name, ns, dev)"
                " q(push, node_name, was, dev, entries, low, high)"
                " JOIN moved m ON m.push = q.push AND m.node_name = q.node_name AND m.was = q.was"
            )
            found |= {(ns, dev, table): EntrySum(entries, int(low), int(high)) for ns, dev, entries, low, high in rows}
        return found

    def fetch(self, store: Store, spaces: Collection[int]) -> None:
        """Add the entries for peers of some namespaces to the store."""
        run = store.connection.execute
        run("CREATE OR REPLACE TEMP TABLE asked AS SELECT unnest(?::BIGINT[]) AS ns", [sorted(spaces)])
        wanted = {(push, node) for push, node in store.raw("SELECT push, node_name FROM moved SEMI JOIN asked USING (ns)")}
        nodes = sorted({node for _, node in wanted})
        pushes = {push for push, _ in wanted}
        within = f"AND t.node_name IN ({', '.join(map(quoted, nodes))})" if len(nodes) <= _LISTED else ""
        objects = [item for item in self._objects if item.part.part == PEERS and item.captures[0].marker.push in pushes]
        self._know_addresses(store, objects, within)
        for table in ENTRIES:
            files = [str(item.file) for item in objects if item.part.table == table]
            self._insert(store, table, files, f"WHERE m.ns IN (SELECT ns FROM asked) {within}")


_LISTED: Final = 500


def read(files: Iterable[str]) -> str:
    """Return the SQL that reads Parquet files, with the name of the capture that each is of."""
    listed = ", ".join(quoted(file) for file in files)
    return (
        "(SELECT *, split_part(parse_filename(filename), '.', 1) AS push"
        f" FROM read_parquet([{listed}], filename = true, hive_partitioning = false))"
    )


def _placed(files: Iterable[str]) -> str:
    return f"{read(files)} t JOIN picked p ON p.push = t.push AND p.node_name = t.node_name"


def _value(column: LakeColumn) -> str:
    return f'"number_{column.name}".number' if column.kind in ("UHUGEINT", "UBIGINT") else f't."{column.name}"'


def _joins(table: str) -> str:
    """Return the SQL that turns the addresses of a table into numbers."""
    named = {"UHUGEINT": "ip_number", "UBIGINT": "mac_number"}
    return "".join(
        f' LEFT JOIN {named[column.kind]} "number_{column.name}" ON "number_{column.name}".text = t."{column.name}"'
        for column in lake_columns(table)
        if column.kind in named
    )


def _moved(column: LakeColumn) -> str:
    """Return the SQL of a value, with the numbers that namespaces and outputs have in the store."""
    if column.own == "ns":
        return "m.ns"
    if column.own in ("source", "one_source", "other_source"):
        return f"CASE WHEN t.{column.own} BETWEEN 1 AND m.sources THEN t.{column.own} + m.base ELSE 0 END"
    return _value(column)
