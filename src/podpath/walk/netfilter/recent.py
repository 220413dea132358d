"""Lists of addresses that rules have seen (net/netfilter/xt_recent.c): who is in them, and for how long.

The kernel prints when an address was seen in ticks of its own clock. How long a second is in ticks is not printed: 100, 250,
300 or 1000, so that an address is known to have run out only if it has by the longest of them.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final, NamedTuple

from podpath.state.address import Ip, parse_ip

_PATH: Final = re.compile(r"/proc/net/xt_recent/(\S+)$")
_HEADING: Final = re.compile(r"==> /proc/net/xt_recent/(.+) <==\s*$")
_ENTRY: Final = re.compile(
    r"(?:/proc/net/xt_recent/([^:]+):)?src=([0-9a-fA-F.:]+) ttl: (\d+) last_seen: (\d+) oldest_pkt: \d+((?:,? \d+)*)\s*$"
)
MOST_TICKS: Final = 1000
"""Maximum number of ticks per second (CONFIG_HZ)."""


class Seen(NamedTuple):
    """An address of a list.

    Attributes:
        ttl: TTL of the packet that was seen last.
        last: when that was, in ticks.
        packets: how many are remembered.
    """

    ttl: int
    last: int
    packets: int


class Printed(NamedTuple):
    """What a command printed of the lists.

    Attributes:
        command: the command line.
        text: its output.
    """

    command: str
    text: str


@dataclass(frozen=True)
class RecentLists:
    """All lists of a namespace.

    Attributes:
        printed: output of the commands that show them.
        asked: tables in which rules name a list, by its name: what one table puts there another may find.
    """

    printed: tuple[Printed, ...] = ()
    asked: dict[str, frozenset[str]] = field(default_factory=dict)

    @cached_property
    def lists(self) -> dict[str, dict[Ip, Seen]]:
        """Return the lists by name; one that is damaged is left out."""
        found: dict[str, dict[Ip, Seen]] = {}
        damaged: set[str] = set()
        for printed in self.printed:
            told = _PATH.search(printed.command)
            name = told[1] if told is not None and "*" not in told[1] else ""
            if name:
                found.setdefault(name, {})
            for line in printed.text.splitlines():
                heading, entry = _HEADING.match(line), _ENTRY.match(line)
                if heading is not None:
                    name = heading[1]
                    found.setdefault(name, {})
                elif entry is not None:
                    stamps = len(entry[5].split())
                    found.setdefault(entry[1] or name, {})[parse_ip(entry[2])] = Seen(int(entry[3]), int(entry[4]), stamps)
                elif line.strip():
                    damaged.add(name)
        return {name: entries for name, entries in found.items() if name and name not in damaged}

    @cached_property
    def latest(self) -> int:
        """Return the last tick that any list has noted: it is later now."""
        return max((seen.last for entries in self.lists.values() for seen in entries.values()), default=0)

    def ran_out(self, seen: Seen, seconds: int) -> bool:
        """Say whether an address was surely seen longer ago than some seconds."""
        return self.latest - seen.last > seconds * MOST_TICKS


_NAMED: Final = re.compile(r"^\*(\w+)|-m recent (?:[^\n]*? )?--name (\S+)", re.MULTILINE)


def tables_of(texts: Iterable[str]) -> dict[str, frozenset[str]]:
    """Return the tables in which rules name lists, by the lists' names.

    Args:
        texts: what iptables-save printed.
    """
    found: dict[str, set[str]] = {}
    for text in texts:
        table = "filter"
        for match in _NAMED.finditer(text) if "-m recent" in text else ():
            table = match[1] or table
            if match[2]:
                found.setdefault(match[2], set()).add(table)
    return {name: frozenset(tables) for name, tables in found.items()}
