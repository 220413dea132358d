"""``dig`` and ``nslookup``: whether a name server answered (dig(1), nslookup(1), and BusyBox's)."""

from collections.abc import Iterator, Sequence
from typing import Final

from podpath.readers.interface import Item, Reader
from podpath.readers.tried import address_of, is_host, operands, seen_in
from podpath.state.address import Ip
from podpath.state.evidence import Coverage
from podpath.state.pattern import lazy
from podpath.state.sighting import Sighting

_PORT: Final = 53
_SERVER: Final = lazy(r";; SERVER: (?P<dst>[0-9a-fA-F.:]+)#(?P<port>\d+)\([^()]*\)(?: \((?P<proto>UDP|TCP)\))?")
_FAILED: Final = lazy(
    r";; (?:communications error to|UDP setup with) (?P<dst>[0-9a-fA-F.:]+)#(?P<port>\d+)"
    r"(?:\(\S*\) for \S+ failed)?: (?P<error>.*)"
)
_LOOKUP: Final = lazy(r"Server:\s+(?P<dst>[0-9a-fA-F.:]+)\s*$")
_ANSWERED: Final = lazy(r"Name:\s|\*\* server can't find |Non-authoritative answer:|Address 1: |\S+\s+canonical name = ")
_NOBODY: Final = lazy(r";; (?:connection timed out; no servers could be reached|no servers could be reached)")


def accepts(words: Sequence[str]) -> tuple[Coverage, ...] | None:
    """Accept ``dig`` and ``nslookup`` with what to look up; they cover no table."""
    if not words or words[0] not in {"dig", *READER.also}:
        return None
    names = [word for word in operands(words, "bcfkpqtxy") if not word.startswith(("@", "+"))]
    return () if len(names) in range(4) and len(words) > 1 and all(map(is_host, names)) else None


def _asked(words: Sequence[str]) -> Ip | None:
    """Return the server that a command line names."""
    at = next((word[1:] for word in words if word.startswith("@")), None)
    second = operands(words, "")[1:2] if words and words[0] == "nslookup" else []
    return address_of(at) or address_of(next(iter(second), None))


def read(words: Sequence[str], lines: Sequence[str]) -> Iterator[Item]:
    """Yield one row for each server that was asked."""
    at: int | None
    tool, server, at = ("nslookup" if words and words[0] == "nslookup" else "dig"), _asked(words), None
    told = False
    for index, line in enumerate(lines):
        if (match := _SERVER.match(line)) is not None and (dst := address_of(match["dst"])) is not None:
            yield index, Sighting("dig", "answered", (match["proto"] or "udp").lower(), dst, port=int(match["port"]))
            told = True
        elif (match := _LOOKUP.match(line)) is not None:
            tool, server, at, told = "nslookup", address_of(match["dst"]), index, False
        elif (match := _FAILED.match(line)) is not None:
            dst, seen = address_of(match["dst"]), seen_in(match["error"])
            if dst is not None and seen is not None and not told:
                told = True
                yield index, Sighting(tool, seen, "udp", dst, port=int(match["port"]))
        elif server is not None and not told and (_ANSWERED.match(line) or _NOBODY.match(line)):
            told = True
            yield (
                index if at is None else at,
                Sighting(tool, "silent" if _NOBODY.match(line) else "answered", "udp", server, port=_PORT),
            )


READER: Final = Reader(
    name="dig",
    accepts=accepts,
    starts=lazy(r"; <<>> DiG |;; (?:SERVER: |communications error to |connection timed out; no servers)|\*\* server can't find "),
    continues=lazy(
        r";|Server:\s|Address(?: \d+)?:\s|Name:\s|Non-authoritative answer:|\S+\s+canonical name = "
        r"|\S+\.\s+\d+\s+(?:IN|CH)\s+\S+\s|nslookup: |\*\* "
    ),
    read=read,
    relays=True,
    also=("nslookup", "drill", "kdig"),
)
