"""``ping``: who answered (ping(8) of iputils, and BusyBox's)."""

from collections.abc import Iterator, Sequence
from typing import Final

from podpath.readers.interface import Item, Reader
from podpath.readers.tried import address_of, is_host, operands, seen_in
from podpath.state.address import Ip
from podpath.state.evidence import Coverage
from podpath.state.pattern import lazy
from podpath.state.sighting import Sighting

_HEAD: Final = lazy(r"PING \S+ ?\((?P<dst>[0-9a-fA-F.:]+)\)(?: from (?P<src>[0-9a-fA-F.:]+) (?P<dev>[^\s:]+)?)?")
_REPLY: Final = lazy(r"(?:\[\d+\.\d+\] )?\d+ bytes from (?:\S+ \()?(?P<by>[0-9a-fA-F.:]+?)(?:%\S+)?\)?:")
_ERROR: Final = lazy(r"(?:\[\d+\.\d+\] )?From (?:\S+ \()?(?P<by>[0-9a-fA-F.:]+?)(?:%\S+)?\)?:? icmp_seq=\d+ (?P<error>.*)")
_COUNT: Final = lazy(r"\d+ packets transmitted, (?P<received>\d+) (?:packets )?received")


def accepts(words: Sequence[str]) -> tuple[Coverage, ...] | None:
    """Accept ``ping HOST`` with any options; it covers no table."""
    if not words or words[0] not in {"ping", *READER.also}:
        return None
    hosts = operands(words, "cFIiLlmMpQsStTWw")
    return () if len(hosts) == 1 and is_host(hosts[0]) else None


class _Tried:
    """One run of ping, while its lines are read."""

    def __init__(self, index: int, dst: Ip, src: Ip | None, dev: str | None) -> None:
        self.index, self.dst, self.src, self.dev = index, dst, src, dev
        self.seen, self.by = "", None  # type: tuple[str, Ip | None]

    def row(self) -> Sighting:
        """Return what was seen."""
        return Sighting("ping", self.seen, "icmp", self.dst, self.src, by=self.by, dev=self.dev)


def read(words: Sequence[str], lines: Sequence[str]) -> Iterator[Item]:
    """Yield one row for each run that says how it ended."""
    tried: _Tried | None = None
    for index, line in enumerate(lines):
        if (head := _HEAD.match(line)) is not None and (dst := address_of(head["dst"])) is not None:
            if tried is not None and tried.seen:
                yield tried.index, tried.row()
            tried = _Tried(index, dst, address_of(head["src"]), head["dev"])
        elif line.startswith(("ping: ", "connect: ")) and tried is None:
            host = address_of(next(iter(operands(words, "cFIiLlmMpQsStTWw")), ""))
            if host is not None and seen_in(line) is not None:
                yield index, Sighting("ping", seen_in(line) or "", "icmp", host)
        elif tried is not None:
            _take(tried, line)
    if tried is not None and tried.seen:
        yield tried.index, tried.row()


def _take(tried: _Tried, line: str) -> None:
    """Note a line below the head of a run: one answer outweighs all errors, an error outweighs silence."""
    if (reply := _REPLY.match(line)) is not None:
        by = address_of(reply["by"])
        tried.seen, tried.by = "answered", by if by != tried.dst else None
    elif tried.seen != "answered" and (error := _ERROR.match(line)) is not None and (seen := seen_in(error["error"])) is not None:
        tried.seen, tried.by = seen, address_of(error["by"])
    elif not tried.seen and (count := _COUNT.match(line)) is not None:
        tried.seen = "answered" if int(count["received"]) else "silent"


READER: Final = Reader(
    name="ping",
    accepts=accepts,
    starts=lazy(r"PING \S+ ?\([0-9a-fA-F.:]+\)"),
    continues=lazy(
        r"(?:\[\d+\.\d+\] )?(?:\d+ bytes from |From \S+ .*icmp_seq=)|--- \S+ ping statistics ---"
        r"|\d+ packets transmitted, |rtt min/|round-trip min/|(?:ping6?|connect): |no answer yet for |Request timeout for |\^C"
    ),
    read=read,
    also=("ping4", "ping6"),
)
