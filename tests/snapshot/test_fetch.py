"""Whole rows, with addresses that travel as halves."""

from hypothesis import given, settings
from hypothesis import strategies as st

from podpath.snapshot.store import Store
from podpath.state.address import V4, V6, Ip
from podpath.state.link import Address

HALVES = st.sampled_from((0, 1, (1 << 63) - 1, 1 << 63, (1 << 64) - 1)) | st.integers(0, (1 << 64) - 1)


@settings(max_examples=25)  # each makes a store
@given(st.lists(st.tuples(HALVES, HALVES, st.none() | HALVES), min_size=1, max_size=5))
def test_rows_come_back_as_they_went_in(numbers: list[tuple[int, int, int | None]]) -> None:
    """Any address of 128 bits, and none."""
    rows = [
        Address("eth0", V6 if high else V4, Ip(high << 64 | low), 64, peer=None if peer is None else Ip(peer << 64 | high))
        for high, low, peer in numbers
    ]
    with Store() as store:
        ns = store.netns(store.node("n1"))
        store.add(ns, 7, enumerate(rows, start=1))
        store.flush()
        found = list(store.rows("address", range(len(rows))))
    assert [one.row for one in found] == rows
    assert [(one.rowid, one.ns, one.source, one.line) for one in found] == [(at, ns, 7, at + 1) for at in range(len(rows))]
