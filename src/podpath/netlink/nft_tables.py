"""Which nftables tables a namespace has: NFT_MSG_GETTABLE (linux/netfilter/nf_tables.h). nft(8) reads their contents."""

from collections.abc import Iterator
from typing import Any, Final, NamedTuple

from podpath.netlink.layout import Field, Message
from podpath.netlink.route_socket import Table
from podpath.netlink.values import big, text

NETLINK_NETFILTER: Final = 12
_NFNL_SUBSYS_NFTABLES: Final = 10
_NFT_MSG_GETTABLE: Final = 1

TABLE: Final = Table(_NFNL_SUBSYS_NFTABLES << 8 | _NFT_MSG_GETTABLE, bytes(4), Message("BB2s", Field(1), Field(3)))
_FAMILIES: Final = {1: "inet", 2: "ip", 3: "arp", 5: "netdev", 7: "bridge", 10: "ip6"}


class NftTable(NamedTuple):
    """A table.

    Attributes:
        family: inet, ip, ip6, arp, bridge or netdev.
        name: its name.
        chains: chains, sets and other objects in it.
    """

    family: str
    name: str
    chains: int


def rows(messages: Iterator[tuple[Any, ...]]) -> Iterator[NftTable]:
    """Yield each table."""
    for family, _, _, name, use in messages:
        yield NftTable(_FAMILIES.get(family, str(family)), text(name) or "", big(use) or 0)
