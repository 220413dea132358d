"""Addresses as numbers."""

import ipaddress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from podpath.state.address import (
    Ip,
    Mac,
    family_of,
    ip_text,
    last_ip,
    link_local,
    mac_text,
    parse_ip,
    parse_mac,
    parse_prefix,
    prefix_text,
    share_network,
)


@given(st.ip_addresses())
def test_an_address_survives_the_way_there_and_back(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> None:
    """Python's own ipaddress agrees with what the number is written as."""
    mapped = getattr(address, "ipv4_mapped", None)
    assert ipaddress.ip_address(ip_text(parse_ip(str(address)))) == (mapped or address)


@given(st.ip_addresses(v=4), st.integers(0, 32))
def test_the_last_address_of_a_prefix_is_the_broadcast_address(address: ipaddress.IPv4Address, length: int) -> None:
    """Python's own ipaddress agrees on the end of an IPv4 prefix."""
    network = ipaddress.ip_network(f"{address}/{length}", strict=False)
    first = parse_ip(str(network.network_address))
    assert ip_text(last_ip(4, first, length)) == str(network.broadcast_address)


@given(st.ip_addresses(v=6), st.integers(0, 128))
def test_an_ipv6_prefix_ends_where_python_says(address: ipaddress.IPv6Address, length: int) -> None:
    """Python's own ipaddress agrees on the end of an IPv6 prefix."""
    network = ipaddress.ip_network(f"{address}/{length}", strict=False)
    end = last_ip(6, Ip(int(network.network_address)), length)
    assert end == int(network.broadcast_address)


@given(st.integers(0, 2**48 - 1))
def test_a_mac_survives_the_way_there_and_back(number: int) -> None:
    """What mac_text writes, parse_mac reads, in upper case too."""
    text = mac_text(Mac(number))
    assert parse_mac(text) == parse_mac(text.upper()) == number


@pytest.mark.parametrize("text", ["", "1.2.3", "1.2.3.4.5", "192.168.200.2o5", "10.0.0.256", "::g", "gateway", "\0", "a" * 999])
def test_what_is_no_address_is_refused(text: str) -> None:
    """The complaint quotes the text."""
    with pytest.raises(ValueError, match="is not an address"):
        parse_ip(text)


@pytest.mark.parametrize("text", ["10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/x", "::/129", "10.0.0.0/"])
def test_a_prefix_length_has_its_bounds(text: str) -> None:
    """No length outside the family's bits is taken."""
    with pytest.raises(ValueError, match="prefix length"):
        parse_prefix(text)


@pytest.mark.parametrize("text", ["", "82:ce:7c:3e:91", "82:ce:7c:3e:91:36:00", "82:ce:7c:3e:91:3g", "82ce7c3e9136"])
def test_what_is_no_mac_is_refused(text: str) -> None:
    """The complaint quotes the text."""
    with pytest.raises(ValueError, match="is not a MAC"):
        parse_mac(text)


def test_a_zone_belongs_to_the_row_and_not_to_the_address() -> None:
    """fe80::1%eth0 is the address fe80::1."""
    assert parse_ip("fe80::1%eth0") == parse_ip("fe80::1")


def test_the_families_are_told_apart_by_their_place_on_the_line() -> None:
    """An IPv4 address stands where ::ffff:0:0/96 does."""
    assert (family_of(parse_ip("0.0.0.0")), family_of(parse_ip("255.255.255.255"))) == (4, 4)  # noqa: S104 - an address to compare with
    assert (family_of(parse_ip("::")), family_of(parse_ip("fe80::1"))) == (6, 6)


def test_the_link_local_address_of_a_mac_is_the_kernels() -> None:
    """The sample's ifconfig shows this MAC with this address."""
    assert ip_text(link_local(parse_mac("82:ce:7c:3e:91:36"))) == "fe80::80ce:7cff:fe3e:9136"


def test_prefixes_are_written_as_iproute2_does() -> None:
    """A default route is `default`, a host route has no length."""
    assert prefix_text(4, parse_ip("0.0.0.0"), 0) == "default"  # noqa: S104 - an address to compare with
    assert prefix_text(4, parse_ip("10.0.0.1"), 32) == "10.0.0.1"
    assert prefix_text(6, parse_ip("fd00::"), 64) == "fd00::/64"


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ([("10.0.2.15", 24), ("10.0.0.11", 24)], [("10.0.2.15", 24), ("10.0.0.12", 24)], True),
        ([("10.0.2.15", 24), ("172.17.0.1", 16)], [("10.0.2.15", 24), ("172.17.0.1", 16)], False),
        ([("10.0.2.15", 24)], [("10.0.2.15", 24), ("10.0.2.16", 24)], False),
        ([("fe80::1", 64)], [("fe80::2", 64)], False),
        ([("10.0.0.1", 32)], [("10.0.0.1", 32)], False),
    ],
)
def test_hosts_share_a_network_in_which_each_has_an_address_of_its_own(
    one: list[tuple[str, int]], other: list[tuple[str, int]], expected: bool,  # noqa: FBT001 - a parameter of a test
) -> None:  # fmt: skip
    """One that both have tells nothing, nor does a link-local one."""
    first, second = ([(parse_ip(text), length) for text, length in addresses] for addresses in (one, other))
    assert share_network(first, second, parse_ip("10.0.2.15")) is expected
