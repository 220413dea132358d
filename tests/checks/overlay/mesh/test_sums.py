"""A mesh that is proven by sums."""

from collections.abc import Callable, Collection
from pathlib import Path

import pytest

from benchmarks.clusters import write_snapshot
from podpath.checks.overlay.mesh.judge import judge_mesh
from podpath.checks.overlay.mesh.sums import COUNTED, KEYS, NOTHING, EntrySum, KnownSums, md5_sum, quick_sum
from podpath.snapshot.address_text import know_texts, text_of
from podpath.snapshot.evidence import Witness
from podpath.snapshot.store import Store

NODES = 50


def test_sums_are_added_and_taken_away_in_any_order() -> None:
    """Modulo 2^64 in each half."""
    one, other = EntrySum(1, 2**64 - 1, 5), EntrySum(2, 3, 7)
    assert one.plus(other) == other.plus(one) == EntrySum(3, 2, 12)
    assert one.plus(other).less(one) == other
    assert other.less(other) == NOTHING


ENTRIES = ("route", "neighbour", "fdb")


def as_text(table: str) -> str:
    """Return the SQL of a table with its addresses as people write them."""
    replaced = ", ".join(text_of(kind, f't."{name}"') + f' AS "{name}"' for name, kind in KEYS[table] if kind != "BIGINT")
    return f"(SELECT * REPLACE ({replaced}) FROM {table} t)"


def sums_of(store: Store, method: Callable[[str], str]) -> dict[tuple[int, str, str], EntrySum]:
    """Return the sums of all senders of a store."""
    know_texts(store.connection, ())
    return {
        (ns, dev, table): EntrySum(*map(int, values))
        for table in ENTRIES
        for ns, dev, *values in store.raw(
            f"SELECT ns, dev, {method(table)} FROM {as_text(table)} WHERE {COUNTED[table]} GROUP BY ns, dev"
        )
    }


@pytest.mark.parametrize("method", [md5_sum, quick_sum])
def test_rows_are_asked_for_only_where_sums_differ(tmp_path: Path, method: Callable[[str], str]) -> None:
    """And the verdict is that of all rows."""
    path = tmp_path / "mesh.podpath"
    write_snapshot(path, NODES)
    with Store.open_for_writing(path) as store:
        run = store.connection.execute
        run("DELETE FROM fdb WHERE ns = 5 AND mac = (SELECT mac FROM link WHERE ns = 9)")
        run('UPDATE neighbour SET mac = 1 WHERE ns = 7 AND "address" = (SELECT min("address") FROM neighbour)')
        sums = sums_of(store, method)
        whole = judge_mesh(store, Witness(store))
        for table in ENTRIES:
            run(f"CREATE TEMP TABLE all_{table} AS SELECT * FROM {table}")
            run(f"DELETE FROM {table}")
        fetched: set[int] = set()

        def fetch(spaces: Collection[int]) -> None:
            fetched.update(spaces)
            for table in ENTRIES:
                run(f"INSERT INTO {table} SELECT * FROM all_{table} WHERE ns IN (SELECT unnest(?::BIGINT[]))", [list(spaces)])

        by_sums = judge_mesh(store, Witness(store), KnownSums(sums, method, fetch))
    counts = [[(one.proven, one.broken, one.unknown) for one in result.overlays] for result in (by_sums, whole)]
    causes = [[(one.check, one.facts["node"], one.facts["peer"]) for one in result.causes] for result in (by_sums, whole)]
    assert (counts[0], causes[0]) == (counts[1], causes[1])
    assert {5, 7} <= fetched
    assert len(fetched) <= 10  # those, and the eight whose routes show what is routed
