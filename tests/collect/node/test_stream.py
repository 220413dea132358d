"""A capture as lines."""

import json
import os

import pytest

from podpath.collect.node.capture import capture
from podpath.collect.node.parts import CommandOutput, Part, Place, Rows
from podpath.collect.node.stream import StreamError, is_end, lines_of, parts_of
from podpath.snapshot.schema import ROWS
from podpath.state.address import Ip, Mac
from podpath.state.evidence import Complete, covers
from podpath.state.fdb import FdbEntry
from podpath.state.host import Fact
from podpath.state.link import Link
from podpath.state.route import Route

PLACE = Place("host", "", 4026531840)
ROUTE = Route(family=6, table="main", type="unicast", dst=Ip(1 << 127), dst_len=3, via=Ip(5), dev="eth0")


def kept(parts: list[Part]) -> list[tuple[object, ...]]:
    """Return what parts hold, however they are cut."""
    found: list[tuple[object, ...]] = []
    for part in parts:
        if isinstance(part, CommandOutput):
            found.append(part)
        else:
            found += [(part.place, row) for row in (*part.rows, *part.coverage)]
    return sorted(found, key=repr)


def test_what_goes_in_comes_out() -> None:
    """A live capture, and rows with numbers beyond 64 bits."""
    own = [
        part if isinstance(part, CommandOutput) else part._replace(rows=list(part.rows)) for part in capture(list, [os.getpid()])
    ]
    parts: list[Part] = [
        *own,
        Rows(PLACE, [ROUTE, Link("v0", mac=Mac((1 << 48) - 1))], (covers(FdbEntry, complete=Complete.NO),)),
    ]
    lines = list(lines_of(parts))
    assert is_end(lines[-1])
    assert kept(list(parts_of(lines))) == kept(parts)


def test_every_table_has_its_type() -> None:
    """What a capture may hold is in the first line."""
    columns = json.loads(next(iter(lines_of([]))))["columns"]
    assert set(columns) == {row.__name__ for row in ROWS.values()}


def test_a_line_that_is_cut_off_is_left_out() -> None:
    """What came before it is used."""
    lines = list(lines_of([Rows(PLACE, [ROUTE]), Rows(PLACE, [ROUTE])]))
    cut = [*lines[:2], lines[2][:50]]
    assert kept(list(parts_of(cut))) == [(PLACE, ROUTE)]


def test_another_version_is_understood() -> None:
    """A column that only it knows is left out, one that it does not know is not known, and so is a table."""
    head = {"schema": "podpath.rows/1", "columns": {"Fact": ["new", "value", "name"], "Newer": ["x"]}}
    line = {"at": list(PLACE), "rows": {"Fact": [[1, "a", "b"]], "Newer": [[1]]}}
    (part,) = parts_of([json.dumps(head), json.dumps(line)])
    assert kept([part])[0][1] == Fact("b", "a")


@pytest.mark.parametrize(
    "rows",
    [
        {"Link": [["v0"]]},
        {"Link": 5},
        {"Fact": [["a", 5]]},
        {"Fact": [["a", None]]},
        {"Counter": [["a", 1 << 64]]},
        {"Counter": [["a", True]]},
    ],
)
def test_what_makes_no_sense_is_refused(rows: object) -> None:
    """A node may be anybody's: no value of another type comes in."""
    head = {
        "schema": "podpath.rows/1",
        "columns": {"Link": list(Link._fields), "Fact": ["name", "value"], "Counter": ["name", "value"]},
    }
    with pytest.raises(StreamError, match="is not valid"):
        list(parts_of([json.dumps(head), json.dumps({"at": list(PLACE), "rows": rows})]))
    with pytest.raises(StreamError):
        list(parts_of(["something else"]))


def test_control_characters_are_shown() -> None:
    """A device, or a rule's comment, may hold what a terminal would obey."""
    parts = parts_of(lines_of([Rows(PLACE, [Link("a\x1b[31mb")]), CommandOutput(PLACE, "nft", "a\tb\n\x9bc\n")]))
    first, second = parts
    assert kept([first])[0][1] == Link("a\\x1b[31mb")
    assert second == CommandOutput(PLACE, "nft", "a\tb\n\\x9bc\n")
