"""Headers of packets."""

import socket
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from podpath.probe.headers import layers
from podpath.state.drop import Layer
from tests.probe.packets import each, ip, udp, wrapped

LOOPBACK = {4: "127.0.0.1", 6: "::1"}
CARRIERS = {
    "vxlan": ("udp", 4789, "VXLAN 1"),
    "geneve": ("udp", 6081, "Geneve 1"),
    "ipip": ("ipip", None, "IP in IP"),
    "gre": ("gre", None, "GRE"),
    "gretap with a key": ("gre", None, "GRE"),
}


@pytest.mark.parametrize(("how", "outside", "inside"), list(each()))
def test_each_header_is_read_from_the_outside_in(how: str, outside: int, inside: int) -> None:
    """What carries the next one is named."""
    packet = wrapped(how, outside, ip(inside, 17, udp(1, 53, b"")))
    inner = Layer(LOOPBACK[inside], LOOPBACK[inside], "udp", 1, 53)
    found = layers(0x0800 if outside == 4 else 0x86DD, packet)
    if how == "plain":
        assert found == (inner,)
        return
    icmp = "icmp" if outside == 4 else "icmpv6"
    proto, port, carrier = CARRIERS.get(how, (icmp, None, "ICMP error"))
    outer = Layer(LOOPBACK[outside], LOOPBACK[outside], proto, 5000 if port else None, port, carrier)
    assert found == (outer, inner)


def test_arp_says_who_asks_for_what() -> None:
    """Of Ethernet and IPv4; others are not known."""
    packet = struct.pack(
        "!HHBBH6s4s6s4s", 1, 0x0800, 6, 4, 1, b"m" * 6, socket.inet_aton("10.0.0.1"), b"", socket.inet_aton("10.0.0.2")
    )
    assert layers(0x0806, packet) == (Layer("10.0.0.1", "10.0.0.2", "arp"),)
    assert layers(0x0806, b"\0\x06" + packet[2:]) == ()


def test_extension_headers_are_passed_over() -> None:
    """The hop-by-hop header of multicast listener reports; of a later fragment no ports are read."""
    hop_by_hop = ip(6, 0, bytes((58, 0, 5, 2, 0, 0, 1, 0)) + b"\x8f\0\0\0")
    assert layers(0x86DD, hop_by_hop) == (Layer("::1", "::1", "icmpv6"),)
    assert layers(0x86DD, ip(6, 44, bytes((17, 0, 0, 8)) + bytes(4) + b"data")) == (Layer("::1", "::1", "udp"),)
    assert layers(0x0800, ip(4, 17, b"data", fragment=1)) == (Layer("127.0.0.1", "127.0.0.1", "udp"),)


@given(st.sampled_from((0x0800, 0x86DD, 0x0806, 0x88CC, 0)), st.binary(max_size=128))
def test_whatever_a_packet_holds_is_read_or_left(ethertype: int, packet: bytes) -> None:
    """Nothing is raised, and no more layers are found than fit."""
    assert len(layers(ethertype, packet)) <= 4
