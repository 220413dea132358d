"""`ifconfig` in the forms of net-tools 2, net-tools 1, busybox and the BSDs."""

import pytest

from podpath.readers.ifconfig import READER
from podpath.readers.interface import Bad
from podpath.state.address import parse_ip, parse_mac
from podpath.state.evidence import Complete, covers
from podpath.state.link import Address, Link, LinkCounters
from tests.readers.helper import complaints, read, rows

NEW = """\
br0: flags=4163<UP,BROADCAST,RUNNING,MULTICAST>  mtu 1500
        inet 10.8.0.1  netmask 255.255.0.0  broadcast 0.0.0.0
        inet6 fe80::e47f:b4ff:fea0:25c6  prefixlen 64  scopeid 0x20<link>
        ether 46:f8:9f:53:dd:e2  txqueuelen 1000  (Ethernet)
        RX packets 3  bytes 224 (224.0 B)
        RX errors 0  dropped 1  overruns 0  frame 0
        TX packets 6  bytes 524 (524.0 B)
        TX errors 2  dropped 8 overruns 0  carrier 4  collisions 5

tun0: flags=4241<UP,POINTOPOINT,NOARP,MULTICAST>  mtu 1400
        inet 10.5.0.1  netmask 255.255.255.255  destination 10.5.0.2
        unspec 00-00-00-00-00-00-00-00-00-00-00-00-00-00-00-00  txqueuelen 500  (UNSPEC)
        RX packets 0  bytes 0 (0.0 B)

v0:1: flags=4163<UP,BROADCAST,RUNNING,MULTICAST>  mtu 1500
        inet 10.9.0.9  netmask 255.255.255.0  broadcast 0.0.0.0
        ether d2:08:da:8c:07:9e  txqueuelen 1000  (Ethernet)
"""
OLD = """\
eth0      Link encap:Ethernet  HWaddr 02:42:AC:11:00:02  \n\
          inet addr:172.17.0.2  Bcast:172.17.255.255  Mask:255.255.0.0
          inet6 addr: fd00:9::1/64 Scope:Global
          UP BROADCAST RUNNING MULTICAST  MTU:1500  Metric:1
          RX packets:9 errors:0 dropped:0 overruns:0 frame:0
          TX packets:2 errors:0 dropped:0 overruns:0 carrier:0
          collisions:0 txqueuelen:0 \n\
          RX bytes:788 (788.0 B)  TX bytes:125 (125.0 B)
          Interrupt:19 Base address:0x2000 \n\

ppp0      Link encap:Point-to-Point Protocol
          inet addr:10.0.0.1  P-t-P:10.0.0.2  Mask:255.255.255.255
          POINTOPOINT NOARP MULTICAST  MTU:1492  Metric:1
ib0       Link encap:UNSPEC  HWaddr 80-00-04-04-FE-80-00-00-00-00-00-00-00-00-00-00
          [NO FLAGS]  MTU:65520  Metric:1
"""


def test_new_form() -> None:
    """A device of net-tools 2 is a link, its addresses and its counters, each at its own line."""
    flags = "UP,BROADCAST,RUNNING,MULTICAST"
    assert read(READER, "ifconfig", NEW)[:4] == [
        (0, Link("br0", mac=parse_mac("46:f8:9f:53:dd:e2"), mtu=1500, up=True, carrier=True, flags=flags)),
        (4, LinkCounters("br0", 3, 224, 0, 1, tx_packets=6, tx_bytes=524, tx_errors=2, tx_dropped=8, tx_carrier=4,
                         collisions=5)),
        (1, Address("br0", 4, parse_ip("10.8.0.1"), 16)),
        (2, Address("br0", 6, parse_ip("fe80::e47f:b4ff:fea0:25c6"), 64, "link")),
    ]  # fmt: skip


def test_point_to_point_and_alias() -> None:
    """A point-to-point device has a peer and no MAC; an alias is an address with a label, not a device."""
    assert rows(READER, "ifconfig", NEW)[4:] == [
        Link("tun0", mtu=1400, up=True, carrier=False, flags="UP,POINTOPOINT,NOARP,MULTICAST"),
        LinkCounters("tun0", 0, 0),
        Address("tun0", 4, parse_ip("10.5.0.1"), 32, peer=parse_ip("10.5.0.2")),
        Address("v0", 4, parse_ip("10.9.0.9"), 24, label="v0:1"),
    ]


