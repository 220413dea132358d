"""What travels."""

import pytest

from podpath.state.address import parse_ip
from podpath.walk.packet import Packet


@pytest.mark.parametrize(("address", "family", "proto"), [("10.0.0.1", 4, "icmp"), ("fd00::1", 6, "icmpv6")])
def test_a_packet_is_of_the_family_of_its_destination(address: str, family: int, proto: str) -> None:
    """The destination says which family a packet is of, and which ICMP answers it."""
    packet = Packet(parse_ip(address), parse_ip(address), "tcp")
    assert (packet.family, packet.icmp_proto) == (family, proto)
