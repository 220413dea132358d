"""Rows that stand under their headings."""

import pytest

from podpath.readers.columns import cells, headings

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
