"""What netfilter asks of a namespace's routes and addresses."""

from podpath.state.address import parse_ip
from podpath.walk.host.netfilter_lookups import Lookups, devices_of
from podpath.walk.netfilter import AddressType
from tests.walk.pasted import node, world


def test_addresses_have_the_types_that_the_table_local_gives_them() -> None:
    """Of the whole host, or of one device."""
    shown = world({"n1": node(1, local="broadcast 192.168.0.255 dev eth0 table local proto kernel scope link src 192.168.0.1")})
    ((ns, _),) = shown.owners(parse_ip("192.168.0.1"))
    asked = Lookups(shown, ns)
    types = {
        text: asked.address_type(parse_ip(text), None)
        for text in ("192.168.0.1", "192.168.0.9", "192.168.0.255", "224.0.0.1", "ff02::1")
    }
    assert list(types.values()) == [
        AddressType.LOCAL, AddressType.UNICAST, AddressType.BROADCAST, AddressType.MULTICAST, AddressType.MULTICAST,
    ]  # fmt: skip
    assert asked.address_type(parse_ip("192.168.0.1"), "eth1") is AddressType.UNICAST
    assert asked.oif(parse_ip("192.168.0.1"), parse_ip("192.168.0.2"), iif=None, oif=None, mark=0, tos=0) == "eth0"
    assert asked.masquerade_source("eth0", parse_ip("192.168.0.2")) == parse_ip("192.168.0.1")
    assert asked.first_address("eth0", 6) is None
    assert devices_of(shown.netns(ns))["eth0"].link == "ether"
