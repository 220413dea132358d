"""The kernel's log: lines of Linux 6.18, and of older kernels as people have posted them."""

from podpath.readers.dmesg import READER
from podpath.state.address import parse_ip, parse_mac
from podpath.state.kernel_log import KernelMessage
from tests.readers.helper import rows

TEXT = """\
[ 2728.416307] br0: port 1(l0) entered forwarding state
[ 2728.424783] br0: received packet on l0 with own address as source address (addr:3a:5e:2c:93:80:d4, vlan:0)
[ 2728.424813] br0: received packet on l1 with own address as source address (addr:3a:5e:2c:93:80:d4, vlan:0)
[ 2728.424824] br0: received packet on l0 with own address as source address (addr:3a:5e:2c:93:80:d4, vlan:0)
[ 2920.521287] net_ratelimit: 425292 callbacks suppressed
[ 2920.521293] IPv4: martian source 10.99.0.2 from 10.77.0.1, on dev b0
[ 2920.521301] ll header: 00000000: 3e 28 92 ef a9 71 5a 0b 84 f8 eb 2f 08 00
[ 2921.565183] IPv4: martian source 10.99.0.2 from 10.77.0.1, on dev b0
[ 2930.678068] IPv6: b0: IPv6 duplicate address 2001:db8::5 used by 5a:0b:84:f8:eb:2f detected!
"""
OWN = KernelMessage("own-mac-received", 2, dev="br0", member="l0", mac=parse_mac("3a:5e:2c:93:80:d4"))
MARTIAN = KernelMessage("martian-source", 2, 4, "b0", src=parse_ip("10.77.0.1"), dst=parse_ip("10.99.0.2"))
TWICE = KernelMessage("duplicate-address", 1, 6, "b0", src=parse_ip("2001:db8::5"), mac=parse_mac("5a:0b:84:f8:eb:2f"))


def test_each_message_is_a_row_with_the_number_of_its_lines() -> None:
    """Whichever other lines stand between them."""
    assert rows(READER, "dmesg", TEXT) == [OWN, OWN._replace(times=1, member="l1"), MARTIAN, TWICE]


def test_older_kernels_and_other_programs_write_the_same() -> None:
    """A date, a priority, the name of the machine, or nothing before it."""
    text = """\
[Fri Nov 27 10:00:00 2026] nf_conntrack: table full, dropping packet
Nov 27 10:00:01 n1 kernel: [104235.156774] nf_conntrack: nf_conntrack: table full, dropping packet
2026-11-27T10:00:02.000000+00:00 n1 kernel: neighbour: arp_cache: neighbor table overflow!
kern  :info  : [ 12.345678] neighbour: ndisc_cache: neighbor table overflow!
Neighbour table overflow.
[\u0421\u0440 \u043c\u0430\u0440 10 20:19:39 2021] TCP: request_sock_TCPv6: Possible SYN flooding on port 34391. Dropping request.
<6>TCP: request_sock_TCP: Possible SYN flooding on port 127.0.0.1:23456. Sending cookies.
br0: received packet on eth0 with  own address as source address
"""
    assert rows(READER, "journalctl -k", text) == [
        KernelMessage("conntrack-table-full"),
        KernelMessage("conntrack-table-full", host="n1"),
        KernelMessage("neighbour-table-full", family=4, host="n1"),
        KernelMessage("neighbour-table-full", family=6),
        KernelMessage("neighbour-table-full", family=4),
        KernelMessage("listen-queue-full", port=34391),
        KernelMessage("listen-queue-full", dst=parse_ip("127.0.0.1"), port=23456),
        KernelMessage("own-mac-received", dev="br0", member="eth0"),
    ]


def test_a_sentence_about_a_message_is_none() -> None:
    """What a person writes of it stands elsewhere in the line."""
    told = "We see nf_conntrack: table full, dropping packet in dmesg since Monday."
    assert READER.starts is not None
    assert READER.starts.match(told) is None


def test_what_is_no_address_makes_no_row() -> None:
    """Of a line that somebody has changed."""
    assert rows(READER, "dmesg", "[ 1.000001] IPv4: martian source 10.99.0.2 from 10.77.0.999, on dev b0\n") == []
