"""Generic netlink."""

import pytest

from podpath.netlink.generic import NETLINK_GENERIC, attribute, family_id, nest
from podpath.netlink.sock import Netlink, NetlinkError


def test_a_family_has_a_number() -> None:
    """And one that is not there is an error."""
    with Netlink(NETLINK_GENERIC) as socket:
        assert family_id(socket, "nlctrl") == 0x10
        with pytest.raises(NetlinkError):
            family_id(socket, "no-such-family")


def test_attributes_are_padded() -> None:
    """To four bytes; the length does not count the padding."""
    assert attribute(1, b"abc") == b"\x07\0\x01\0abc\0"
    assert nest(1, b"") == b"\x04\0\x01\x80"
