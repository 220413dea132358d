"""What a file must be before a row of it is read; what opening one does is tried in test_store.py."""

from podpath.snapshot.schema import MACROS
from podpath.snapshot.store import Store
from podpath.snapshot.stranger import own_functions, trouble


def test_our_own_tables_are_no_trouble() -> None:
    """As this version makes them."""
    with Store() as store:
        store.connection.complete()
        assert trouble(store.raw, "memory", 10) is None


def test_more_nodes_than_are_allowed_are_told_with_the_option() -> None:
    """Whoever has such a network can say so."""
    with Store() as store:
        store.node("n1")
        store.node("n2")
        store.flush()
        store.connection.complete()
        assert trouble(store.raw, "memory", 1) == "it has 2 nodes, and --max-nodes allows 1"


def test_all_functions_are_made_for_a_connection_alone() -> None:
    """As many as stand in a file."""
    assert own_functions().count("CREATE TEMP MACRO ") == len(MACROS)
