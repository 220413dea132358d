"""Rows on their way into tables."""

from podpath.snapshot.store import Store
from podpath.state.evidence import covers
from podpath.state.link import Link


def test_a_number_that_no_kernel_has_costs_its_row_alone() -> None:
    """It is told with its line, the other rows stay, and what the output lacks means nothing any more."""
    with Store() as store:
        ns = store.netns(store.node("n1"))
        source = store.source(ns, "n1.txt", "ip link show", typed=True, first=1, text="")
        store.add(ns, source, [(2, Link("eth0", mtu=10**30)), (3, Link("eth1", mtu=1500)), (1, covers(Link))])
        store.flush()
        assert store.raw("SELECT name FROM link") == [("eth1",)]
        assert store.raw("SELECT file, first, reason FROM unread") == [
            ("n1.txt", 2, "a value that no kernel has, in a row of link")
        ]
        assert store.raw("SELECT complete FROM coverage") == [("no",)]
