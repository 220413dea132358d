"""Rows that stand under their headings."""

import pytest

from podpath.readers.columns import cells, headings, read_table
from podpath.readers.interface import Bad
from podpath.state.runtime import Container

HEADER = headings("NAME   NOMINATED NODE   AGE")


def test_headings() -> None:
    """A single space is part of a heading."""
    assert HEADER == [("NAME", 0), ("NOMINATED NODE", 7), ("AGE", 24)]


def test_cells() -> None:
    """What stands under a heading belongs to it, also where a column is empty or the line ends early."""
    assert cells(HEADER, "web    n1 of two        5d") == {"NAME": "web", "NOMINATED NODE": "n1 of two", "AGE": "5d"}
    assert cells(HEADER, "web                     5d") == {"NAME": "web", "NOMINATED NODE": "", "AGE": "5d"}
    assert cells(HEADER, "web") == {"NAME": "web", "NOMINATED NODE": "", "AGE": ""}


def test_shifted() -> None:
    """A row that does not stand under the headings is split at its gaps, when all columns are there."""
    assert cells(HEADER, "a-longer-name  n1  5d")["AGE"] == "5d"
    with pytest.raises(ValueError, match="it has 2 columns, not 3"):
        cells(HEADER, "a-longer-name  5d")


def test_a_table_is_read_row_by_row() -> None:
    """What stands above the headings, and what no row can be made of, are complaints; headings may come again."""

    def make(row: dict[str, str]) -> Container:
        if not row["AGE"]:
            raise ValueError("it has no age")
        return Container(row["NAME"], row["NAME"])

    lines = ["lost  5d", "NAME  AGE", "web   5d", "", "db", "NAME     AGE", "cache    1h"]
    found = list(read_table(lines, lambda line: line.startswith("NAME"), make, "engine ps"))
    assert [index for index, _ in found] == [0, 2, 4, 6]
    assert [row.name for _, row in found if isinstance(row, Container)] == ["web", "cache"]
    assert [row.reason.partition(" but ")[2] for _, row in found if isinstance(row, Bad)] == [
        "the line of headings above it is missing", "it has no age",
    ]  # fmt: skip
