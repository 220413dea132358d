"""``resolvectl [status]`` and ``resolvectl dns``: the name servers that systemd-resolved asks (resolvectl(1)).

They are those of ``/run/systemd/resolve/resolv.conf``, of all devices together.
"""

from collections.abc import Iterator, Sequence
from typing import Final

from podpath.readers.interface import Item, Reader
from podpath.readers.options import bad
from podpath.state.address import Ip, parse_ip
from podpath.state.evidence import Complete, Coverage, covers
from podpath.state.host import Resolver
from podpath.state.pattern import lazy

_PROGRAMS: Final = (["resolvectl"], ["systemd-resolve"])
_SHOWS: Final = frozenset(("status", "dns", "--status"))
_START: Final = lazy(r"Global\s*$|Global:(?: |$)")
_PROTOCOLS: Final = lazy(r"\s*+(?:Protocols|LLMNR setting): ")
_DNS: Final = lazy(r"Link \d{1,9} \(\S{1,15}\):")
_LINK: Final = lazy(r"Link \d{1,9} \(\S{1,15}\):?(?:\s|$)")
# Version 252 writes no colon behind the global servers.
_SERVERS: Final = lazy(r"(?:\s*+(?:Fallback )?DNS Servers:? |(?:Global|Link \d{1,9} \(\S{1,15}\)): *)(.*)$")
_FALLBACK: Final = lazy(r"\s*+Fallback DNS Servers")
_KEY: Final = lazy(r"\s*+[A-Za-z][A-Za-z./ -]{0,30}+:(?:\s|$)")
_MORE: Final = lazy(r"\s+([0-9A-Fa-f][0-9A-Fa-f:.%#\w-]*+)\s*$")


def accepts(words: Sequence[str]) -> tuple[Coverage, ...] | None:
    """Accept ``resolvectl``, ``resolvectl status`` and ``resolvectl dns``; a device may be named."""
    rest = [word for word in words[1:] if not word.startswith("-") or word in _SHOWS]
    if list(words[:1]) not in _PROGRAMS or (rest and rest[0] not in _SHOWS):
        return None
    return (covers(Resolver, complete=Complete.NO),)


def read(words: Sequence[str], lines: Sequence[str]) -> Iterator[Item]:
    """Read the servers of each part; what is asked only where no other server is known is left out."""
    del words
    below = False
    seen: set[str] = set()
    for index, line in enumerate(lines):
        match = _SERVERS.match(line) or (_MORE.match(line) if below else None)
        below = match is not None and not _FALLBACK.match(line)
        for server in match[1].split() if match is not None and below else ():
            if server in seen:
                continue
            seen.add(server)
            try:
                yield index, Resolver("nameserver", server, _address(server))
            except ValueError as error:
                yield index, bad("resolvectl", error)


def _address(server: str) -> Ip:
    """Return the address of ``192.0.2.1#name``, ``[2001:db8::1]:53`` or ``fe80::1%eth0``."""
    plain = server.partition("#")[0].partition("%")[0]
    host = plain[1:].partition("]")[0] if plain.startswith("[") else plain
    return parse_ip(host.partition(":")[0] if host.count(":") == 1 else host)


READER: Final = Reader(
    name="resolvectl",
    accepts=accepts,
    starts=_START,
    confirms=lazy(f"{_PROTOCOLS.pattern}|{_DNS.pattern}"),
    continues=lazy(f"{_LINK.pattern}|{_SERVERS.pattern}|{_KEY.pattern}|{_MORE.pattern}"),
    read=read,
    shape_coverage=(covers(Resolver, complete=Complete.NO),),
    also=("systemd-resolve",),
)
