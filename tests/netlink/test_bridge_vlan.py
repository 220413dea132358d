"""VLANs of bridge ports."""

import pytest

from podpath.netlink import bridge_vlan
from podpath.netlink.generic import attribute, nest
from podpath.netlink.layout import NLMSG_HEADER
from podpath.netlink.route_socket import Devices
from podpath.state.link import BridgeVlan
from tests.netlink.space import Space, of_type


def info(flags: int, vlan: int) -> bytes:
    """Return a struct bridge_vlan_info (linux/if_bridge.h) as an attribute."""
    return attribute(2, flags.to_bytes(2, "little") + vlan.to_bytes(2, "little"))


def test_ranges_are_one_row() -> None:
    """As the kernel compresses them; written by the header's layout, because not every kernel filters VLANs."""
    spec = nest(26, info(0x06, 1) + info(0x08, 100) + info(0x10, 110))
    body = bytes([7, 0, 1, 0]) + (4).to_bytes(4, "little") + bytes(8) + spec
    data = NLMSG_HEADER.pack(NLMSG_HEADER.size + len(body), 16, 0, 1, 0) + body
    devices = Devices()
    devices[4] = "v0"
    rows = list(bridge_vlan.rows(iter([bridge_vlan.TABLE.layout.decode(data, 0, len(data))]), devices))
    assert rows == [BridgeVlan("v0", 1, 1, pvid=True, untagged=True), BridgeVlan("v0", 100, 110)]


@pytest.mark.root
def test_a_kernel_that_filters_agrees_with_bridge(space: Space) -> None:
    """Skipped where it does not."""
    space.do("ip link add v0 type veth peer name v1")
    space.do_or_skip("ip link add br0 type bridge vlan_filtering 1")
    space.do("ip link set v0 master br0")
    space.do_or_skip("bridge vlan add vid 100-110 dev v0")
    rows = space.table(bridge_vlan.rows, bridge_vlan.TABLE)
    assert of_type(BridgeVlan, rows) == of_type(BridgeVlan, space.read("bridge -compressvlans -j vlan show"))
