"""What connects namespaces."""

from podpath.state.address import parse_ip, parse_mac
from podpath.walk.world import NoEnd, World
from tests.walk.pasted import node, world


def ns_of(shown: World, node_name: str) -> int:
    """Return the own namespace of a node."""
    return next(ns for ns in shown.hosts() if shown.space(ns).node == node_name)


def test_owners_and_stations_are_found_by_address_and_mac() -> None:
    """Of all nodes."""
    shown = world({"n1": node(1), "n2": node(2)})
    ((ns, dev),) = shown.owners(parse_ip("192.168.0.2"))
    assert (shown.space(ns).node, dev) == ("n2", "eth0")
    for number in range(30):  # after some questions all are loaded at once
        assert shown.owners(parse_ip(f"10.0.0.{number}")) == []
    assert shown.owners(parse_ip("192.168.0.1")) == [(ns_of(shown, "n1"), "eth0")]
    (end,) = shown.stations(parse_mac("02:00:00:00:00:01"))
    assert shown.space(end.ns).node == "n1"


def test_hardware_leads_outside() -> None:
    """What has no other end in any namespace is where the network between nodes begins."""
    shown = world({"n1": node(1)})
    ((ns, _),) = shown.owners(parse_ip("192.168.0.1"))
    end = shown.other_end(ns, shown.space(ns).links["eth0"])
    assert isinstance(end, NoEnd)
    assert end.outside
