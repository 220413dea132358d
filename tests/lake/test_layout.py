"""What the objects of a lake are called, and what columns they have."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from podpath.lake.layout import TABLES, ObjectName, fits, lake_columns, parse_name
from podpath.snapshot.schema import columns


@given(st.text(min_size=1, max_size=40), st.text(min_size=1, max_size=40), st.sampled_from(["", "peers"]))
def test_a_name_is_read_as_it_was_written(cluster: str, node: str, part: str) -> None:
    """Whatever a node is called: slashes, dots and signs of Hive are written as Hive escapes them."""
    cluster, node = (text.encode("utf-8", "replace").decode() for text in (cluster, node))
    name = ObjectName("route", cluster, "2026-11-30", node, "20261130T101112Z-0123456789ab", part)
    assert parse_name(name.text) == name
    assert name.text.count("/") == 4


@pytest.mark.parametrize(
    "text",
    [
        "route/cluster=a/day=2026-11-30/node=b/x.parquet",
        "route/cluster=a/day=today/node=b/20261130T101112Z-0123456789ab.parquet",
        "route/cluster=a/node=b/20261130T101112Z-0123456789ab.parquet",
        "../route/cluster=a/day=2026-11-30/node=b/20261130T101112Z-0123456789ab.parquet",
    ],
)
def test_what_podpath_did_not_name_is_no_object(text: str) -> None:
    """It is passed over."""
    assert parse_name(text) is None


def test_a_name_that_is_no_folders_is_refused() -> None:
    """Empty, too long, or the one under which joined captures are."""
    assert [fits(name) for name in ("prod", "a/b", "", "_", "x" * 300)] == [True, True, False, False, False]


def test_every_column_of_a_snapshot_is_in_a_lake_except_numbers_of_nodes() -> None:
    """None is called like a partition."""
    for table in TABLES:
        own = {column.own for column in lake_columns(table)}
        left_out = {column.name for column in columns(table)} - own
        assert left_out == {"node": {"node", "name"}, "netns": {"node"}}.get(table, set())
        assert not {column.name for column in lake_columns(table)} & {"cluster", "day", "node", "node_name"}
