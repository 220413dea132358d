"""Two snapshots side by side; what the kernel does to real ones is in tests/kernel/test_diff.py."""

import pytest

from podpath.snapshot.compare import compare
from podpath.snapshot.load import load_text
from podpath.snapshot.merge import merge
from podpath.snapshot.store import Store
from podpath.state.change import Change, Kind

ROUTES = ("# ip -4 route show table all", "default via 10.0.0.1 dev eth0", "10.1.0.0/16 via 10.0.0.9 dev eth0")
ASKED = "10.0.0.1 dev eth0 lladdr 02:00:00:00:00:01 REACHABLE"
WRITTEN = "10.0.0.9 dev eth0 lladdr 02:00:00:00:00:09 PERMANENT"
NEIGHBOURS = ("# ip neigh show", ASKED, WRITTEN)
LINKS = (
    "# ip -d -s -s address show",
    "2: eth0: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc noqueue state UP",
    "    link/ether 02:00:00:00:00:02 brd ff:ff:ff:ff:ff:ff",
    "    inet 10.0.0.2/24 scope global eth0",
)


LO = "1: lo: <LOOPBACK,UP,LOWER_UP> mtu 65536 qdisc noqueue state UNKNOWN"


def store_of(*lines: str, node: str = "n1") -> Store:
    """Return a snapshot of pasted text."""
    store = Store()
    load_text(store, node, node, None, lines)
    merge(store)
    return store


def told(change: Change) -> tuple[object, ...]:
    """Return what a change says, without its evidence."""
    return change.table, change.kind.value, change.object, *((f.name, f.old, f.new) for f in change.fields)


def replaced(lines: tuple[str, ...], old: str, new: str) -> list[str]:
    """Return lines with a word replaced; a line that becomes empty goes."""
    return [line for line in (line.replace(old, new) for line in lines) if line]


ALL = (*LINKS, *ROUTES, *NEIGHBOURS)
MACS = "02:00:00:00:00:02", "02:00:00:00:00:03"
CASES = [
    ("10.1.0.0/16 via 10.0.0.9 dev eth0", "", [("route", "vanished", "10.1.0.0/16")]),
    ("via 10.0.0.9 dev eth0", "via 10.0.0.8 dev eth0", [("route", "changed", "10.1.0.0/16", ("via", "10.0.0.9", "10.0.0.8"))]),
    ("mtu 1500", "mtu 1450", [("link", "changed", "eth0", ("mtu", "1500", "1450"))]),
    (f"link/ether {MACS[0]}", f"link/ether {MACS[1]}", [("link", "changed", "eth0", ("mac", *MACS))]),
    ("2: eth0:", "7: eth0:", []),
    ("REACHABLE", "STALE", []),
    (ASKED, "", []),
    ("lladdr 02:00:00:00:00:01", f"lladdr {MACS[1]}",
     [("neighbour", "changed", "eth0 10.0.0.1", ("mac", "02:00:00:00:00:01", MACS[1]))]),
    (WRITTEN, "10.0.0.9 dev eth0 INCOMPLETE", [("neighbour", "vanished", "eth0 10.0.0.9")]),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "expected"), CASES)
def test_what_a_line_more_or_less_means(old: str, new: str, expected: list[tuple[object, ...]]) -> None:
    """A route, a MAC, an MTU; not an index, a timer, or what was learned by asking."""
    with store_of(*ALL) as one, store_of(*replaced(ALL, old, new)) as other:
        assert [told(change) for change in compare(one, other).changes] == expected


def test_what_one_does_not_show_is_unknown() -> None:
    """Not gone: the later snapshot has no routes at all, and no second node."""
    with store_of(*ALL) as one, store_of(*LINKS, *NEIGHBOURS) as other:
        load_text(one, "n2", "n2", None, LINKS)
        compared = compare(one, other)
    assert (compared.nodes, compared.changes) == (("n1",), ())
    assert [(item.node, item.missing, item.command) for item in compared.unknowns] == [
        ("n2", "the new snapshot has no such node, or it could not be read", "podpath collect --ssh n2"),
        ("n1", "the new snapshot does not have route: 2 of the other not compared", "ip route show table all"),
    ]


def test_the_evidence_is_the_line_of_each_side() -> None:
    """With its file and number."""
    with store_of(*ALL) as one, store_of(*replaced(ALL, "mtu 1500", "mtu 1450")) as other:
        (change,) = compare(one, other).changes
    assert change.kind is Kind.CHANGED
    assert change.old is not None
    assert change.new is not None
    assert ("mtu 1500" in change.old.line, "mtu 1450" in change.new.line, change.new.file_line) == (True, True, 2)


def test_the_order_is_that_of_names() -> None:
    """The kernel lists neighbours in any order."""
    three = [f"10.0.0.{number} dev eth0 lladdr 02:00:00:00:00:0{number} PERMANENT" for number in (7, 5, 6)]
    with store_of(*ALL) as one, store_of(*ALL, *three) as other:
        assert [change.object for change in compare(one, other).changes] == ["eth0 10.0.0.5", "eth0 10.0.0.6", "eth0 10.0.0.7"]


def test_what_goes_with_its_device_stands_under_it() -> None:
    """One cause, and what follows from it."""
    with (
        store_of(*ALL) as one,
        store_of("# ip -d -s -s address show", LO, "# ip -4 route show table all", "# ip neigh show") as other,
    ):
        changes = compare(one, other).changes
    assert {(change.table, change.under) for change in changes} == {
        ("link", None), ("address", "eth0"), ("route", "eth0"), ("neighbour", "eth0"),
    }  # fmt: skip
