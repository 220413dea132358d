"""Entries as the tables hold them; random tables against the kernel are in test_policy.py."""

from podpath.snapshot.store import Store
from podpath.state.address import Ip, parse_ip
from podpath.state.route import Nexthop, Route
from podpath.walk.fib import Fib, Want
from podpath.walk.space import Space
from podpath.walk.tables import Tables

NET = parse_ip("10.0.0.0")


def fib(store: Store, *rows: Route | Nexthop) -> Fib:
    """Return the IPv4 tables with these rows."""
    ns = store.netns(store.node("n"))
    store.add(ns, 0, ((0, row) for row in rows))
    store.flush()
    return Fib(Space(Tables(store).rows, ns, "n", ""), 4)


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
