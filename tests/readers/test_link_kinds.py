"""Kinds of devices with a few words each."""

import pytest

from podpath.readers.link_kinds import from_json, from_text
from podpath.state.link import Bond, Ipvlan, Macvlan, Vlan, Vrf


@pytest.mark.parametrize(
    ("kind", "text", "data", "row"),
    [
        ("vlan", "vlan protocol 802.1Q id 5 <REORDER_HDR>", {"protocol": "802.1Q", "id": 5}, Vlan("d", 5, "802.1Q")),
        ("macvlan", "macvlan mode bridge bcqueuelen 1000", {"mode": "bridge"}, Macvlan("d", "bridge")),
        ("ipvlan", "ipvlan  mode l3 private", {"mode": "l3", "private": None}, Ipvlan("d", "l3", "private")),
        (
            "bond",
            "bond mode active-backup active_slave eth0 miimon 100",
            {"mode": "active-backup", "active_slave": "eth0"},
            Bond("d", "active-backup", "eth0"),
        ),
        ("vrf", "vrf table 10", {"table": 10}, Vrf("d", 10)),
    ],
)
def test_text_and_json_say_the_same(kind: str, text: str, data: dict[str, object], row: tuple[object, ...]) -> None:
    """In the words of ``ip -d link``."""
    assert from_text("d", kind, text) == from_json("d", kind, data) == row
