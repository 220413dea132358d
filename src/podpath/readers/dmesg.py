"""``dmesg``, ``journalctl -k`` and syslog: the kernel's messages about lost packets (dmesg(1), journalctl(1)).

Each message is one of the kernel's format strings; the files that have them are named beside the patterns.
"""

from collections.abc import Iterator, Sequence
from re import Match
from typing import Final

from podpath.readers.interface import Item, Reader
from podpath.readers.repeated import counted
from podpath.readers.tried import address_of
from podpath.state.address import V4, V6, parse_mac
from podpath.state.evidence import Coverage
from podpath.state.kernel_log import KernelMessage
from podpath.state.pattern import lazy

_MAC: Final = r"[0-9a-f]{2}(?::[0-9a-f]{2}){5}"
_MESSAGES: Final = {
    # net/core/neighbour.c; before Linux 3.14 in net/ipv4/route.c
    "neighbour-table-full": (
        r"(?:neighbour: )?(?P<cache>arp|ndisc)_cache: neighbor table overflow!|(?:[Ii][Pp]v4: )?Neighbour table overflow\."
    ),
    # net/netfilter/nf_conntrack_core.c
    "conntrack-table-full": r"(?:(?:nf|ip)_conntrack: ){1,2}table full(?: in netns \d+)?, dropping packet",
    # net/ipv4/route.c
    "martian-source": r"(?:IPv4: )?martian source (?P<dst>[0-9.]+) from (?P<src>[0-9.]+), on dev (?P<on>\S+)",
    # net/bridge/br_fdb.c
    "own-mac-received": (
        r"(?P<bridge>\S+): received packet on (?P<member>\S+) with  ?own address as source address"
        rf"(?: \(addr:(?P<sender>{_MAC}), vlan:\d+\))?"
    ),
    # net/ipv6/addrconf.c
    "duplicate-address": (
        r"(?:(?:IPv6|ICMPv6): )?(?:(?P<dev>\S+): )?IPv6 duplicate address (?P<own>[0-9a-f:.]+)"
        rf" (?:used by (?P<holder>{_MAC}) )?detected!"
    ),
    # net/ipv4/tcp_input.c
    "listen-queue-full": (
        r"TCP: (?:request_sock_\w+: )?[Pp]ossible SYN flooding on port (?:(?P<at>[0-9a-f.:\[\]]+):)?(?P<port>\d{1,5})\."
        r" (?:Sending cookies|Dropping request)\."
    ),
}  # fmt: skip
_STAMP: Final = r"\[(?: *\d+\.\d+|[^\]\[]{0,30}\d\d:\d\d:\d\d[^\]\[]{0,12})\] "
_SYSLOG: Final = (
    r"(?:[A-Z][a-z]{2} [ \d]\d (?:\d{4} )?\d\d:\d\d:\d\d(?:\.\d+)?|\d{4}-\d\d-\d\dT\S{8,32})"
    r" (?P<host>[\w.-]+) kernel(?:\[\d+\])?: "
)
_LEVEL: Final = r"(?:<\d{1,3}>)?(?:[a-z]+ *:[a-z]+ *: )?"
_BEFORE: Final = rf"(?:{_SYSLOG}|{_LEVEL})(?:{_STAMP})?"
_ROW: Final = lazy(_BEFORE + "(?:" + "|".join(f"(?P<m{at}>{text})" for at, text in enumerate(_MESSAGES.values())) + ")")
_LOGGED: Final = lazy(rf"{_SYSLOG}|{_LEVEL}{_STAMP}(?!\S*[@#$%❯➜])|-- (?:Logs begin|Journal begins|Boot|No entries)")
_CACHES: Final = {"arp": V4, "ndisc": V6}
_PROGRAMS: Final = frozenset(("dmesg", "journalctl"))


def accepts(words: Sequence[str]) -> tuple[Coverage, ...] | None:
    """Accept ``dmesg`` and ``journalctl`` with any options; they cover no table: what was not logged may have happened."""
    return () if words and words[0] in _PROGRAMS else None


def _message(match: Match[str]) -> KernelMessage | None:
    """Return what a line says, or None if its addresses are not valid."""
    said = match.groupdict()
    event = next(event for at, event in enumerate(_MESSAGES) if said[f"m{at}"] is not None)
    src, dst = (address_of(text) for text in (said["src"] or said["own"], said["dst"] or said["at"]))
    if event in {"martian-source", "duplicate-address"} and src is None:
        return None
    mac = said["sender"] or said["holder"]
    family = {"neighbour-table-full": _CACHES.get(said["cache"] or "arp"), "martian-source": V4, "duplicate-address": V6}.get(
        event
    )
    return KernelMessage(
        event, 1, family, said["on"] or said["bridge"] or said["dev"], said["member"], src, dst,
        parse_mac(mac) if mac else None, int(said["port"]) if said["port"] else None, said["host"],
    )  # fmt: skip


def read(words: Sequence[str], lines: Sequence[str]) -> Iterator[Item]:
    """Yield each message once, at its first line, with the number of lines that say the same."""
    del words
    said = ((index, _message(match)) for index, line in enumerate(lines) if (match := _ROW.match(line)) is not None)
    yield from counted((index, row) for index, row in said if row is not None)


READER: Final = Reader(
    name="dmesg",
    accepts=accepts,
    starts=_ROW,
    continues=_LOGGED,
    read=read,
    also=("journalctl",),
    marks=("table overflow", "table full", "martian source", "own address as source", "duplicate address", "SYN flooding"),
)
