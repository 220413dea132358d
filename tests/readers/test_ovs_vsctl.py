"""Bridges of Open vSwitch as ``ovs-vsctl show`` prints them."""

import pytest

from podpath.readers.ovs_vsctl import READER
from podpath.state.evidence import Complete
from podpath.state.link import Link
from tests.readers.helper import rows

SHOWN = """\
89b98c15-7996-41e8-9099-e33f8e11d986
    Bridge br-int
        Controller "tcp:127.0.0.1:6653"
        fail_mode: secure
        Port vx0
            Interface vx0
                type: vxlan
                options: {key=flow, remote_ip="192.0.2.12"}
        Port bond0
            Interface eth2
            Interface eth1
        Port patch-int
            Interface patch-int
                type: patch
                options: {peer=patch-tun}
        Port br-int
            Interface br-int
                type: internal
        Port veth1a
            tag: 5
            Interface veth1a
    Bridge br-ex
        Port br-ex
            Interface br-ex
                type: internal
    ovs_version: "3.1.0"
"""
"""What ovs-vsctl 3.1.0 printed."""


def test_ports_are_devices_below_the_datapath() -> None:
    """Tunnels and patch ports are none."""
    assert rows(READER, "ovs-vsctl show", SHOWN) == [
        Link("eth2", master="ovs-system"),
        Link("eth1", master="ovs-system"),
        Link("br-int", kind="openvswitch"),
        Link("veth1a", master="ovs-system"),
        Link("br-ex", kind="openvswitch"),
    ]


@pytest.mark.parametrize(
    ("line", "added"),
    [
        ("        fail_mode: secure", "        datapath_type: netdev"),
        ("            Interface veth1a", '                error: "could not open network device veth1a (No such device)"'),
        ("            tag: 5", ""),
    ],
)
def test_a_port_that_is_no_device_is_left_out(line: str, added: str) -> None:
    """Those of a datapath that is a process, and those that the switch could not open."""
    text = SHOWN.replace(line, f"{line}\n{added}") if added else SHOWN.replace("veth1a", "a-name-of-sixteen")
    assert Link("veth1a", master="ovs-system") not in rows(READER, "ovs-vsctl show", text)


def test_the_list_is_not_the_kernels() -> None:
    """Most devices are no ports of it; other commands print other things."""
    (coverage,) = READER.accepts(["ovs-vsctl", "show"]) or ()
    assert coverage.complete is Complete.NO
    assert READER.accepts(["ovs-vsctl", "list", "bridge"]) is None
