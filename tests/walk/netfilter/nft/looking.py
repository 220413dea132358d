"""A packet for rules of nftables to look at."""

import itertools
from typing import cast

from podpath.state.address import Ip, family_of, parse_ip
from podpath.walk.netfilter.connection import Track
from podpath.walk.netfilter.interface import AddressType, Context, Fib, Hook
from podpath.walk.netfilter.ipsets import IpSets
from podpath.walk.netfilter.nft.expressions import Asking
from podpath.walk.netfilter.nft.sets import Elements
from podpath.walk.netfilter.sight import Sight
from podpath.walk.packet import Packet

SYN = Packet(parse_ip("10.0.0.1"), parse_ip("10.0.0.2"), "tcp", 1000, 80, flags=frozenset(("SYN",)))


class Routes:
    """Everything is a neighbour, and 10.0.0.2 is ours."""

    def address_type(self, address: Ip, dev: str | None) -> AddressType:
        """Type of an address."""
        del dev
        return AddressType.LOCAL if address == SYN.dst else AddressType.UNICAST

    def oif(self, source: Ip, target: Ip, **asked: object) -> str:
        """Device of the route to a target."""
        del source, target, asked
        return "eth0"

    def first_address(self, dev: str, family: int) -> Ip:
        """Address of a device."""
        del dev
        return SYN.dst if family == 4 else parse_ip("fd00::2")

    def masquerade_source(self, dev: str, target: Ip) -> Ip:
        """Address of a device that goes with a target."""
        return self.first_address(dev, family_of(target))


def asking(packet: Packet = SYN, track: Track | None = None, sets: dict[str, Elements] | None = None) -> Asking:
    """Look at a packet in PREROUTING."""
    context = Context(fib=cast("Fib", Routes()), iif="eth0")
    return Asking(Sight(packet, track, context, Hook.PREROUTING, IpSets()), sets or {}, itertools.count().__next__, "inet")
