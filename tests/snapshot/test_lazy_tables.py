"""LazyTables are made when a statement first names them, and nobody notices."""

from pathlib import Path

import duckdb
import pytest

from podpath.api.questions import queried
from podpath.snapshot.lazy_tables import LazyTables
from podpath.snapshot.schema import FRAME, MACROS, ROWS
from podpath.snapshot.store import Store

_TABLES = "SELECT table_name FROM duckdb_tables() WHERE database_name = 'memory'"


def _tables(store: Store) -> set[str]:
    return {name for (name,) in store.raw(_TABLES)}


def test_a_table_is_made_when_a_statement_names_it() -> None:
    """In any case of letters, quoted or not; the others are not made."""
    with Store() as store:
        assert _tables(store) == {*FRAME, "meta"}
        assert store.raw('SELECT count(*) FROM "ROUTE" CROSS JOIN Neighbour') == [(0,)]
        assert _tables(store) == {*FRAME, "meta", "route", "neighbour"}


@pytest.mark.parametrize("name", MACROS)
def test_each_function_is_there_for_who_names_it(name: str) -> None:
    """With what its body names."""
    arguments = MACROS[name].partition(")")[0].count(",") + 1
    with Store() as store:
        store.raw(f"PREPARE p AS SELECT {name}({', '.join('NULL' for _ in range(arguments))})")


def test_a_query_of_somebodys_finds_every_table() -> None:
    """Also where it gives no names."""
    with Store() as store:
        names = {row[0] for row in queried(store, _TABLES).rows}
    assert names == {*FRAME, *ROWS, "meta"}


def test_a_thread_of_its_own_and_a_file_have_every_table(tmp_path: Path) -> None:
    """Another connection makes none, and whoever reads a file finds the layout that is documented."""
    path = tmp_path / "a.podpath"
    with Store() as store:
        with store.beside() as reader:
            assert _tables(reader) == {*FRAME, *ROWS, "meta"}
        store.save(path)
    with Store(path, read_only=True) as again:
        assert {name for name, _ in again.tables()} == {*FRAME, *ROWS}


def test_a_wrong_statement_is_still_one() -> None:
    """What is no table of a snapshot is not made."""
    connection = LazyTables.of_new(duckdb.connect(":memory:"))
    with pytest.raises(duckdb.CatalogException):
        connection.execute("SELECT * FROM no_table")
    connection.close()