def test_old_form() -> None:
    """net-tools 1 and busybox say the same in other words."""
    assert rows(READER, "ifconfig -a", OLD) == [
        Link("eth0", mac=parse_mac("02:42:ac:11:00:02"), mtu=1500, up=True, carrier=True,
             flags="UP,BROADCAST,RUNNING,MULTICAST"),
        LinkCounters("eth0", 9, 788, 0, 0, tx_packets=2, tx_bytes=125, tx_errors=0, tx_dropped=0, tx_carrier=0,
                     collisions=0),
        Address("eth0", 4, parse_ip("172.17.0.2"), 16),
        Address("eth0", 6, parse_ip("fd00:9::1"), 64, "global"),
        Link("ppp0", mtu=1492, up=False, carrier=False, flags="POINTOPOINT,NOARP,MULTICAST"),
        Address("ppp0", 4, parse_ip("10.0.0.1"), 32, peer=parse_ip("10.0.0.2")),
        Link("ib0", mtu=65520, up=False, carrier=False, flags=""),
    ]  # fmt: skip


def test_bsd_form() -> None:
    """The BSDs print masks in hexadecimal and zones behind addresses."""
    text = (
        "en0: flags=8863<UP,BROADCAST,SMART,RUNNING,SIMPLEX,MULTICAST> mtu 1500\n"
        "\toptions=6463<RXCSUM,TXCSUM,TSO4>\n\tether 3c:06:30:00:00:01\n"
        "\tinet6 fe80::1%en0 prefixlen 64 secured scopeid 0xe\n"
        "\tinet 192.168.1.7 netmask 0xffffff00 broadcast 192.168.1.255\n\tmedia: autoselect\n\tstatus: active\n"
    )
    found = rows(READER, "ifconfig", text)
    assert found[1:] == [
        Address("en0", 6, parse_ip("fe80::1"), 64),
        Address("en0", 4, parse_ip("192.168.1.7"), 24),
    ]
    assert isinstance(found[0], Link)
    assert found[0].mac == parse_mac("3c:06:30:00:00:01")


def test_cut_name() -> None:
    """net-tools 1.60 cuts names at nine characters; the command line has the whole one."""
    text = "vethd030a Link encap:Ethernet  HWaddr 8E:6C:C9:FB:56:AA\n          UP  MTU:1500  Metric:1\n"
    assert [row.name for row in rows(READER, "ifconfig vethd030a3f", text) if isinstance(row, Link)] == ["vethd030a3f"]


def test_missing_device() -> None:
    """A device that does not exist is proof, not a complaint."""
    assert rows(READER, "ifconfig x", "flannel.1: error fetching interface information: Device not found\n") == []


def test_damage() -> None:
    """A damaged word is quoted, and the rest of the device is read."""
    damaged = NEW.replace("10.8.0.1", "10.8.0.l").replace("255.255.255.0", "255.0.255.0")
    assert complaints(READER, "ifconfig", damaged) == [
        (1, 'this looks like `ifconfig` output but "10.8.0.l" is not an address'),
        (15, 'this looks like `ifconfig` output but "255.0.255.0" is not a netmask'),
    ]
    assert len(rows(READER, "ifconfig", damaged)) == 8


def test_coverage() -> None:
    """Only `-a` shows all devices; IPv4 addresses without a label are never shown."""
    assert READER.accepts(["ifconfig", "flannel.1"]) == (
        covers(Link, dev="flannel.1"),
        covers(LinkCounters, dev="flannel.1"),
        covers(Address, 4, "flannel.1", complete=Complete.ASSUMED),
        covers(Address, 6, "flannel.1"),
    )
    assert {c.complete for c in READER.accepts(["ifconfig"]) or ()} == {Complete.NO}
    assert (READER.accepts(["ifconfig", "-a"]) or ())[0] == covers(Link)
    assert READER.accepts(["ifconfig", "eth0:1"]) == ()


@pytest.mark.parametrize("line", ["ifconfig is deprecated", "ifconfig eth0 up", "ifconfig -z", "ifconfig eth0 10.0.0.1"])
def test_not_a_command(line: str) -> None:
    """Prose and commands that set something are not accepted."""
    assert READER.accepts(line.split()) is None


def test_a_device_whose_first_line_is_missing_is_not_the_one_before() -> None:
    """What follows the counters is another one's."""
    lines = [
        "eth0: flags=4163<UP,BROADCAST,RUNNING,MULTICAST>  mtu 1500",
        "        inet 192.0.2.1  netmask 255.255.255.0  broadcast 192.0.2.255",
        "        ether 02:00:5e:00:53:01  txqueuelen 1000  (Ethernet)",
        "        RX packets 12  bytes 1020 (1020.0 B)",
        "        inet 10.244.1.0  netmask 255.255.255.255  broadcast 0.0.0.0",
        "        ether 02:00:5e:00:53:91  txqueuelen 0  (Ethernet)",
    ]
    assert READER.read is not None
    found = list(READER.read(["ifconfig", "-a"], lines))
    assert [at for at, row in found if isinstance(row, Bad)] == [4, 5]
    assert [row.mac for _, row in found if isinstance(row, Link)] == [parse_mac("02:00:5e:00:53:01")]
