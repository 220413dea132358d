"""Rows that tests put into stores."""

from podpath.snapshot.store import Store
from podpath.state.address import parse_ip, parse_mac
from podpath.state.neighbour import Neighbour
from podpath.state.route import Route

ROUTE = Route(4, "main", "unicast", parse_ip("10.42.1.0"), 24, parse_ip("10.42.1.0"), 'a"b,c\n', flags="onlink")
NEIGHBOUR = Neighbour("x", 4, parse_ip("10.0.0.1"), parse_mac("82:ce:7c:3e:91:36"), "STALE")


def filled(store: Store, node: str = "n1") -> None:
    """Put a node with two rows into a store."""
    ns = store.netns(store.node(node))
    source = store.source(ns, "f.txt", "ip route", typed=True, first=7, text="one\ntwo")
    store.add(ns, source, [(7, ROUTE), (8, NEIGHBOUR)])
    store.flush()
