"""Settings of each device."""

import pytest

from podpath.netlink.devconf import NAMES, settings
from podpath.state.host import Sysctl
from tests.netlink.space import Space, of_type


@pytest.mark.root
def test_settings_are_what_proc_sys_says(space: Space) -> None:
    """Every one that is told, of every device but lo, also of one with a dot in its name; each was changed before."""
    space.do("ip link add v0.5 type veth peer name v1", "ip link set v0.5 up")
    for family, names in (("ipv4", NAMES[4]), ("ipv6", NAMES[6])):
        for at, name in enumerate(names):
            number = 1400 if name == "mtu" else at % 2
            if name != "mc_forwarding":  # a multicast router's, which nobody sets by hand
                space.run("sh", "-c", f"echo {number} > /proc/sys/net/{family}/conf/v0.5/{name} || true")
    told = {row.name: row.value for row in of_type(Sysctl, space.links())}
    assert len(told) == 2 * (len(NAMES[4]) + len(NAMES[6]))
    for name, value in told.items():
        path = "/proc/sys/" + name.replace(".", "\0").replace("/", ".").replace("\0", "/")
        assert space.run("cat", path).strip() == value, name


def test_a_kernel_that_tells_less_gives_fewer_rows() -> None:
    """Older ones have shorter arrays."""
    assert settings("eth0", None, None) == []
