"""Hypothetical changes of rows."""

from podpath.state.host import Sysctl
from podpath.state.neighbour import Neighbour
from podpath.walk.namespace import Entry
from podpath.walk.what_if.edits import edited, named, other_than, rows_of, together

ROWS = [Entry(Sysctl("a", "1"), "sysctl", 0), Entry(Sysctl("b", "2"), "sysctl", 1)]


def _values(rows: list[Entry[Sysctl]]) -> dict[str, str]:
    return {held.row.name: held.row.value for held in rows}


def test_rows_go_and_come_in_their_own_table_alone() -> None:
    """What is new has a number of its own below 0, for no table holds it."""
    change = rows_of(Sysctl, other_than("a"), [Sysctl("c", "3")])
    found = change(Sysctl, ROWS)
    assert _values(found) == {"b": "2", "c": "3"}
    assert found[-1].rowid < 0
    assert change(Neighbour, ROWS) is ROWS


def test_fields_change_where_the_row_fits() -> None:
    """One change after the other; the rows that were given stay as they are."""
    change = together(edited(Sysctl, named("a"), value="7"), edited(Sysctl, named("a"), name="z"))
    assert _values(change(Sysctl, ROWS)) == {"z": "7", "b": "2"}
    assert _values(ROWS) == {"a": "1", "b": "2"}
    assert change(Neighbour, ROWS) is ROWS
