"""`conntrack -L`, `conntrack -S`, `/proc/net/nf_conntrack`."""

import pytest

from podpath.netlink import conntrack
from podpath.netlink.route_socket import dump
from podpath.readers.conntrack import READER
from podpath.state.address import parse_ip
from podpath.state.conntrack import ConntrackEntry
from podpath.state.evidence import Complete, covers
from podpath.state.host import Counter
from tests.netlink.space import Space
from tests.readers.helper import complaints, rows

LINE = (
    "udp      17 117 src=10.244.1.11 dst=10.96.0.20 sport=5555 dport=80 src=10.244.1.77 dst=10.244.1.11 sport=8080 dport=5555"
    " [ASSURED] mark=0 use=1\n"
)
ROW = ConntrackEntry(
    4, "udp", parse_ip("10.244.1.11"), parse_ip("10.96.0.20"), 5555, 80, parse_ip("10.244.1.77"), parse_ip("10.244.1.11"), 8080,
    5555, None, "ASSURED,DST_NAT", 117, 0, 0,
)  # fmt: skip


def test_a_translated_connection() -> None:
    """Which addresses NAT changed follows from the two directions."""
    assert rows(READER, "conntrack -L", LINE) == [ROW]
    assert rows(READER, "cat /proc/net/nf_conntrack", f"ipv4     2 {LINE}") == [ROW]


def test_the_last_line_counts() -> None:
    """It is no connection, and no complaint."""
    text = LINE + "conntrack v1.4.7 (conntrack-tools): 1 flow entries have been shown.\n"
    assert rows(READER, "conntrack -L", text) == [ROW]
    assert complaints(READER, "conntrack -L", text) == []


def test_statistics_are_sums_of_all_processors() -> None:
    """As the kernel's own are."""
    text = "".join(
        f"cpu={cpu}   \tfound=0 invalid={cpu + 1} insert=0 insert_failed=3 drop=0 early_drop=0 error=0 search_restart=9 \n"
        for cpu in (0, 1)
    )
    assert rows(READER, "conntrack -S", text) == [
        Counter("ConntrackInvalid", 3), Counter("ConntrackInsertFailed", 6), Counter("ConntrackDrop", 0),
        Counter("ConntrackEarlyDrop", 0), Counter("ConntrackError", 0),
    ]  # fmt: skip


def test_damage() -> None:
    """A direction that is missing, and an address that is none, are complaints."""
    assert complaints(READER, "conntrack -L", "udp 17 9 src=10.0.0.1 dst=10.0.0.2 sport=1 dport=2\n") == [
        (0, "this looks like `conntrack -L` output but it does not show both directions")
    ]
    assert len(complaints(READER, "conntrack -L", LINE.replace("10.96.0.20", "10.96.0.2o"))) == 1


def test_coverage() -> None:
    """Without a family it is IPv4 alone; a filter leaves out others."""
    assert READER.accepts(["conntrack", "-L"]) == (covers(ConntrackEntry, family=4),)
    assert READER.accepts(["conntrack", "-L", "-f", "ipv6"]) == (covers(ConntrackEntry, family=6),)
    assert READER.accepts(["conntrack", "-L", "-p", "udp"]) == (covers(ConntrackEntry, family=4, complete=Complete.NO),)
    assert READER.accepts(["conntrack", "-S"]) == (covers(Counter, part="Conntrack*"),)
    assert READER.accepts(["conntrack", "-D", "-p", "udp"]) is None
    assert READER.accepts(["conntrack", "is", "full"]) is None


@pytest.mark.root
def test_rows_are_those_of_the_kernel(space: Space) -> None:
    """TCP, UDP and ICMP, with NAT, of both families, in each form: text and netlink give the same rows."""
    space.do(
        "ip address add 10.1.0.1/32 dev lo",
        "ip -6 address add fd00::1/128 dev lo",
        "iptables -t nat -A OUTPUT -d 10.9.9.9 -p udp -j DNAT --to-destination 10.1.0.1:53",
        "ip6tables -A OUTPUT -m conntrack --ctstate NEW -j ACCEPT",
        "ip route add 10.9.9.9 dev lo",
    )
    script = (
        "import socket as s\n"
        "l=s.create_server(('10.1.0.1',80)); c=s.create_connection(('10.1.0.1',80)); l.accept()\n"
        "u=s.socket(s.AF_INET,s.SOCK_DGRAM); u.sendto(b'x',('10.9.9.9',99))\n"
        "v=s.socket(s.AF_INET6,s.SOCK_DGRAM); v.sendto(b'x',('fd00::1',99))\n"
    )
    space.run("python3", "-c", script)
    space.do("ping -c 1 10.1.0.1")
    with space.socket(conntrack.NETLINK_NETFILTER) as socket:
        kernel = sorted(row._replace(timeout=None) for row in conntrack.rows(dump(socket, conntrack.TABLE)))
    listed = [f"conntrack -L -f {family}{more}" for more in ("", " -o extended") for family in ("ipv4", "ipv6")]
    for commands in (listed[:2], listed[2:], ["cat /proc/net/nf_conntrack"]):
        found = [row for command in commands for row in rows(READER, command, space.do(command))]
        assert sorted(row._replace(timeout=None) for row in found if isinstance(row, ConntrackEntry)) == kernel
    assert {row.proto for row in kernel} >= {"tcp", "udp", "icmp"}
