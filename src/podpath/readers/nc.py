"""``nc -v`` in its four makes (OpenBSD, Ncat, traditional, BusyBox) and ``telnet``: whether a TCP connection was established."""

from collections.abc import Iterator, Sequence
from typing import Final

from podpath.readers.interface import Item, Reader
from podpath.readers.tried import address_of, is_host, operands, seen_in
from podpath.state.evidence import Coverage
from podpath.state.pattern import lazy
from podpath.state.sighting import Sighting

_HOST: Final = r"\[?(?P<host>[^\s\[\]():]+|[0-9a-fA-F:.]+)\]?"
_OPENED: Final = tuple(
    lazy(pattern)
    for pattern in (
        rf"Connection to {_HOST}(?: \((?P<dst>[^)]+)\))? (?P<port>\d+) port \[(?P<proto>\w+)/\S+\] succeeded!",
        r"Ncat: Connected to \[?(?P<dst>[0-9a-fA-F.:]+?)\]?:(?P<port>\d+)\.",
        r"\S+ \[(?P<dst>[0-9a-fA-F.:]+)\] (?P<port>\d+) \(\S+\) open",
        r"\S+ \((?P<dst>[0-9a-fA-F.:]+?):(?P<port>\d+)\) open",
        r"Connected to (?P<dst>[0-9a-fA-F.:]+?)\.?$",
    )
)
_FAILED: Final = tuple(
    lazy(pattern)
    for pattern in (
        rf"nc: connect to {_HOST}(?: \((?P<dst>[^)]+)\))? port (?P<port>\d+) \((?P<proto>\w+)\) failed: (?P<error>.*)",
        r"\S+ \[(?P<dst>[0-9a-fA-F.:]+)\] (?P<port>\d+) \(\S+\) ?: (?P<error>.*)",
        r"nc: \S+ \((?P<dst>[0-9a-fA-F.:]+?):(?P<port>\d+)\): (?P<error>.*)",
        r"telnet: can't connect to remote host \((?P<dst>[0-9a-fA-F.:]+)\): (?P<error>.*)",
        r"(?:Ncat: |telnet: (?:Unable to connect to remote host|connect to address (?P<dst>[0-9a-fA-F.:]+)): )(?P<error>.*)",
    )
)
_TRYING: Final = lazy(r"Trying (?P<dst>[0-9a-fA-F.:]+?)\.\.\.")


def accepts(words: Sequence[str]) -> tuple[Coverage, ...] | None:
    """Accept ``nc HOST PORT`` and ``telnet HOST PORT``; it covers no table."""
    return () if words and words[0] in {"nc", *READER.also} and _asked(words) is not None else None


def _asked(words: Sequence[str]) -> tuple[str, int] | None:
    found = operands(words, "eGIimMOPpqsTVwWXx") if words else []
    if len(found) != 2 or not is_host(found[0]) or not found[1].isdigit():  # noqa: PLR2004 - host and port
        return None
    return found[0], int(found[1])


def read(words: Sequence[str], lines: Sequence[str]) -> Iterator[Item]:
    """Yield one row for each connection; UDP says nothing, whatever it prints."""
    asked = _asked(words)
    tool = "telnet" if words and words[0] == "telnet" else "nc"
    target = address_of(asked[0]) if asked is not None else None
    udp = any(word.startswith("-") and not word.startswith("--") and "u" in word for word in words[1:])
    for index, line in enumerate(lines):
        if (match := _TRYING.match(line)) is not None:
            target = address_of(match["dst"])
            continue
        match = next((found for pattern in (*_OPENED, *_FAILED) if (found := pattern.match(line)) is not None), None)
        if match is None or udp:
            continue
        told = match.groupdict()
        seen = seen_in(told["error"]) if "error" in told else "answered"
        dst = address_of(told.get("dst")) or address_of(told.get("host")) or target
        port = told.get("port") or (asked[1] if asked is not None else None)
        if seen is not None and dst is not None and port is not None and told.get("proto") in {None, "tcp"}:
            yield index, Sighting(tool, seen, "tcp", dst, port=int(port))


READER: Final = Reader(
    name="nc",
    accepts=accepts,
    starts=lazy(
        r"Connection to \S+ (?:\(\S+\) )?\d+ port \[\w+/\S+\] succeeded!"
        r"|nc: connect to \S+ (?:\(\S+\) )?port \d+ \(\w+\) failed: "
        r"|Ncat: (?:Connected to |Version |Connection |TIMEOUT)"
    ),
    continues=lazy(
        r"Ncat: |nc: |Connection to |\S+ (?:\[[0-9a-fA-F.:]+\] \d+ \(\S+\) ?(?:open|: )|\([0-9a-fA-F.:]+\) open)|Trying \S+\.\.\."
        r"|Connected to |Escape character is|telnet: |Connection closed by"
    ),
    read=read,
    relays=True,
    also=("ncat", "netcat", "telnet"),
)
