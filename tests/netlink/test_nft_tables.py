"""Which nftables tables there are."""

import pytest

from podpath.netlink import nft_tables
from podpath.netlink.nft_tables import NftTable
from podpath.netlink.route_socket import dump
from tests.netlink.space import Space

pytestmark = pytest.mark.root


def tables(space: Space) -> set[NftTable]:
    """Return the tables."""
    with space.socket(nft_tables.NETLINK_NETFILTER) as socket:
        return set(nft_tables.rows(dump(socket, nft_tables.TABLE)))


def test_tables_are_those_that_were_made(space: Space) -> None:
    """By nft, and by the iptables that speaks nftables, or None in a fresh namespace."""
    assert tables(space) == set()
    space.do("nft add table inet mine", "nft add chain inet mine forward", "nft add table bridge cut")
    space.run("iptables-nft", "-A", "FORWARD", "-j", "ACCEPT")
    assert {(t.family, t.name) for t in tables(space)} == {("inet", "mine"), ("bridge", "cut"), ("ip", "filter")}
