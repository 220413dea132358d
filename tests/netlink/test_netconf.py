"""Settings of all devices together."""

import pytest

from podpath.netlink import netconf
from tests.netlink.space import Space

pytestmark = pytest.mark.root


def test_settings_are_what_proc_sys_says(space: Space) -> None:
    """Those of ``all``, after they were changed, and those that new devices get."""
    space.do(
        "sysctl -qw net.ipv4.ip_forward=1",
        "sysctl -qw net.ipv4.conf.all.rp_filter=2",
        "sysctl -qw net.ipv6.conf.all.forwarding=1",
        "sysctl -qw net.ipv4.conf.default.rp_filter=2",
    )
    with space.socket() as socket:
        told = {row.name: row.value for row in netconf.rows(socket)}
    assert told["net.ipv4.ip_forward"] == "1"
    assert told["net.ipv4.conf.default.rp_filter"] == "2"
    assert len(told) >= 10
    for name, value in told.items():
        assert space.do(f"sysctl -n {name}").strip() == value, name
