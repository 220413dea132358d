"""Rows as CSV and YAML."""

import csv
import io

import yaml
from hypothesis import given
from hypothesis import strategies as st

from podpath.report.rows import render
from podpath.state.visible import HIDDEN, visible_lines

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
VALUES = st.none() | st.booleans() | st.integers() | TEXT | st.lists(TEXT, max_size=3)


@given(rows=st.lists(st.tuples(VALUES, VALUES), max_size=5))
def test_yaml_says_what_the_rows_say(rows: list[tuple[object, object]]) -> None:
    """Types stay; control characters are made visible, and nothing hidden leaves."""
    text = render("yaml", ["a", "b"], rows)
    assert not HIDDEN.search(text.replace("\n", ""))

    def shown(value: object) -> object:
        if isinstance(value, list):
            return [shown(one) for one in value]
        return visible_lines(value) if isinstance(value, str) else value

    assert yaml.safe_load(text) == [{"a": shown(one), "b": shown(other)} for one, other in rows]


@given(rows=st.lists(st.tuples(VALUES, VALUES), max_size=5))
def test_csv_has_a_line_of_names_and_one_for_each_row(rows: list[tuple[object, object]]) -> None:
    """A list is joined by commas; nothing is an empty field."""
    read = list(csv.reader(io.StringIO(render("csv", ["a", "b"], rows))))
    assert read[0] == ["a", "b"]
    assert len(read) == len(rows) + 1
    assert all(len(row) == 2 for row in read)
    assert [row[0] for row, (value, _) in zip(read[1:], rows, strict=True) if value is None] == [
        "" for value, _ in rows if value is None
    ]


def test_an_address_and_a_list_stay_legible() -> None:
    """As a person reads them in a spreadsheet and in a file."""
    rows = [("web", ["10.0.0.2/24", "fd00::2/64"], None, 5)]
    names = ["container", "addresses", "pod", "ifindex"]
    assert render("csv", names, rows) == 'container,addresses,pod,ifindex\nweb,"10.0.0.2/24, fd00::2/64",,5\n'
    assert render("yaml", names, rows) == (
        "- container: web\n  addresses:\n  - 10.0.0.2/24\n  - fd00::2/64\n  pod: null\n  ifindex: 5\n"
    )
