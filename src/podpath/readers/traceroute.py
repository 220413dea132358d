"""``traceroute``, ``tracepath`` and ``mtr --report``: which routers were on the way, and whether the destination answered."""

from collections.abc import Iterator, Sequence
from typing import Final

from podpath.readers.interface import Item, Reader
from podpath.readers.tried import address_of, is_host, operands
from podpath.state.address import Ip
from podpath.state.evidence import Coverage
from podpath.state.pattern import lazy
from podpath.state.sighting import Sighting

_TOOLS: Final = {"traceroute": "udp", "traceroute6": "udp", "tracepath": "udp", "tracepath6": "udp", "mtr": "icmp"}
_HEAD: Final = lazy(r"traceroute6? to \S+ \((?P<dst>[0-9a-fA-F.:]+)\),? (?:from \S+, )?(?:port \S+, )?\d+ hops max")
_HOP: Final = lazy(
    r"\s*(?P<hop>\d{1,3})(?:[.]\|--|[?]?:|\s)\s*(?:\[?AS\S+\s+)?"
    r"(?:(?:\S+ )?\((?P<in>[0-9a-fA-F.:]+)\)|(?P<by>[0-9a-fA-F]*[.:][0-9a-fA-F.:]+)"
    r"|(?P<none>\* ?\*? ?\*?|no reply|\?\?\?))(?=\s|$)"
)
_UNREACHABLE: Final = lazy(r"\s!(?:[HNXP]|\d+)(?:\s|$)")


def accepts(words: Sequence[str]) -> tuple[Coverage, ...] | None:
    """Accept each tool with a host; they cover no table."""
    if not words or words[0] not in _TOOLS:
        return None
    hosts = [word for word in operands(words, "fgilmNpqstwzAcUPBQ") if not word.isdigit()]
    return () if len(hosts) == 1 and is_host(hosts[0]) else None


def _how(words: Sequence[str]) -> tuple[str, str]:
    """Return the tool and the protocol that it sends."""
    tool = words[0].removesuffix("6") if words else "traceroute"
    letters = "".join(word[1:] for word in words[1:] if word.startswith("-") and not word.startswith("--"))
    if "T" in letters or "--tcp" in words:
        return tool, "tcp"
    if (tool == "traceroute" and "I" in letters) or "--icmp" in words:
        return tool, "icmp"
    return tool, "udp" if "--udp" in words or (tool == "mtr" and "u" in letters) else _TOOLS.get(tool, "udp")


def read(words: Sequence[str], lines: Sequence[str]) -> Iterator[Item]:
    """Yield one row for each router that answered, and one for how it ended."""
    (tool, proto), start = _how(words), 0
    dst = address_of(next((word for word in words[1:] if address_of(word) is not None), None))
    hops: list[tuple[int, int, Ip | None, bool]] = []
    for index, line in enumerate(lines):
        if (head := _HEAD.match(line)) is not None:
            yield from _told(tool, proto, dst, start, hops)
            dst, start, hops = address_of(head["dst"]), index, []
        elif (match := _HOP.match(line)) is not None:
            by = address_of(match["in"] or match["by"])
            hops.append((index, int(match["hop"]), by, _UNREACHABLE.search(line) is not None))
    yield from _told(tool, proto, dst, start, hops)


def _told(tool: str, proto: str, dst: Ip | None, start: int, hops: list[tuple[int, int, Ip | None, bool]]) -> Iterator[Item]:
    """Yield the rows of one run; one that was cut off before its end says nothing of the end."""
    if dst is None or not hops:
        return
    reached = False
    for index, hop, by, refused in hops:
        if by is not None:
            reached = reached or (by == dst and not refused)
            seen = "unreachable" if refused else "answered" if by == dst else "passing"
            yield index, Sighting(tool, seen, proto, dst, by=by if by != dst else None, hop=hop)
    if not reached and hops[-1][2] is None:
        last = next((by for _, _, by, _ in reversed(hops) if by is not None), None)
        yield start, Sighting(tool, "silent", proto, dst, by=last)


READER: Final = Reader(
    name="traceroute",
    accepts=accepts,
    starts=_HEAD,
    continues=lazy(
        r"\s*\d{1,3}(?:\.\|--|\??:)?\s+"
        r"(?:\*|no reply|\?\?\?|\[LOCALHOST\]|\S+ \([0-9a-fA-F.:]+\)\s|[0-9a-fA-F]*[.:][0-9a-fA-F.:]+\s|\S+\s+\d+\.\d+%)"
        r"|\s+(?:Resume: pmtu|Too many hops)|Start: |HOST: \S+\s+Loss%|\s+\S+ \([0-9a-fA-F.:]+\)\s+[0-9.]+ ms"
    ),
    read=read,
    also=("traceroute6", "tracepath", "tracepath6", "mtr"),
)  # fmt: skip
