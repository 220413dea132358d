"""Whether there are IP sets."""

import pytest

from podpath.netlink.ip_sets import any_sets
from podpath.netlink.nft_tables import NETLINK_NETFILTER
from tests.netlink.space import Space

pytestmark = pytest.mark.root


def test_a_set_is_seen(space: Space) -> None:
    """Where one was made, and not before."""
    with space.socket(NETLINK_NETFILTER) as socket:
        assert any_sets(socket) is False
        space.do("ipset create web hash:ip", "ipset create other hash:net")
        assert any_sets(socket) is True
