"""Values of options."""

import pytest

from podpath.state.address import parse_ip
from podpath.walk.netfilter.xtables.kinds import MARK, PORTS, device_matches, in_net, number, ranged, read_net, show_net


@pytest.mark.parametrize(("text", "value"), [("10", 10), ("0x10", 16), ("010", 8), ("0", 0)])
def test_numbers_are_read_as_strtoul_reads_them(text: str, value: int) -> None:
    """strtoul(3): 0x is hexadecimal, a leading 0 octal."""
    assert number(text) == value


@pytest.mark.parametrize(
    ("text", "shown"),
    [("10.1.2.3/8", "10.0.0.0/8"), ("10.0.0.1/255.0.255.0", "10.0.0.0/255.0.255.0"), ("fd00::1", "fd00::1/128")],
)
def test_a_mask_may_have_holes(text: str, shown: str) -> None:
    """A prefix is printed as one, any other mask in full."""
    assert show_net(read_net(text)) == shown


def test_a_mask_with_holes_compares_only_its_bits() -> None:
    """10.x.0.x for any x."""
    net = read_net("10.0.0.1/255.0.255.0")
    assert in_net(parse_ip("10.77.0.9"), net)
    assert not in_net(parse_ip("10.0.1.1"), net)
    assert not in_net(parse_ip("fd00::1"), net)


def test_open_ranges_are_closed() -> None:
    """A range without an end goes to the last number."""
    assert PORTS.read("1000:") == (1000, 65535)
    assert ranged(9).read(":5") == (0, 5)
    assert MARK.show(MARK.read("1/0xf")) == "0x1/0xf"


def test_a_plus_at_the_end_is_any_ending() -> None:
    """A device that is not there has no name (nulldevname in ip_packet_match)."""
    assert device_matches("eth0", "eth+")
    assert device_matches(None, "+")
    assert not device_matches(None, "eth0")
    assert not device_matches("eth", "eth0")
