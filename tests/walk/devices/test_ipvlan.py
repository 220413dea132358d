"""ipvlan, from rows: this kernel has no such driver."""

from podpath.snapshot.store import Store
from podpath.state.address import parse_ip
from podpath.state.link import Address, Ipvlan, Link
from podpath.walk.cluster import Cluster
from podpath.walk.devices.ipvlan import owner, siblings


def test_an_address_leads_to_the_ipvlan_that_has_it() -> None:
    """All share the MAC of the device below: the address alone tells them apart."""
    with Store() as store:
        ns = store.netns(store.node("n1"))
        rows = [Link("eth0", 2, None)]
        for number in (1, 2):
            name = f"ipvl{number}"
            rows += [Link(name, 10 + number, "ipvlan", parent="eth0")]
            store.add(
                ns, 0, [(0, Ipvlan(name, "l2", "bridge")), (0, Address(name, 4, parse_ip(f"10.0.0.{number}"), 24, "global"))]
            )
        store.add(ns, 0, ((0, row) for row in rows))
        store.flush()
        shown = Cluster(store)
        ends = siblings(shown_walk := _Walk(shown), ns, "eth0")
        found = [owner(shown_walk, ends, parse_ip(f"10.0.0.{number}")) for number in (1, 2, 3)]
        assert [end.link.row.name if end else None for end in found] == ["ipvl1", "ipvl2", None]


class _Walk:
    def __init__(self, shown: Cluster) -> None:
        self.cluster = shown

    def follow(self, event: object) -> tuple[()]:
        """No way is walked here."""
        raise AssertionError(event)

    follow_all = follow
