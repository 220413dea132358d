"""What both languages share."""

import pytest

from podpath.state.address import Mac
from podpath.walk.netfilter.frames.language import device_is, mac_is, mac_net
from podpath.walk.netfilter.interface import Doubt


def test_macs_are_read_as_either_program_prints_them() -> None:
    """With and without zeros, with masks, and by name."""
    assert mac_net("0:c:29:1:2:3") == (0x000C_2901_0203, (1 << 48) - 1)
    assert mac_is(Mac(0x01_00_5E_00_00_01), mac_net("Multicast")) is True
    assert mac_is(Mac(0x02_00_00_00_00_01), mac_net("02:00:00:00:00:ff/ff:ff:ff:ff:ff:00")) is True
    assert isinstance(mac_is(None, mac_net("Broadcast")), Doubt)
    for wrong in ("02:00:00:00:00", "x", "02:00:00:00:00:0g"):
        with pytest.raises(ValueError, match=r"address|invalid"):
            mac_net(wrong)


def test_without_a_device_no_name_fits() -> None:
    """Not even the one that stands for all."""
    assert device_is("eth0", "eth+") is True
    assert device_is(None, "+") is False
