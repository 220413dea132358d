"""``netstat -lnp``, ``netstat -an``: the sockets of a namespace (netstat(8)), as net-tools and busybox print them.

net-tools cuts an address at the width of its column unless ``-W`` is given, and what is left of an IPv6
address may look like another one: an address that fills the column is not believed. States are named
as ss(8) names them. The column Send-Q of a listener is not its backlog.
"""

import re
from collections.abc import Iterator, Sequence
from typing import Final

from podpath.readers.interface import Item, Reader
from podpath.readers.options import bad, number, parse_options, spellings
from podpath.state.address import Ip, parse_ip
from podpath.state.evidence import Complete, Coverage, covers
from podpath.state.host import Socket
from podpath.state.pattern import lazy

_OPTIONS: Final = spellings(
    "a/all l/listening n/numeric t/tcp u/udp U/udplite w/raw S/sctp x/unix p/programs e/extend o/timers v/verbose "
    "W/wide T/notrim N/symbolic Z/context 4/inet 6/inet6 numeric-hosts numeric-ports"
)
_VALUED: Final = spellings("A/protocol")
_HEADER: Final = lazy(r"Proto\s+Recv-Q\s+Send-Q\s+Local Address\s+Foreign Address\s+\(?[Ss]tate\)?(?:\s.*)?$")
_QUIET: Final = lazy(
    r"Active (?:Internet|UNIX domain|IPX|AX\.25|X\.25|NET/ROM|Bluetooth)\s.*$|Proto\s+(?:RefCnt|Destination)\s|"
    r"unix\s+[0-9]+\s|\(Not all processes could be identified|\s+will not be shown, you would have to be root|"
    r"\(No info could be read for |netstat: no support for|l2cap\s|rfcomm\s"
)
_STATES: Final = {
    "ESTABLISHED": "ESTAB", "SYN_SENT": "SYN-SENT", "SYN_RECV": "SYN-RECV", "FIN_WAIT1": "FIN-WAIT-1",
    "FIN_WAIT2": "FIN-WAIT-2", "TIME_WAIT": "TIME-WAIT", "CLOSE": "UNCONN", "CLOSE_WAIT": "CLOSE-WAIT",
    "LAST_ACK": "LAST-ACK", "LISTEN": "LISTEN", "CLOSING": "CLOSING", "UNKNOWN": "UNKNOWN",
}  # fmt: skip
_PROCESS: Final = lazy(r"\s([0-9]{1,10}/\S.*)$")
_TIMER: Final = lazy(r"(?<!\s)\s++(?:off|on|on[0-9]|keepalive|timewait|probe|unkn-[0-9]+) \(")
_COLUMN: Final = 23
_LARGEST_PORT: Final = 65535
_NAMES: Final = {"localhost": ("127.0.0.1", "::1"), "ip6-localhost": ("::1", "::1")}


def accepts(words: Sequence[str]) -> tuple[Coverage, ...] | None:
    """Accept ``netstat`` with the options that print sockets."""
    found = parse_options(words[1:], _OPTIONS, _VALUED) if words[:1] == ["netstat"] else None
    if found is None or found.rest:
        return None
    whole = found.flags & {"l", "a"} and "n" in found.flags
    asked = {"4": 4, "6": 6}
    families = [asked[flag] for flag in sorted(found.flags & {"4", "6"})] or [4, 6]
    if "A" in found.values:
        families = [6] if found.values["A"] == "inet6" else [4]
    shown = [name for letter, name in (("t", "tcp"), ("u", "udp"), ("w", "raw")) if letter in found.flags]
    parts = shown or ([] if found.flags & {"x", "U", "S"} else ["tcp", "udp", "raw"])
    cut = Complete.YES if found.flags & {"W", "T"} else Complete.ASSUMED
    return tuple(
        covers(Socket, family, part=part, complete=(cut if family == 6 else Complete.YES) if whole else Complete.NO)  # noqa: PLR2004
        for part in parts
        for family in families
    )


def _end(text: str, *, wide: bool) -> tuple[int | None, Ip | None, int | None]:
    """Read ``address:port`` as (family, address, port); ValueError says which word is wrong."""
    host, colon, port_text = text.rpartition(":")
    if not colon:
        raise ValueError(f'"{text}" has no port')
    host = host.strip("[]")
    if ":" in host and len(text) == _COLUMN and not wide:
        raise ValueError(f'"{text}" may be cut off: `netstat -W` or `ss` prints the whole address')
    port = number(port_text) if re.match(r"[0-9]{1,5}$", port_text) else None
    if port is not None and port > _LARGEST_PORT:
        raise ValueError(f'"{port_text}" is not a port')
    if host == "*":
        return None, None, port
    try:
        ip = parse_ip(_NAMES.get(host, (host,))[0])
    except ValueError:
        if re.match(r"[0-9]+\.|.*:", host):
            raise
        raise ValueError(f'"{host}" is a name: `netstat -n` prints addresses') from None
    any_v4 = host == "0.0.0.0"  # noqa: S104 - any address
    return 6 if ":" in host else 4, None if any_v4 else ip, port


def _state(proto: str, word: str) -> str:
    if word in _STATES and not proto.startswith("raw"):
        return _STATES[word]
    if proto.startswith(("tcp", "sctp", "dccp")):
        raise ValueError(f'"{word}" is not a state')
    return "UNCONN"


def _row(line: str, *, wide: bool) -> Socket:
    """Read one line; ValueError says which word is wrong."""
    parts = line.split()
    if len(parts) < 5:  # noqa: PLR2004 - protocol, two queues, two ends
        raise ValueError(f"it ends after {len(parts)} columns")
    proto = parts[0]
    family, ip, port = _end(parts[3], wide=wide)
    peer_family, peer, peer_port = _end(parts[4], wide=wide)
    state = _state(proto, parts[5] if len(parts) > 5 else "")  # noqa: PLR2004 - the state may be left out
    process = _PROCESS.search(line)
    listens = state == "LISTEN"
    return Socket(
        proto, state, 6 if proto.endswith("6") else family or peer_family or 4, ip, port,
        peer if peer_port is not None else None, peer_port, None, _TIMER.split(process[1], 1)[0].rstrip() if process else None,
        number(parts[1]), None if listens else number(parts[2]),
    )  # fmt: skip


def read(words: Sequence[str], lines: Sequence[str]) -> Iterator[Item]:
    """Read the table; sockets of no network are skipped."""
    found = parse_options(words[1:], _OPTIONS, _VALUED) if words else None
    wide = found is not None and bool(found.flags & {"W", "T"})
    for index, line in enumerate(lines):
        if not line.strip() or _HEADER.match(line) or _QUIET.match(line):
            continue
        try:
            yield index, _row(line, wide=wide)
        except ValueError as error:
            yield index, bad("netstat", error)


READER: Final = Reader(
    name="netstat",
    accepts=accepts,
    starts=lazy(
        r"Active Internet connections \(.*\)\s*$|"
        f"{_HEADER.pattern}|" + r"(?:tcp|udp|raw)6?\s+[0-9]+\s+[0-9]+\s+\S[^\s:]*:\S+\s+\S[^\s:]*:\S+(?:\s|$)"
    ),
    continues=lazy(f"{_QUIET.pattern}|" + r"(?:tcp|udp|udplite|raw|sctp|dccp)6?\s+\S+\s+\S+\s+\S+\s+\S+"),
    read=read,
    shape_coverage=(covers(Socket, complete=Complete.NO),),
)
