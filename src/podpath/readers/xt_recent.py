"""``/proc/net/xt_recent``: addresses that rules with ``-m recent`` have seen (iptables-extensions(8)), counted.

One list by ``cat``, or all: ``tail -v -n +1 /proc/net/xt_recent/*`` names them, empty ones, too; so does ``grep``, but for those.
"""

from collections.abc import Iterator, Sequence
from typing import Final

from podpath.readers.interface import Item, Reader
from podpath.readers.options import bad
from podpath.state.evidence import LEFT_OUT, Complete, Coverage, covers
from podpath.state.host import Ruleset
from podpath.state.pattern import lazy

PATH: Final = "/proc/net/xt_recent/"
_PROGRAMS: Final = frozenset(("cat", "head", "tail", "grep"))
HEADING: Final = lazy(r"==> /proc/net/xt_recent/(.+) <==\s*$")
ENTRY: Final = lazy(
    r"(?:/proc/net/xt_recent/(?P<list>[^:]+):)?src=(?P<address>[0-9a-fA-F.:]+) ttl: (?P<ttl>\d+) last_seen: (?P<seen>\d+)"
    r" oldest_pkt: \d+(?P<stamps>(?:,? \d+)*)\s*$"
)
_CUT: Final = lazy(r"(?:/proc/net/xt_recent/[^:]+:)?src=")


def accepts(words: Sequence[str]) -> tuple[Coverage, ...] | None:
    """Accept the commands that print a list, or all."""
    paths = [word for word in words[1:] if word.startswith(PATH)]
    if not words or words[0] not in _PROGRAMS or not paths or not words[-1].startswith(PATH):
        return None
    return (covers(Ruleset, part="recent", complete=Complete.YES if paths == [f"{PATH}*"] else Complete.NO),)


def read(words: Sequence[str], lines: Sequence[str]) -> Iterator[Item]:
    """Count lists and addresses."""
    del words
    lists, entries = 0, 0
    for index, line in enumerate(lines):
        if HEADING.match(line):
            lists += 1
        elif ENTRY.match(line):
            entries += 1
        elif line.strip() and not LEFT_OUT.match(line):
            word = line.split(maxsplit=1)[0]
            yield index, bad("xt_recent", f'"{word}" is cut off' if _CUT.match(line) else f'"{word}" begins no address')
    if any(line.strip() for line in lines):
        yield 0, Ruleset("recent", max(lists, 1), entries, opaque=False)


READER: Final = Reader(
    name="/proc/net/xt_recent",
    accepts=accepts,
    starts=lazy(r"==> /proc/net/xt_recent/\S+ <==\s*$|/proc/net/xt_recent/[^:]+:src=\S+ ttl: "),
    continues=lazy(f"{HEADING.pattern}|{_CUT.pattern}"),
    read=read,
    shape_coverage=(covers(Ruleset, complete=Complete.NO),),
    whole=True,
)
