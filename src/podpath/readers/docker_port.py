"""``docker port CONTAINER [PORT]``: where ports of a container are published (docker-port(1)); podman and nerdctl alike."""

import re
from collections.abc import Iterator, Sequence
from typing import Final

from podpath.readers.docker_ps import runtime_words
from podpath.readers.interface import Item, Reader
from podpath.readers.options import bad, number
from podpath.state.address import parse_ip
from podpath.state.evidence import Complete, Coverage, covers
from podpath.state.pattern import lazy
from podpath.state.runtime import PublishedPort

_LINE: Final = lazy(
    r"(?:(?P<port>\d{1,5})/(?P<proto>tcp|udp|sctp) -> )?(?P<address>\[[0-9a-fA-F:]+\]|[0-9.]+):(?P<host_port>\d{1,5})\s*$"
)
_ASKED: Final = lazy(r"(\d{1,5})(?:/(tcp|udp|sctp))?$")


def _asked(words: Sequence[str]) -> tuple[str, re.Match[str] | None] | None:
    """Return the container and the port that a command line asks for."""
    rest = runtime_words(words)
    rest = rest[1:] if rest[:1] == ["container"] else rest
    if rest[:1] != ["port"] or not 2 <= len(rest) <= 3 or rest[1].startswith("-"):  # noqa: PLR2004 - the container, perhaps a port
        return None
    port = _ASKED.match(rest[2]) if len(rest) > 2 else None  # noqa: PLR2004 - as above
    return (rest[1], port) if port is not None or len(rest) == 2 else None  # noqa: PLR2004 - as above


def accepts(words: Sequence[str]) -> tuple[Coverage, ...] | None:
    """Accept ``docker port CONTAINER [PORT]``; it shows one container."""
    asked = _asked(words)
    return (covers(PublishedPort, part=asked[0], complete=Complete.NO),) if asked is not None else None


def read(words: Sequence[str], lines: Sequence[str]) -> Iterator[Item]:
    """Read one row for each line."""
    asked = _asked(words)
    for index, line in enumerate(lines):
        match = _LINE.match(line)
        if not line.strip():
            continue
        if asked is None or match is None or (match["port"] is None and asked[1] is None):
            yield index, bad("docker port", f'"{line.split(maxsplit=1)[0]}" is no port with its address')
            continue
        port, proto = (match["port"], match["proto"]) if asked[1] is None else (asked[1][1], asked[1][2] or "tcp")
        try:
            address = parse_ip(match["address"].strip("[]"))
            yield index, PublishedPort(asked[0], proto, number(port), address, number(match["host_port"]))
        except ValueError as error:
            yield index, bad("docker port", error)


READER: Final = Reader(name="docker port", accepts=accepts, continues=_LINE, read=read)
