"""Devices and addresses that only a host's routes show."""

from podpath.state.address import is_unseen, parse_ip
from podpath.state.link import Link
from tests.walk.pasted import node, world


def test_routes_show_an_uplink_and_what_is_on_it() -> None:
    """`ip route` alone: the device of the default gateway is up, and has the source that the kernel wrote."""
    text = "# ip route\ndefault via 192.168.0.254 dev ens3\n192.168.0.0/24 dev ens3 proto kernel scope link src 192.168.0.1\n"
    shown = world({"n1": text + "10.9.0.0/16 dev wg0 scope link\n"})
    ((ns, dev),) = shown.owners(parse_ip("192.168.0.1"))
    links = shown.netns(ns).links
    assert (dev, list(links), is_unseen(links[dev].row.mac)) == ("ens3", ["ens3"], True)
    dead = world({"n1": text.replace("dev ens3", "dev ens3 linkdown")})
    assert not dead.netns(dead.hosts()[0]).links


def test_a_list_that_lacks_the_device_of_a_route_is_not_whole() -> None:
    """The kernel deletes the routes of a device with it: the route shows the device."""
    shown = world({"n1": node(1, routes="10.42.0.10 dev cali72476272766 scope link")})
    names = {held.row.name for held in shown.netns(shown.hosts()[0]).all(Link)}
    assert names == {"eth0", "cali72476272766"}
