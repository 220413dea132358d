"""``bridge fdb``."""

import pytest

from podpath.readers.bridge_fdb import READER
from podpath.state.address import parse_ip, parse_mac
from podpath.state.fdb import FdbEntry
from tests.readers.helper import complaints, rows

MAC = parse_mac("82:ce:7c:3e:91:36")


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("82:ce:7c:3e:91:36 dev flannel.1 dst 192.168.200.206 self permanent",
         FdbEntry("flannel.1", MAC, parse_ip("192.168.200.206"), state="permanent", flags="self")),
        ("82:ce:7c:3e:91:36 dev veth0 vlan 1 master docker0 permanent",
         FdbEntry("veth0", MAC, vlan=1, master="docker0", state="permanent")),
        ("82:ce:7c:3e:91:36 dev veth0 master br0 used 3/120", FdbEntry("veth0", MAC, master="br0")),
        ("82:ce:7c:3e:91:36 dev vx dst fd00::2 port 4789 vni 7 via eth0 self extern_learn",
         FdbEntry("vx", MAC, parse_ip("fd00::2"), flags="self,extern_learn", vni=7, port=4789, via="eth0")),
        ("33:33:00:00:00:01 dev br0 self permanent",
         FdbEntry("br0", parse_mac("33:33:00:00:00:01"), state="permanent", flags="self")),
    ],
)  # fmt: skip
def test_a_line_is_read(line: str, expected: FdbEntry) -> None:
    """Entries of bridges and of VXLAN devices."""
    assert rows(READER, "bridge fdb", line) == [expected]


def test_a_bare_name_is_a_device() -> None:
    """`bridge fdb show flannel.1` shows that device only, and may leave its name out."""
    coverage = READER.accepts(["bridge", "fdb", "show", "flannel.1"])
    assert coverage is not None
    assert coverage[0].dev == "flannel.1"
    found = rows(READER, "bridge fdb show flannel.1", "82:ce:7c:3e:91:36 dst 192.168.200.206 self permanent")
    assert [row.dev for row in found if isinstance(row, FdbEntry)] == ["flannel.1"]


def test_a_bad_address_is_quoted() -> None:
    """The complaint says which word is wrong."""
    line = "82:ce:7c:3e:91:36 dev flannel.1 dst 192.168.200.2o5 self permanent"
    assert complaints(READER, "bridge fdb", line) == [
        (0, 'this looks like `bridge fdb` output but "192.168.200.2o5" is not an address')
    ]
