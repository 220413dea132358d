"""Identifiers of other namespaces."""

import os

import pytest

from podpath.netlink.netns_id import netns_id
from podpath.state.link import Link
from tests.netlink.space import Space, of_type

pytestmark = pytest.mark.root


def test_an_identifier_leads_to_its_namespace(space: Space) -> None:
    """The one that the device names, and no other."""
    with Space() as near, Space() as far:
        space.do("ip link add v0 type veth peer name v1", f"ip link set v1 netns {far.name}")
        (link,) = [row for row in of_type(Link, space.links()) if row.name == "v0"]
        with space.socket() as socket:
            found = {}
            for other in (near, far):
                descriptor = os.open(f"/run/netns/{other.name}", os.O_RDONLY)
                found[other.name] = netns_id(socket, descriptor)
                os.close(descriptor)
        assert found == {near.name: None, far.name: link.peer_netns}
