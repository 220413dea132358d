"""Flows."""

from podpath.probe.flow import Flow


def test_the_protocol_has_a_number_in_each_family() -> None:
    """ICMP has two."""
    assert [Flow(proto="icmp", mark=b"123456").number(family) for family in (4, 6)] == [1, 58]
    assert [Flow(proto="tcp").number(family) for family in (4, 6)] == [6, 6]
    assert [Flow(proto="udp", mark=b"123456").number(family) for family in (4, 6)] == [17, 17]


def test_packets_are_numbered() -> None:
    """In two bytes behind the mark, and by 256 sequence numbers each, over the end of 32 bits."""
    assert Flow(proto="udp", mark=b"podpth").data(258) == b"podpth\1\2"
    assert Flow(proto="tcp", sequence=0xFFFFFF80).first(1) == 0x80
