"""`arp` in the forms of net-tools, busybox and the BSDs."""

import pytest

from podpath.readers.arp import READER
from podpath.state.address import parse_ip, parse_mac
from podpath.state.evidence import Complete, covers
from podpath.state.neighbour import Neighbour
from tests.readers.helper import complaints, rows

TABLE = """\
Address                  HWtype  HWaddress           Flags Mask            Iface
10.9.0.2                 ether   3a:d5:dd:70:7c:ee   C                     v0
10.42.1.0                ether   82:ce:7c:3e:91:36   CM                    flannel.1
10.9.0.55                        (incomplete)                              v0
10.9.0.88                *       <from_interface>    MP                    v0
Entries: 4\tSkipped: 0\tFound: 4
"""
BSD = """\
? (10.9.0.2) at 3a:d5:dd:70:7c:ee [ether] on v0
? (10.42.1.0) at 82:ce:7c:3e:91:36 [ether] PERM on flannel.1
gw.example (10.9.0.55) at <incomplete> on v0
? (10.9.0.88) at <from_interface> PERM PUB on v0
"""
BUSYBOX = """\
? (10.9.0.2) at 3a:d5:dd:70:7c:ee [ether]  on v0
? (10.42.1.0) at 82:ce:7c:3e:91:36 [ether] PERM on flannel.1
? (10.9.0.55) at <incomplete>  on v0
? (10.9.0.88) at * PERM PUP on v0
"""
EXPECTED = [
    Neighbour("v0", 4, parse_ip("10.9.0.2"), parse_mac("3a:d5:dd:70:7c:ee")),
    Neighbour("flannel.1", 4, parse_ip("10.42.1.0"), parse_mac("82:ce:7c:3e:91:36"), "PERMANENT"),
    Neighbour("v0", 4, parse_ip("10.9.0.55"), None, "INCOMPLETE"),
    Neighbour("v0", 4, parse_ip("10.9.0.88"), None, None, "proxy"),
]


@pytest.mark.parametrize("text", [TABLE, BSD, BUSYBOX])
def test_forms(text: str) -> None:
    """The three forms of one table give the same rows."""
    assert rows(READER, "arp -n", text) == EXPECTED


def test_nothing() -> None:
    """That there is no entry is said in a line, which is no complaint."""
    text = "10.9.0.99 (10.9.0.99) -- no entry\narp: in 5 entries no match found.\nNo match found in 5 entries\n"
    assert rows(READER, "arp -n 10.9.0.99", text) == []


def test_names_and_damage() -> None:
    """A name where an address should be asks for `-n`; a damaged address is quoted."""
    text = (
        "_gateway                 ether   00:50:56:f1:3e:9b   C                     ens33\n"
        "10.9.0.2o5               ether   3a:d5:dd:70:7c:ee   C                     v0\n"
    )
    assert complaints(READER, "arp", text) == [
        (0, 'this looks like `arp` output but "_gateway" is a name: `arp -n` prints addresses'),
        (1, 'this looks like `arp` output but "10.9.0.2o5" is not an address'),
    ]


def test_coverage() -> None:
    """Names may hide addresses; a device or an address narrows what is shown."""
    assert READER.accepts(["arp", "-n"]) == (covers(Neighbour, 4),)
    assert READER.accepts(["arp"]) == (covers(Neighbour, 4, complete=Complete.ASSUMED),)
    assert READER.accepts(["arp", "-ni", "v0"]) == (covers(Neighbour, 4, "v0"),)
    assert READER.accepts(["arp", "-n", "10.9.0.2"]) == (covers(Neighbour, 4, complete=Complete.NO),)


@pytest.mark.parametrize("line", ["arp table of node 2", "arp table", "arp -d 10.0.0.1", "arp -s 10.0.0.1 aa:bb:cc:dd:ee:ff"])
def test_not_a_command(line: str) -> None:
    """Prose and changes are not accepted."""
    assert READER.accepts(line.split()) is None
