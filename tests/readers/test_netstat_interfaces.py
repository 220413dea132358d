"""`netstat -i` and `ifconfig -s`."""

from podpath.readers.netstat_interfaces import READER
from podpath.state.evidence import Complete, covers
from podpath.state.link import Link, LinkCounters
from tests.readers.helper import complaints, rows

TEXT = """\
Kernel Interface table
Iface             MTU    RX-OK RX-ERR RX-DRP RX-OVR    TX-OK TX-ERR TX-DRP TX-OVR Flg
flannel.1        1450        7      1      2 3             4      5      6      7 BMRU
v0:1             1500      - no statistics available -                        BMRU
vc               1500        0      0      0 0             0      0      0      0 BM
"""


def test_table() -> None:
    """A row is a link and its counters; an alias is none."""
    assert rows(READER, "netstat -i", TEXT) == [
        Link("flannel.1", mtu=1450, up=True, carrier=True),
        LinkCounters("flannel.1", 7, None, 1, 2, tx_packets=4, tx_errors=5, tx_dropped=6),
        Link("vc", mtu=1500, up=False, carrier=False),
        LinkCounters("vc", 0, None, 0, 0, tx_packets=0, tx_errors=0, tx_dropped=0),
    ]


def test_old_table_cuts_names() -> None:
    """net-tools 1.60 prints a metric and cuts names at five characters."""
    header = "Iface   MTU Met   RX-OK RX-ERR RX-DRP RX-OVR    TX-OK TX-ERR TX-DRP TX-OVR Flg\n"
    text = header + "eth0   1500   0    10      0      0      0       20      0      0      0 BMRU\n"
    assert [row.name for row in rows(READER, "netstat -i", text) if isinstance(row, Link)] == ["eth0"]
    cut = text.replace("eth0 ", "vethd")
    assert complaints(READER, "netstat -i", cut) == [
        (1, 'this looks like `netstat -i` output but the name "vethd" may be cut off')
    ]


def test_coverage() -> None:
    """Devices that are down are shown only with `-a`."""
    assert READER.accepts(["netstat", "-ia"]) == (covers(Link), covers(LinkCounters))
    assert {c.complete for c in READER.accepts(["netstat", "-i"]) or ()} == {Complete.NO}
    assert READER.accepts(["ifconfig", "-s", "eth0"]) == (
        covers(Link, dev="eth0"), covers(LinkCounters, dev="eth0"),
    )  # fmt: skip
    assert READER.accepts(["netstat", "-rn"]) is None
    assert READER.accepts(["netstat", "-i", "shows"]) is None


def test_a_metric_and_wider_names() -> None:
    """The heading says how wide a name is; a port of a bond has a small letter among its flags."""
    header = "Iface       MTU Met    RX-OK RX-ERR RX-DRP RX-OVR    TX-OK TX-ERR TX-DRP TX-OVR Flg\n"
    text = header + "bond0      1500   0   845265      0      0      0     1753      0      0      0 BMmRU\n"
    assert [row.name for row in rows(READER, "netstat -i", text) if isinstance(row, Link)] == ["bond0"]
    assert len(complaints(READER, "netstat -i", text.replace("bond0    ", "longnames"))) == 1
