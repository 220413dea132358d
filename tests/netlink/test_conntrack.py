"""Tracked connections."""

import re

import pytest

from podpath.netlink import conntrack
from podpath.netlink.route_socket import dump
from podpath.state.address import ip_text
from podpath.state.conntrack import ConntrackEntry
from tests.netlink.space import Space

pytestmark = pytest.mark.root


def words(row: ConntrackEntry) -> tuple[object, ...]:
    """Return an entry in the words of ``conntrack -L``."""
    return (
        row.proto.replace("ipv6-icmp", "icmpv6"), row.state, ip_text(row.src), ip_text(row.dst), row.sport,
        ip_text(row.reply_src), ip_text(row.reply_dst), row.reply_dport, row.mark,
    )  # fmt: skip


def printed(line: str) -> tuple[object, ...]:
    """Return a line of ``conntrack -L`` in the same form."""
    proto = line.split(maxsplit=1)[0]
    state = re.search(r" ([A-Z][A-Z_0-9]+) src=", line)
    pairs = re.findall(r"src=(\S+) dst=(\S+) (?:sport=(\d+) dport=(\d+)|type=\d+ code=\d+ id=(\d+))", line)
    (src, dst, sport, _, icmp), (reply_src, reply_dst, _, reply_dport, _) = pairs
    mark = re.search(r" mark=(\d+)", line)
    return (
        proto, state and state[1], src, dst, int(sport or icmp), reply_src, reply_dst, int(reply_dport) if reply_dport else None,
        int(mark[1]) if mark else None,
    )  # fmt: skip


def test_entries_are_what_conntrack_prints(space: Space) -> None:
    """TCP, UDP and ICMP, with and without NAT, of both families."""
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
        rows = list(conntrack.rows(dump(socket, conntrack.TABLE)))
    lines = [line for family in ("ipv4", "ipv6") for line in space.do(f"conntrack -L -f {family}").splitlines()]
    assert sorted(map(repr, map(words, rows))) == sorted(repr(printed(line)) for line in lines)
    assert {row.proto for row in rows} >= {"tcp", "udp", "icmp"}
    assert any(row.status is not None and "DST_NAT" in row.status for row in rows)


def test_what_went_wrong_is_counted(space: Space) -> None:
    """All processors together."""
    with space.socket(conntrack.NETLINK_NETFILTER) as socket:
        counters = {row.name: row.value for row in conntrack.counters(dump(socket, conntrack.STATISTICS))}
    assert counters["ConntrackInsertFailed"] == 0
    assert len(counters) == 6
