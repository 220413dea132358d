"""Tables as a page holds them."""

import base64
import gzip
from typing import Any

import pytest

from podpath.page import tables
from podpath.snapshot.store import Store
from podpath.state.address import parse_ip, parse_mac
from podpath.state.host import Sysctl
from podpath.state.neighbour import Neighbour


def rows(table: tables.PackedTable) -> list[list[str]]:
    """Return the rows of a packed table."""
    return [line.split("\x1f") for line in gzip.decompress(base64.b64decode(table.packed)).decode().split("\n")]


def held(*given: Any) -> list[tables.PackedTable]:  # noqa: ANN401 - rows of any table
    """Return the tables of a snapshot with these rows."""
    with Store() as store:
        store.add(store.netns(store.node("n1")), 0, ((0, row) for row in given))
        store.flush()
        return list(tables.tables(store))


def test_addresses_are_text_and_what_is_not_there_is_empty() -> None:
    """As iproute2 prints them."""
    (table,) = held(Neighbour("eth0", 6, parse_ip("fd00::1"), parse_mac("02:00:00:00:00:0a"), "STALE"))
    (row,) = rows(table)
    told = dict(zip(table.columns, row, strict=True))
    assert (told["node"], told["netns"], told["address"], told["mac"], told["state"]) == (
        "n1", "", "fd00::1", "02:00:00:00:00:0a", "STALE",
    )  # fmt: skip
    assert told["flags"] == ""


def test_signs_that_part_rows_and_fields_are_not_let_in() -> None:
    """A row stays one line, a field one field, whatever a stranger writes."""
    (table,) = held(Sysctl("net.core.a\nb", "one\x1ftwo\r\nthree"))
    assert [len(row) for row in rows(table)] == [4]


def test_a_table_that_is_too_large_is_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """With its number of rows, so that the page can say so."""
    monkeypatch.setattr(tables, "MOST", 1)
    (table,) = held(Sysctl("a", "1"), Sysctl("b", "2"))
    assert (table.rows, table.packed) == (2, "")


def test_tables_are_packed_while_others_read() -> None:
    """As if one after the other; temporary tables of the thread are its own."""
    with Store() as store:
        store.add(store.netns(store.node("n1")), 0, [(0, Sysctl("a", "1"))])
        store.flush()
        with tables.packing(store) as waited:
            store.connection.execute("CREATE TEMP TABLE ip_word AS SELECT 1 AS own")
            found = waited()
        assert found == list(tables.tables(store.beside()))
        assert store.raw("SELECT own FROM ip_word") == [(1,)]
