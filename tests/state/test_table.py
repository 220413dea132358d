"""Tables, as their row types declare them."""

from typing import Any, get_type_hints

import pytest

from podpath.state.address import parse_ip, parse_mac
from podpath.state.column import Name
from podpath.state.evidence import Complete
from podpath.state.link import Link
from podpath.state.neighbour import Neighbour
from podpath.state.route import Route
from podpath.state.table import Form, Table, TableKey, command_for, interfaces, key_of, listing_of, privacy, tables

NAMES = sorted(tables())


@pytest.mark.parametrize("name", NAMES)
def test_a_declaration_names_columns_that_exist(name: str) -> None:
    """A column that was renamed takes its declarations along."""
    table = tables()[name]
    fields = set(table.row._fields)
    assert {*table.key, *table.agree, *table.volatile, *(column.name for column in table.same)} <= fields
    assert set(table.values()).isdisjoint({*table.key, *table.volatile})
    assert privacy(table.row).keys() <= fields


@pytest.mark.parametrize("name", NAMES)
def test_a_table_is_compared_or_says_why_not(name: str) -> None:
    """Captures of different times are compared table by table: one without a key would be left out in silence."""
    table = tables()[name]
    assert bool(table.key) is not bool(table.incomparable)


def test_only_text_is_declared_public_or_private() -> None:
    """Numbers and addresses have types of their own, by which redaction knows them."""
    for table in tables().values():
        hints: dict[str, Any] = get_type_hints(table.row)
        for name in privacy(table.row):
            assert hints[name] in (str, str | None, TableKey, Complete), (table.name, name)


def test_the_command_of_a_row_is_quoted() -> None:
    """A container chooses the names of its own interfaces, and people paste what podpath prints."""
    mac = parse_mac("02:00:00:00:00:01")
    assert command_for(Neighbour("e;id>x", 4, parse_ip("10.0.0.1"), mac)) == "ip neigh show dev 'e;id>x'"
    assert command_for(Link("eth0")) == "ip -d link show eth0"


def test_the_command_of_a_row_asks_for_its_family() -> None:
    """Without ``-6`` iproute2 shows routes and rules of IPv4."""
    assert command_for(Route(6, "main", "unicast", parse_ip("::"), 0)) == "ip -6 route show table main"
    assert listing_of(tables()["route"], 6) == "ip -6 route show table all"
    assert listing_of(tables()["neighbour"], 6) == "ip -6 neigh show"


def test_interfaces_are_known_by_their_type() -> None:
    """What names a device is declared once, at the column."""
    assert interfaces(Link) == ("name", "master", "parent")
    assert privacy(Link)["name"] == Name("dev")
    assert "alias" not in privacy(Link)


def test_no_table_is_declared_two_times() -> None:
    """Each row type has a table, and each table a row type."""
    assert len({table.row for table in tables().values()}) == len(tables())
    assert key_of(Link) == "link"
    assert all(isinstance(column.form, Form) for table in tables().values() for column in table.same)
    assert all(isinstance(table, Table) for table in tables().values())
