"""``bridge vlan``."""

from podpath.readers.bridge_vlan import READER
from podpath.state.link import BridgeVlan
from tests.readers.helper import json_rows, rows

NEW = "port              vlan-id  \nv0                1 PVID Egress Untagged\n                  100-110\nbr0               1\n"
OLD = "port\tvlan ids\nv0\t 1 PVID Egress Untagged\n\t 100\n\nbr0\tNone\n"


def test_both_layouts_are_read() -> None:
    """A port's name stands only in its first line."""
    first = BridgeVlan("v0", 1, 1, pvid=True, untagged=True)
    assert rows(READER, "bridge vlan", NEW) == [first, BridgeVlan("v0", 100, 110), BridgeVlan("br0", 1, 1)]
    assert rows(READER, "bridge vlan", OLD) == [first, BridgeVlan("v0", 100, 100)]


def test_json_is_read_alike() -> None:
    """Ranges have their end."""
    document = [{"ifname": "v0", "vlans": [{"vlan": 1, "flags": ["PVID", "Egress Untagged"]}, {"vlan": 100, "vlanEnd": 110}]}]
    assert json_rows(READER, document) == [BridgeVlan("v0", 1, 1, pvid=True, untagged=True), BridgeVlan("v0", 100, 110)]


def test_a_kernel_without_vlan_filtering_has_no_vlans() -> None:
    """It refuses the dump, and that is an answer."""
    assert (
        rows(
            READER,
            "bridge vlan",
            "port              vlan-id  \nRTNETLINK answers: Operation not supported\nDump terminated",
        )
        == []
    )
