"""``netstat -s``: protocol counters in words (netstat(8)).

Only counters that say where packets get lost are given their names; the other lines are known and
skipped. A line with a name in it (``InNoRoutes: 2``) is a counter of its group.
"""

from collections.abc import Iterator, Sequence
from typing import Final

from podpath.readers.interface import Item, Reader
from podpath.readers.options import bad, number, parse_options, spellings
from podpath.state.evidence import Complete, Coverage, covers
from podpath.state.host import Counter
from podpath.state.pattern import lazy

_OPTIONS: Final = spellings("s/statistics n/numeric t/tcp u/udp w/raw 6 v/verbose")
_GROUP: Final = lazy(r"(Ip|Icmp|IcmpMsg|Tcp|Udp|UdpLite|TcpExt|IpExt|MPTcpExt|Ip6|Icmp6|Udp6|UdpLite6|Sctp):\s*$")
_NAMED: Final = lazy(r"\s+([A-Z][A-Za-z0-9]+): ([0-9]{1,20})\s*$")
_WORDED: Final = lazy(r"\s+([0-9]{1,20}) (\S(?:.*\S)?)\s*$")
_OTHER: Final = lazy(r"\s+\S.*(?::|: [0-9]{1,20})\s*$|\s+[A-Z]\S*")
_WORDS: Final = {
    ("Ip", "total packets received"): "IpInReceives", ("Ip", "forwarded"): "IpForwDatagrams",
    ("Ip", "incoming packets discarded"): "IpInDiscards", ("Ip", "incoming packets delivered"): "IpInDelivers",
    ("Ip", "requests sent out"): "IpOutRequests", ("Ip", "outgoing packets dropped"): "IpOutDiscards",
    ("Ip", "dropped because of missing route"): "IpOutNoRoutes", ("Ip", "with invalid addresses"): "IpInAddrErrors",
    ("Ip", "with invalid headers"): "IpInHdrErrors", ("Ip", "with unknown protocol"): "IpInUnknownProtos",
    ("Ip", "fragments failed"): "IpFragFails", ("Ip", "packet reassembles failed"): "IpReasmFails",
    ("Ip", "packet reassemblies failed"): "IpReasmFails",
    ("Tcp", "active connection openings"): "TcpActiveOpens", ("Tcp", "passive connection openings"): "TcpPassiveOpens",
    ("Tcp", "failed connection attempts"): "TcpAttemptFails", ("Tcp", "segments retransmitted"): "TcpRetransSegs",
    ("Tcp", "segments retransmited"): "TcpRetransSegs", ("Tcp", "bad segments received"): "TcpInErrs",
    ("Tcp", "bad segments received."): "TcpInErrs", ("Tcp", "resets sent"): "TcpOutRsts",
    ("Udp", "packets received"): "UdpInDatagrams", ("Udp", "packets to unknown port received"): "UdpNoPorts",
    ("Udp", "packets to unknown port received."): "UdpNoPorts", ("Udp", "packet receive errors"): "UdpInErrors",
    ("Udp", "receive buffer errors"): "UdpRcvbufErrors", ("Udp", "send buffer errors"): "UdpSndbufErrors",
    ("TcpExt", "times the listen queue of a socket overflowed"): "TcpExtListenOverflows",
    ("TcpExt", "SYNs to LISTEN sockets dropped"): "TcpExtListenDrops",
}  # fmt: skip


def accepts(words: Sequence[str]) -> tuple[Coverage, ...] | None:
    """Accept ``netstat -s``; zeros are left out, so silence means nothing."""
    found = parse_options(words[1:], _OPTIONS, {}) if words[:1] == ["netstat"] else None
    if found is None or found.rest or "s" not in found.flags:
        return None
    return (covers(Counter, complete=Complete.NO),)


def _line(group: str, line: str) -> Counter | None:
    """Read one line; None is a line that has no name here; ValueError says what is wrong with it."""
    if (named := _NAMED.match(line)) is not None:
        return Counter(f"{group}{named[1]}", number(named[2])) if named[1] != "Forwarding" else None
    worded = _WORDED.match(line)
    if worded is None:
        if group and _OTHER.match(line):
            return None
        raise ValueError(f'"{line.split(maxsplit=1)[0]}" begins no counter')
    name = _WORDS.get((group, worded[2]))
    return Counter(name, number(worded[1])) if name is not None else None


def read(words: Sequence[str], lines: Sequence[str]) -> Iterator[Item]:
    """Read the groups."""
    del words
    group = ""
    for index, line in enumerate(lines):
        if (match := _GROUP.match(line)) is not None:
            group = match[1]
        elif line.strip():
            try:
                row = _line(group, line)
            except ValueError as error:
                yield index, bad("netstat -s", error)
            else:
                if row is not None:
                    yield index, row


READER: Final = Reader(
    name="netstat -s",
    accepts=accepts,
    starts=lazy(_GROUP.pattern),
    continues=lazy(r"\s{4,8}(?:[0-9]+ \S|[A-Z]\w+: [0-9]+\s*$|\S.*[:0-9]\s*$|Detected reordering)"),
    read=read,
    shape_coverage=(covers(Counter, complete=Complete.NO),),
)
