"""Coverage."""

from typing import NamedTuple

import pytest

from podpath.state.evidence import Complete, Coverage, covers
from podpath.state.route import Route
from podpath.state.table import TableKey


class NoTable(NamedTuple):
    """A row of no table."""

    name: str


def test_coverage_names_a_table_by_its_row_type() -> None:
    """A table that does not exist is a type error, and an error where it is run."""
    assert covers(Route, 4) == Coverage(TableKey("route"), 4, None, None, Complete.YES)
    with pytest.raises(KeyError):
        covers(NoTable)
