"""``/proc/net/snmp``, ``snmp6`` and ``netstat``: protocol counters of a namespace (proc(5)).

Names are joined with their group as nstat(8) does, and what nstat leaves out is left out: numbers that
are settings or gauges.
"""

from collections.abc import Iterator, Sequence
from typing import Final

from podpath.readers.interface import Item, Reader, assumed
from podpath.readers.options import bad, files_shown, number, shows_proc_net
from podpath.state.evidence import Complete, Coverage, covers
from podpath.state.host import Counter
from podpath.state.pattern import lazy

_GROUPS: Final = r"(?:Ip|Icmp|IcmpMsg|Tcp|Udp|UdpLite|TcpExt|IpExt|MPTcpExt|Sctp)"
_PAIR: Final = lazy(r"(" + _GROUPS + r"): (\S.*)$")
_SINGLE: Final = lazy(r"((?:Ip6|Icmp6|Udp6|UdpLite6)[A-Z]\w*)\s+([0-9]{1,20})\s*$")
NO_EVENTS: Final = frozenset(
    ("IpForwarding", "IpDefaultTTL", "TcpRtoAlgorithm", "TcpRtoMin", "TcpRtoMax", "TcpMaxConn", "TcpCurrEstab")
)
"""Columns that are settings or gauges."""
_FILES: Final = ("snmp", "snmp6", "netstat")


def accepts(words: Sequence[str]) -> tuple[Coverage, ...] | None:
    """Accept ``cat /proc/net/snmp`` and its kin; only together they are all counters."""
    if not shows_proc_net(words, *_FILES):
        return None
    shown = {file.rpartition("/")[2] for file in files_shown(words) or ()}
    return (covers(Counter, complete=Complete.YES if shown == set(_FILES) else Complete.NO),)


def _pair(index: int, names: tuple[str, str] | None, group: str, text: str) -> Iterator[Item]:
    """Yield the counters of a line of values below its line of names."""
    if names is None or names[0] != group:
        raise ValueError(f'the line of names above "{group}:" is missing')
    columns, values = names[1].split(), text.split()
    if len(columns) != len(values):
        raise ValueError(f'"{group}:" has {len(columns)} names but {len(values)} values')
    for column, value in zip(columns, values, strict=True):
        name = f"{group}{column}"
        if name not in NO_EVENTS:
            yield index, Counter(name, number(value))


def read(words: Sequence[str], lines: Sequence[str]) -> Iterator[Item]:
    """Read pairs of lines, and single ones."""
    del words
    names: tuple[str, str] | None = None
    for index, line in enumerate(lines):
        try:
            if (single := _SINGLE.match(line)) is not None:
                yield index, Counter(single[1], number(single[2]))
            elif (pair := _PAIR.match(line)) is None:
                if line.strip():
                    yield index, bad("/proc/net/snmp", f'"{line.split(maxsplit=1)[0]}" is not a group of counters')
            elif pair[2][0].isalpha():
                names = (pair[1], pair[2])
            else:
                above, names = names, None
                yield from _pair(index, above, pair[1], pair[2])
        except ValueError as error:
            yield index, bad("/proc/net/snmp", error)


READER: Final = Reader(
    name="cat /proc/net/snmp",
    accepts=accepts,
    starts=lazy(_GROUPS + r": (?:[A-Z]\w+(?: [A-Z]\w+)*|-?[0-9]+(?: -?[0-9]+)*)\s*$|" + _SINGLE.pattern),
    continues=lazy(_GROUPS + r": (?:\S+ ){2,}"),
    read=read,
    shape_coverage=tuple(coverage._replace(complete=Complete.NO) for coverage in assumed(Counter)),
)
