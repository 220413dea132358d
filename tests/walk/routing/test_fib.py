"""Entries as the tables hold them; random tables against the kernel are in test_policy.py."""

from typing import Any

import pytest

from podpath.snapshot.store import Store
from podpath.state.address import Ip, family_of, parse_ip
from podpath.state.evidence import Coverage
from podpath.state.route import Nexthop, Route
from podpath.walk.namespace import Entry, Namespace
from podpath.walk.routing.fib import Fib, Want
from podpath.walk.tables import Tables
from tests.walk.real import Lab, needs_root

NET = parse_ip("10.0.0.0")


def fib(store: Store, *rows: Route | Nexthop) -> Fib:
    """Return the IPv4 tables with these rows."""
    ns = store.netns(store.node("n"))
    store.add(ns, 0, ((0, row) for row in rows))
    store.flush()
    return Fib(Namespace(Tables(store).rows, ns, "n", ""), 4)


def test_a_group_of_nexthop_objects_is_as_many_hops_as_it_has_members() -> None:
    """With their weights."""
    with Store() as store:
        members = [Nexthop(1, 4, parse_ip("10.1.0.1"), "a"), Nexthop(2, 4, parse_ip("10.2.0.1"), "b"), Nexthop(9, group="1/2,3")]
        found = fib(store, Route(4, "main", "unicast", NET, 8, nhid=9), *members).lookup("main", Want(parse_ip("10.9.9.9")))
    assert found is not None
    assert [(hop.dev, hop.weight) for hop in found.hops] == [("a", 1), ("b", 3)]


def test_a_dead_next_hop_is_passed_by() -> None:
    """And an entry that has no other one, too."""
    with Store() as store:
        table = fib(
            store,
            Route(4, "main", "unicast", NET, 8, parse_ip("10.1.0.1"), "a", flags="dead,linkdown", hop=0, weight=1),
            Route(4, "main", "unicast", NET, 8, parse_ip("10.2.0.1"), "b", hop=1, weight=1),
            Route(4, "main", "unicast", NET, 16, dev="c", flags="dead"),
        )
        found = table.lookup("main", Want(parse_ip("10.0.9.9")))
    assert found is not None
    assert [hop.dev for hop in found.hops] == ["b"]
    assert found.entry.row.dst == Ip(NET)


@pytest.mark.root
def test_a_table_local_that_was_not_shown_is_the_kernel_s_own() -> None:
    """`ip route show` leaves it out: what follows from the addresses finds what the kernel's entries find."""
    needs_root()
    lines = [
        "a: ip link add v0 netns {a} type veth peer v1 netns {a}",
        "a: ip link add v2 netns {a} type veth peer v3 netns {a}",
        *(f"a: ip link set {dev} up" for dev in ("v0", "v1", "v3")),
        "a: ip addr add 10.0.0.1/24 brd + dev v0",
        "a: ip addr add 10.0.0.2/24 brd + dev v0",
        "a: ip addr add 10.1.0.1/31 dev v1",
        "a: ip addr add 10.2.0.1/32 dev v0",
        "a: ip addr add 10.3.0.1 peer 10.3.0.2 dev v1",
        "a: ip addr add 10.4.0.1/24 brd + dev v2",
        "a: ip addr add fd00::1/64 dev v0 nodad",
        "a: ip addr add fd00:4::1/64 dev v2 nodad",
    ]
    asked = ["10.0.0.1", "10.0.0.2", "10.0.0.255", "10.0.0.9", "10.1.0.0", "10.1.0.1", "10.2.0.1",
             "10.2.0.2", "10.3.0.1", "10.3.0.2", "10.4.0.1", "10.4.0.255", "127.0.0.1", "127.9.9.9",
             "fd00::1", "fd00::2", "::1", "fd00:4::1"]  # fmt: skip

    def hide(kind: type[Any], rows: list[Entry[Any]]) -> list[Entry[Any]]:
        if kind is Route:
            return [held for held in rows if held.row.table != "local"]
        if kind is Coverage:
            return [held._replace(row=held.row._replace(part="main")) if held.row.table == "route" else held for held in rows]
        return rows

    with Lab() as lab:
        lab.add("a")
        lab.run(lines)
        lab.settle()
        with lab.capture() as store:
            (ns,) = (row[0] for row in store.raw("SELECT ns FROM netns"))
            for text in asked:
                address = parse_ip(text)
                whole, main = (
                    Fib(Namespace(Tables(store).rows, ns, "n", "", changes), family_of(address)).lookup("local", Want(address))
                    for changes in ((), (hide,))
                )
                found = [one and (one.entry.row.type, one.entry.row.dev) for one in (whole, main)]
                assert found[0] == found[1], text
