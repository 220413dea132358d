"""Rows of a node at once."""

from podpath.snapshot.store import Store
from podpath.state.link import Link
from podpath.walk.tables import Tables


def test_rows_of_a_namespace_are_its_own_and_carry_their_place() -> None:
    """Although the whole node is read, and other nodes' numbers may lie between."""
    with Store() as store:
        one, other = store.node("n1"), store.node("n2")
        spaces = [store.netns(one), store.netns(other), store.netns(one, "netns", "web")]
        for ns in spaces:
            store.add(ns, 7, [(3, Link(f"eth{ns}"))])
        store.flush()
        tables = Tables(store)
        found = [tables.rows(ns, Link) for ns in spaces]
    assert [[(held.row.name, held.source, held.line) for held in rows] for rows in found] == [
        [(f"eth{ns}", 7, 3)] for ns in spaces
    ]
