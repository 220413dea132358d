"""What nft prints."""

from podpath.walk.netfilter.interface import Text
from podpath.walk.netfilter.nft.listing import read

LISTED = '{"nftables": [{"table": {"family": "ip", "name": "nat", "handle": 1}}]}'


def test_a_table_of_iptables_is_taken_from_its_own_program() -> None:
    """It is seen twice in a snapshot, and evaluated once."""
    assert read(Text("nft -j list ruleset", LISTED), {(4, "nat")}) == ([], [])
    assert len(read(Text("nft -j list ruleset", LISTED), set())[1]) == 1
