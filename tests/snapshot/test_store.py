"""The store."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import duckdb
import pytest

from podpath.snapshot.absorb import absorb
from podpath.snapshot.opening import SnapshotError
from podpath.snapshot.store import Store
from podpath.state.address import Ip, parse_ip
from podpath.state.link import Link
from tests.snapshot.rows import NEIGHBOUR, ROUTE, filled


def test_what_goes_in_comes_out() -> None:
    """Names with quotes, commas and line ends included."""
    with Store() as store:
        filled(store)
        assert store.row("route", 0) == (0, 1, 1, 7, ROUTE)
        assert store.row("neighbour", 0) == (0, 1, 1, 8, NEIGHBOUR)


def test_a_saved_snapshot_is_opened_again(tmp_path: Path) -> None:
    """With all its rows, read-only."""
    path = tmp_path / "a.podpath"
    with Store() as store:
        filled(store)
        store.save(path)
    with Store(path, read_only=True) as again:
        assert again.row("route", 0).row == ROUTE
        with pytest.raises(duckdb.Error):
            again.connection.execute("DELETE FROM route")
    assert [item.name for item in tmp_path.iterdir()] == ["a.podpath"]


def test_saving_over_a_file_replaces_it_whole(tmp_path: Path) -> None:
    """A failure leaves the old file, and nothing half-written."""
    path = tmp_path / "a.podpath"
    path.write_text("old")
    with Store() as store:
        filled(store)
        store.save(path)
        with pytest.raises((SnapshotError, OSError)):
            store.save(tmp_path / "no-such-folder" / "b.podpath")
    with Store(path, read_only=True) as again:
        assert again.raw("SELECT count(*) FROM route") == [(1,)]
    assert [item.name for item in tmp_path.iterdir()] == ["a.podpath"]


def test_another_version_of_the_layout_is_refused(tmp_path: Path) -> None:
    """The message names both versions."""
    path = tmp_path / "a.podpath"
    with Store(path) as store:
        store.connection.execute("UPDATE meta SET value = 'podpath.snapshot/99'")
    with pytest.raises(SnapshotError, match=r"podpath\.snapshot/99"):
        Store(path, read_only=True)


_STRANGE = {
    "view": ["CREATE VIEW trap AS SELECT 1 AS a"],
    "view-for-table": [
        "ALTER TABLE unread RENAME TO u0",
        "CREATE VIEW unread AS SELECT * FROM u0 UNION ALL SELECT content, 1, 1, '', '' FROM read_text('{secret}')",
    ],
    "view-same-columns": [
        "CREATE TABLE u0 AS FROM unread", "DROP TABLE unread",
        "CREATE VIEW unread AS SELECT file, first, last, reason, sum(a.range * b.range)::VARCHAR AS text FROM u0,"
        " range(1000000) a, range(1000000) b GROUP BY ALL",
    ],
    "macro": ["CREATE MACRO lower(a) AS (SELECT content FROM read_text('{secret}'))"],
    "table-macro": ["CREATE MACRO duckdb_tables() AS TABLE SELECT 1"],
    "missing": ["DROP TABLE route"],
    "column": ["ALTER TABLE link ADD COLUMN more BIGINT"],
    "type": ["ALTER TABLE link ALTER mtu TYPE VARCHAR"],
    "default": ["ALTER TABLE link ALTER mtu SET DEFAULT 7"],
    "not-null": ["ALTER TABLE link ALTER mtu SET NOT NULL"],
    "schema": ["CREATE SCHEMA other", "CREATE TABLE other.link (a BIGINT)"],
    "index": ["CREATE INDEX i ON link (mtu)"],
    "sequence": ["CREATE SEQUENCE s"],
    "type-of-its-own": ["CREATE TYPE t AS ENUM ('a')"],
    "nameless": ["UPDATE node SET name = NULL"],
    "long": ["UPDATE node SET name = repeat('A', 5000)"],
    "empty": ["UPDATE route SET dst_len = NULL"],
    "sourceless": ["UPDATE neighbour SET source = NULL"],
    "placeless": ["UPDATE netns SET node = 99"],
    "many": ["INSERT INTO node SELECT 100 + i, 'n' || i, NULL, NULL FROM range(30000) t(i)"],
}  # fmt: skip


@pytest.mark.parametrize("name", _STRANGE)
def test_a_file_that_holds_more_or_less_than_our_tables_is_refused(tmp_path: Path, name: str) -> None:
    """Alone and joined, before a row of it is read; nothing of ours is reached, and nothing is left behind."""
    path, secret = tmp_path / "a.podpath", tmp_path / "secret"
    secret.write_text("ours")
    with Store(path) as store:
        filled(store)
        store.flush()
    with duckdb.connect(str(path)) as theirs:
        for statement in _STRANGE[name]:
            theirs.execute(statement.format(secret=secret))
    with pytest.raises(SnapshotError):
        Store(path, read_only=True)
    with Store() as store:
        with pytest.raises(SnapshotError):
            absorb(store, path)
        filled(store)
        assert store.raw("SELECT count(*) FROM route") == [(1,)], "what is joined later is whole"
    assert {item.name for item in tmp_path.iterdir()} == {"a.podpath", "secret"}


def test_functions_of_a_file_are_not_asked(tmp_path: Path) -> None:
    """One that bears the name of ours has no say."""
    path = tmp_path / "a.podpath"
    with Store(path) as store:
        filled(store)
        store.connection.execute("CREATE OR REPLACE MACRO node_name(n) AS 'theirs'")
        store.flush()
    with Store(path, read_only=True) as again, again.beside() as beside:
        assert again.raw("SELECT node_name(1)") == beside.raw("SELECT node_name(1)") == [("n1",)]


def test_nothing_outside_is_reached_once_a_store_is_locked(tmp_path: Path) -> None:
    """Neither files, nor extensions, nor other databases; what is to be written is written all the same."""
    path, secret, other = tmp_path / "a.podpath", tmp_path / "secret.csv", tmp_path / "other"
    secret.write_text("a,b\n1,2\n")
    other.mkdir()
    with Store() as store:
        filled(store)
        store.flush()
        store.lock(tmp_path)
        for asked in (f"FROM read_csv('{secret.parent.parent}/x.csv')", f"ATTACH '{other.parent.parent}/x.db'", "INSTALL httpfs",
                      "SET enable_external_access = true", "FROM read_text('http://127.0.0.1:1/x')"):  # fmt: skip
            with pytest.raises(duckdb.Error):
                store.raw(asked)
        filled(store, "n2")
        store.flush()
        store.save(path)
        store.save(other / "b.podpath")
    for saved in (path, other / "b.podpath"):
        with Store(saved, read_only=True) as again:
            assert again.raw("SELECT count(*) FROM route") == [(2,)]


def test_a_node_that_is_forgotten_leaves_nothing() -> None:
    """Its rows go, those of others stay, and its numbers are given to nobody else."""
    with Store() as store:
        for name in ("n1", "n2"):
            store.add(store.netns(store.node(name)), 0, [(0, Link("eth0"))])
        store.forget("n1")
        store.forget("n0")
        store.add(store.netns(store.node("n1")), 0, [(0, Link("eth1"))])
        store.flush()
        rows = store.raw("SELECT d.name, l.name FROM link l JOIN netns USING (ns) JOIN node d USING (node) ORDER BY ALL")
        assert rows == [("n1", "eth1"), ("n2", "eth0")]
        assert store.raw("SELECT count(DISTINCT ns), count(*) FROM netns") == [(2, 2)]


def test_another_reader_sees_the_same_rows() -> None:
    """From another thread, also after the store was read itself; what it keeps for itself is not seen here."""
    with Store() as store:
        store.add(store.netns(store.node("n1")), 0, [(0, Link("eth0"))])
        store.flush()
        with store.beside() as reader, ThreadPoolExecutor(1) as executor:
            reader.connection.execute("CREATE TEMP TABLE own AS SELECT 1")
            assert executor.submit(lambda: reader.raw("SELECT name FROM link")).result() == [("eth0",)]
        with pytest.raises(duckdb.Error, match="own"):
            store.raw("FROM own")
        assert store.raw("SELECT name FROM link") == [("eth0",)]


@pytest.mark.parametrize("flushed", [False, True])
def test_what_prompts_and_headings_say_of_a_node_is_kept(flushed: bool) -> None:  # noqa: FBT001 - a parameter of a test
    """Also if its rows were written before: the text is read on meanwhile."""
    with Store() as store:
        filled(store)
        other = store.node("n2")
        if flushed:
            store.flush()
        store.describe("n2", parse_ip("192.0.2.2"), ["b", "a"])
        store.describe("node-2", parse_ip("192.0.2.9"), ["c"], "n2")
        store.describe("nobody", None, ["x"])
        store.flush()
        assert store.node("node-2") == other
        assert store.query("SELECT name, address, hosts FROM node ORDER BY node").rows == [
            ("n1", None, None), ("node-2", "192.0.2.2", "a,b,c")
        ]  # fmt: skip


def _planned(rows: int) -> tuple[str, str]:
    """Return the threads and the optimizers that are off, of a store with so many rows."""
    with Store() as store:
        ns = store.netns(store.node("n1"))
        store.add(ns, 0, [(0, NEIGHBOUR._replace(address=Ip(NEIGHBOUR.address + at))) for at in range(rows)])
        store.flush()
        store.tune()
        return store.raw("SELECT current_setting('threads')::VARCHAR, current_setting('disabled_optimizers')")[0]


def test_queries_of_few_rows_are_planned_briefly() -> None:
    """Tables are joined by their conditions all the same; many rows are worth every optimizer."""
    threads, off = _planned(10)
    assert threads == "1"
    assert "statistics_propagation" in off
    assert not {"join_order", "filter_pushdown"} & set(off.split(","))
    assert _planned(20_001)[1] == ""
