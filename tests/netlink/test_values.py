"""Bytes to values."""

import sys
from ipaddress import IPv4Address, IPv6Address

from hypothesis import given
from hypothesis import strategies as st

from podpath.netlink import values
from podpath.state.address import ip_text, mac_text


@given(st.one_of(st.ip_addresses(v=4), st.ip_addresses(v=6)))
def test_addresses_are_read(address: IPv4Address | IPv6Address) -> None:
    """Of either family, on one number line; an IPv4 address in IPv6's clothes is that IPv4 address."""
    found = values.ip(address.packed)
    assert found is not None
    plain = address.ipv4_mapped or address if isinstance(address, IPv6Address) else address
    assert ip_text(found) == str(plain)


def test_what_is_not_there_is_none() -> None:
    """Or has another length than an address has."""
    assert values.ip(None) is None
    assert values.ip(b"abc") is None
    assert values.mac(b"\x0a\0\0\1") is None
    assert values.some_ip(bytes(4)) is None
    assert (values.text(None), values.number(None), values.big(None), values.flag(None)) == (None, None, None, None)


def test_numbers_have_their_byte_order() -> None:
    """The machine's, or the network's."""
    assert values.big(b"\x12\x34") == 0x1234
    assert values.number((77).to_bytes(4, sys.byteorder)) == 77
    assert values.text(b"eth0\0rest") == "eth0"
    mac = values.mac(b"\x02\0\0\0\0\x09")
    assert mac is not None
    assert mac_text(mac) == "02:00:00:00:00:09"
    assert (values.flag(b"\0"), values.flag(b"\1")) == (False, True)
