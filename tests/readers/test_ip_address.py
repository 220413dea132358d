"""``ip address``."""

from podpath.readers.interface import Bad
from podpath.readers.ip_address import READER, read
from podpath.readers.section import Section
from podpath.readers.transcript import Transcript
from podpath.readers.whereabouts import NodeRef
from podpath.state.address import ip_text, parse_ip
from podpath.state.evidence import Complete
from podpath.state.link import Address, Link
from tests.readers.helper import complaints, rows

TEXT = """\
2: eth0: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc fq_codel state UP group default qlen 1000
    link/ether 52:54:00:12:34:56 brd ff:ff:ff:ff:ff:ff
    altname enp1s0
    inet 192.168.200.204/24 brd 192.168.200.255 scope global dynamic noprefixroute eth0
       valid_lft 3600sec preferred_lft 3600sec
    inet 10.9.0.1/24 scope global secondary eth0:1
       valid_lft forever preferred_lft forever
    inet6 fe80::5054:ff:fe12:3456/64 scope link tentative dadfailed
       valid_lft forever preferred_lft forever
"""


def addresses(command: str, text: str) -> list[Address]:
    """Return the addresses alone."""
    return [row for row in rows(READER, command, text) if isinstance(row, Address)]


def test_addresses_are_read_with_scope_flags_and_label() -> None:
    """Both families, and a label where it differs from the name."""
    assert addresses("ip a", TEXT) == [
        Address("eth0", 4, parse_ip("192.168.200.204"), 24, "global", "dynamic,noprefixroute"),
        Address("eth0", 4, parse_ip("10.9.0.1"), 24, "global", "secondary", "eth0:1"),
        Address("eth0", 6, parse_ip("fe80::5054:ff:fe12:3456"), 64, "link", "tentative,dadfailed"),
    ]


def test_the_one_line_form_is_read() -> None:
    """`ip -o a` prints a line for each address."""
    text = "2: eth0    inet 10.0.0.1 peer 10.0.0.2/32 scope global eth0\\       valid_lft forever preferred_lft forever"
    assert addresses("ip -o a", text) == [Address("eth0", 4, parse_ip("10.0.0.1"), 32, "global", peer=parse_ip("10.0.0.2"))]


def test_the_brief_form_is_read() -> None:
    """`ip -br a` prints a line for each device."""
    text = "lo               UNKNOWN        127.0.0.1/8 ::1/128 \nv0@if5           LOWERLAYERDOWN "
    assert [a.address for a in addresses("ip -br a", text)] == [parse_ip("127.0.0.1"), parse_ip("::1")]
    links = [row for row in rows(READER, "ip -br a", text) if isinstance(row, Link)]
    assert [(link.name, link.operstate) for link in links] == [("lo", "UNKNOWN"), ("v0", "LOWERLAYERDOWN")]


def test_a_bad_address_is_quoted() -> None:
    """The line's number is the address's own, not the device's."""
    assert complaints(READER, "ip a", TEXT.replace("10.9.0.1/24", "10.9.0.l/24")) == [
        (5, 'this looks like `ip address` output but "10.9.0.l" is not an address')
    ]


def test_a_family_hides_devices_without_an_address_of_it() -> None:
    """`ip -4 a` does not show every device, but all IPv4 addresses."""
    coverage = READER.accepts(["ip", "-4", "a"])
    assert coverage is not None
    assert {(item.table, item.family, item.complete) for item in coverage} == {
        ("address", 4, Complete.YES), ("link", None, Complete.NO),
    }  # fmt: skip


def test_older_iproute2_is_known_without_its_command_line() -> None:
    """It prints a kind alone, or two blanks behind it: the addresses below are not lost."""
    text = """3: mv0@eth0: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc noqueue state UP group default
    link/ether 52:54:00:00:00:02 brd ff:ff:ff:ff:ff:ff promiscuity 0
    macvlan  mode private
    inet 203.0.113.1/24 scope global mv0
       valid_lft forever preferred_lft forever
4: tap0: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc noqueue state UP group default
    link/ether 52:54:00:00:00:03 brd ff:ff:ff:ff:ff:ff promiscuity 0
    tun
    inet 198.51.100.1/24 scope global tap0
5: vr0: <NOARP,MASTER,UP,LOWER_UP> mtu 65536 qdisc noqueue state UP group default
    link/ether 52:54:00:00:00:04 brd ff:ff:ff:ff:ff:ff promiscuity 0
    vrf table 10
    inet 192.0.2.9/32 scope global vr0
"""
    parts = list(Transcript("f", NodeRef("f")).read(text.split("\n")))
    assert [type(part) for part in parts] == [Section]
    assert [ip_text(row.address) for row in addresses("ip -d address", text)] == ["203.0.113.1", "198.51.100.1", "192.0.2.9"]


def test_lines_whose_beginning_is_missing_are_nobodys() -> None:
    """Somebody cut a line out: the next device's lines are not this one's, and an address may be missing."""
    lines = (
        "2: eth0: <BROADCAST,UP> mtu 1500", "    link/ether 02:00:5e:00:53:01 brd ff:ff:ff:ff:ff:ff",
        "    inet 192.0.2.1/24 scope global eth0", "       valid_lft forever preferred_lft forever",
        "    link/ether 02:00:5e:00:53:02 brd ff:ff:ff:ff:ff:ff", "    inet 10.244.1.1/24 scope global cni0",
    )  # fmt: skip
    found = [item for _, item in read([], lines)]
    assert [item for item in found if isinstance(item, Address)] == [Address("eth0", 4, parse_ip("192.0.2.1"), 24, "global")]
    assert any(isinstance(item, Bad) for item in found)
    found = [item for _, item in read([], (*lines[:2], lines[3]))]
    assert any(isinstance(item, Bad) for item in found)


def test_an_address_whose_label_is_another_devices_is_not_this_ones() -> None:
    """The lines before it, which told so, were not pasted; an alias is the device's own."""
    lines = (
        "2: eth0@if7: <BROADCAST,UP> mtu 1500", "    inet 192.0.2.1/24 scope global dynamic eth0",
        "    inet 192.0.2.3/24 scope global secondary eth0:1", "    inet 192.0.2.4/24 scope global dynamic noprefixroute",
        "    inet 10.244.1.1/24 brd 10.244.1.255 scope global br-9f31d2c4a6b8", "       valid_lft forever preferred_lft forever",
    )  # fmt: skip
    found = [item for _, item in read([], lines)]
    assert [ip_text(item.address) for item in found if isinstance(item, Address)] == ["192.0.2.1", "192.0.2.3", "192.0.2.4"]
    assert any(isinstance(item, Bad) for item in found)


def test_addresses_without_their_devices_are_read_by_their_labels() -> None:
    """`ip address | grep inet`."""
    lines = ["    inet 127.0.0.1/8 scope host lo", "    inet 192.0.2.1/24 brd 192.0.2.255 scope global dynamic eth0",
             "    inet 192.0.2.3/24 scope global secondary eth0:1", "    inet6 fe80::1/64 scope link "]  # fmt: skip
    found = [row for _, row in read(["ip", "address"], lines) if isinstance(row, Address)]
    assert [(row.dev, ip_text(row.address)) for row in found] == [
        ("lo", "127.0.0.1"),
        ("eth0", "192.0.2.1"),
        ("eth0", "192.0.2.3"),
    ]
