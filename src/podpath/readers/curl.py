"""``curl -v``: whether a TCP connection was established (curl(1)); its errors also without ``-v``."""

import re
from collections.abc import Iterator, Sequence
from typing import Final

from podpath.readers.interface import Item, Reader
from podpath.readers.tried import address_of, seen_in
from podpath.state.evidence import Coverage
from podpath.state.pattern import lazy
from podpath.state.sighting import Sighting

_TRYING: Final = lazy(r"\*\s+Trying \[?(?P<dst>[0-9a-fA-F.:]+?)\]?(?::(?P<port>\d+))?\.\.\.")
_CONNECTED: Final = lazy(
    r"\* (?:Connected to|Established connection to) \S+ \((?P<dst>[0-9a-fA-F.:]+)\)?(?:\) |,? )?port (?P<port>\d+)"
)
_FAILED: Final = lazy(
    r"\* connect to (?P<dst>\S+) port (?P<port>\d+) (?:from (?P<src>[0-9a-fA-F.:]+) port \d+ )?failed: (?P<error>.*)"
)
_GAVE_UP: Final = lazy(r"curl: \((?:7|28)\) (?P<error>.*)")
_NAMED: Final = lazy(r"Failed (?:to connect|connect) to \[?(?P<dst>[0-9a-fA-F.:]+?)\]?[: ](?:port )?(?P<port>\d+)")
_URL: Final = lazy(
    r"(?:(?P<scheme>[A-Za-z]+)://)?(?:[^@/\s]*@)?(?P<host>\[[0-9a-fA-F:]+\]|[A-Za-z0-9_][\w.-]*)(?::(?P<port>\d{1,5}))?(?:[/?#]\S*)?$"
)
_DEFAULT: Final = {"http": 80, "https": 443}


def accepts(words: Sequence[str]) -> tuple[Coverage, ...] | None:
    """Accept ``curl`` with something that is an URL or a host; it covers no table."""
    return () if len(words) > 1 and words[0] == "curl" and _asked(words) is not None else None


def _asked(words: Sequence[str]) -> tuple[str, int] | None:
    """Return the host and the port of the URL that a command line has."""
    for word in reversed(words[1:]):
        match = _URL.match(word)
        if match is not None and (match["scheme"] or re.search(r"[.:]|^localhost", match["host"]) or match["port"]):
            return match["host"].strip("[]"), int(match["port"] or _DEFAULT.get((match["scheme"] or "http").lower(), 80))
    return None


def read(words: Sequence[str], lines: Sequence[str]) -> Iterator[Item]:
    """Yield one row for each connection attempt."""
    trying = None
    asked = _asked(words) if words else None
    target = address_of(asked[0]) if asked is not None else None
    if asked is not None and target is not None:
        trying = target, asked[1]
    done = False
    for index, line in enumerate(lines):
        if (match := _TRYING.match(line)) is not None and (dst := address_of(match["dst"])) is not None:
            port = match["port"] or (asked[1] if asked is not None else None)
            trying, done = ((dst, int(port)) if port else None), False
        elif (match := _CONNECTED.match(line)) is not None and (dst := address_of(match["dst"])) is not None:
            done = True
            yield index, Sighting("curl", "answered", "tcp", dst, port=int(match["port"]))
        elif (match := _FAILED.match(line)) is not None and (seen := seen_in(match["error"])) is not None:
            dst = address_of(match["dst"]) or (trying[0] if trying is not None else None)
            if dst is not None:
                done = True
                yield index, Sighting("curl", seen, "tcp", dst, address_of(match["src"]), int(match["port"]))
        elif not done and (match := _GAVE_UP.match(line)) is not None and (seen := seen_in(match["error"])) is not None:
            named = _NAMED.search(line)
            dst = address_of(named["dst"]) if named is not None else None
            flow = (dst, int(named["port"])) if named is not None and dst is not None else trying
            if flow is not None:
                yield index, Sighting("curl", seen, "tcp", flow[0], port=flow[1])


READER: Final = Reader(
    name="curl",
    accepts=accepts,
    starts=lazy(r"\*\s+Trying \S{2,80}\.\.\.|curl: \(\d+\) "),
    continues=lazy(
        r"\* |< (?:HTTP/|[\w-]+:)|[<>]\s*$|> (?:[A-Z]{3,7} \S+ HTTP/|[\w-]+: )|[{}] \[\d+ bytes data\]|curl: \(\d+\) "
        r"|\s+% Total\s+% Received|\s+Dload\s+Upload|\s{0,8}\d{1,3}\s{1,8}\d{1,20}\S{0,3}\s{1,8}\d{1,3}\s.*--:--:--"
    ),
    read=read,
    relays=True,
)
