"""``ss``: the sockets of a namespace (ss(8)).

Since 2018 ``*`` means an IPv6 socket that also serves IPv4; before, it meant any IPv4 address, and any IPv6
address was printed as ``:::80``. A row of the first kind has no local address here (it serves any), a row
``[::]:80`` has the address ``::``. A port printed as a name is unknown.
"""

from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from podpath.readers.interface import Item, Reader
from podpath.readers.options import Options, bad, number, parse_options, spellings
from podpath.state.address import Ip, parse_ip
from podpath.state.evidence import Complete, Coverage, covers
from podpath.state.host import Socket
from podpath.state.pattern import lazy

_OPTIONS: Final = spellings(
    "n/numeric r/resolve a/all l/listening o/options e/extended m/memory p/processes T/threads i/info tos cgroup b/bpf "
    "Z/context z/contexts 4/ipv4 6/ipv6 0/packet t/tcp M/mptcp S/sctp u/udp d/dccp w/raw x/unix tipc vsock xdp "
    "H/no-header O/oneline inet-sockopt B/bound-inactive"
)
_VALUED: Final = spellings("f/family A/query/socket N/net")
_FILTERS: Final = frozenset(
    ("state", "exclude", "sport", "dport", "src", "dst", "(", "not", "!", "dev", "autobound", "fwmark", "cgroup")
)
_PROTOCOLS: Final = {"t": "tcp", "u": "udp", "w": "raw", "S": "sctp", "d": "dccp", "M": "mptcp"}
_NETIDS: Final = frozenset(("tcp", "udp", "raw", "sctp", "dccp", "mptcp", "icmp6", "udplite"))
_LOCAL_NETID: Final = lazy(r"(?:u_\w+|nl|p_\w+|v_\w+|xdp|tipc|ti_\w+|\?\?\?)$")
_STATE: Final = r"(?:ESTAB|SYN-SENT|SYN-RECV|FIN-WAIT-[12]|TIME-WAIT|UNCONN|CLOSE-WAIT|LAST-ACK|LISTEN|CLOSING)"
_ANY_STATE: Final = lazy(_STATE + r"$|(?:NEW-SYN-RECV|BOUND-INACTIVE|UNKNOWN|CLOSED)$")
_HEADER: Final = lazy(r"(?:Netid\s+)?(?:State\s+)?Recv-Q\s+Send-Q\s+Local Address:Port\s+Peer Address:Port(.*)$")
_QUIET: Final = lazy(
    r"\s+\S|RTNETLINK answers: |Failed to find cgroup2 mount\s*$|ss: SELinux is not enabled|Cannot open netlink socket"
)
_PROCESS: Final = lazy(r"users:\(\(.*\)\)")
_SOCKOPT: Final = lazy(r"inet-sockopt: \(([^()]*)\)")
_PORT: Final = lazy(r"[0-9]{1,5}$")
_SERVICE: Final = lazy(r"[A-Za-z0-9][A-Za-z0-9._+/-]*$")
_LARGEST_PORT: Final = 65535


def _parts(found: Options) -> list[str]:
    """Return the protocols that are shown."""
    if "A" in found.values:
        asked = set(found.values["A"].split(","))
        return ["tcp", "udp"] if asked & {"all", "inet"} else [name for name in ("tcp", "udp", "raw") if name in asked]
    parts = [name for letter, name in _PROTOCOLS.items() if letter in found.flags]
    others = found.flags & {"x", "0", "tipc", "vsock", "xdp"} or found.values.get("f", "inet") not in ("inet", "inet6")
    return parts or ([] if others else ["tcp", "udp"])


def accepts(words: Sequence[str]) -> tuple[Coverage, ...] | None:
    """Accept ``ss`` with the options that print sockets."""
    found = parse_options(words[1:], _OPTIONS, _VALUED) if words[:1] == ["ss"] else None
    if found is None or (found.rest and found.rest[0] not in _FILTERS):
        return None
    whole = found.flags & {"l", "a"} and "n" in found.flags and not found.rest
    complete = Complete.YES if whole else Complete.NO
    families = {"4": 4, "6": 6, "inet": 4, "inet6": 6}
    asked = {families[word] for word in (*found.flags, found.values.get("f", "")) if word in families}
    family = asked.pop() if len(asked) == 1 else None
    return tuple(covers(Socket, family, part=part, complete=complete) for part in _parts(found))


class _End(NamedTuple):
    """One end of a socket: family None means ``*``."""

    family: int | None
    ip: Ip | None
    port: int | None
    dev: str | None


def _end(text: str) -> _End:
    """Read ``address%dev:port``; ValueError says which word is wrong."""
    host, colon, port_text = text.rpartition(":")
    if not colon:
        raise ValueError(f'"{text}" has no port')
    host, _, dev = host.partition("%")
    host, dev = host.strip("[]"), dev.strip("[]")
    if _PORT.match(port_text) is not None:
        port = number(port_text)
    elif port_text == "*" or _SERVICE.match(port_text) is not None:
        port = None
    else:
        raise ValueError(f'"{port_text}" is not a port')
    if port is not None and port > _LARGEST_PORT:
        raise ValueError(f'"{port_text}" is not a port')
    if host in ("*", ""):
        return _End(None, None, port, dev or None)
    ip = parse_ip(host)
    any_v4 = host == "0.0.0.0"  # noqa: S104 - any address
    return _End(6 if ":" in host else 4, None if any_v4 else ip, port, dev or None)


class _Style(NamedTuple):
    """What rows leave out.

    Attributes:
        proto: protocol of rows that do not name it.
        star: family of a row with nothing but ``*``.
    """

    proto: str
    star: int


def _style(words: Sequence[str], lines: Sequence[str]) -> _Style:
    found = parse_options(words[1:], _OPTIONS, _VALUED) if words else None
    protocols = _parts(found) if found is not None else []
    if len(protocols) == 1:
        proto = protocols[0]
    else:
        datagrams = any("UNCONN" in line for line in lines) and not any("LISTEN" in line for line in lines)
        proto = "udp" if datagrams else "tcp"
    new = any("Process" in line or "0.0.0.0:" in line or "[" in line for line in lines)
    return _Style(proto, 6 if new or not any(" :::" in line for line in lines) else 4)


def _family(local: _End, peer: _End, star: int) -> int:
    """Return the family of a socket by its ends, or by what ``*`` means."""
    return local.family or peer.family or star


def _row(parts: list[str], line: str, style: _Style) -> Socket | None:
    """Read one line; None is a socket of no network; ValueError says which word is wrong."""
    if _LOCAL_NETID.match(parts[0]):
        return None
    at = int(parts[0] in _NETIDS)
    proto = parts[0] if at else style.proto
    state = parts[at] if at < len(parts) and _ANY_STATE.match(parts[at]) else None
    at += state is not None
    if len(parts) < at + 4:
        raise ValueError(f"it ends after {len(parts)} columns")
    local, peer = _end(parts[at + 2]), _end(parts[at + 3])
    process = _PROCESS.search(line)
    return Socket(
        proto, state or "ESTAB", _family(local, peer, style.star), local.ip, local.port,
        None if peer.port is None and not peer.ip else peer.ip, peer.port, local.dev or peer.dev,
        process[0] if process else None, number(parts[at]), number(parts[at + 1]),
    )  # fmt: skip


def _transparent(line: str, below: str) -> bool | None:
    """Return whether a socket is transparent, by its own line or the indented one below; None without ``--inet-sockopt``."""
    shown = _SOCKOPT.search(line) or (_SOCKOPT.search(below) if below[:1].isspace() else None)
    return "transparent" in shown[1].split() if shown is not None else None


def read(words: Sequence[str], lines: Sequence[str]) -> Iterator[Item]:
    """Read the table; indented lines are details of the socket above."""
    style = _style(words, lines)
    for index, line in enumerate(lines):
        if not line.strip() or _HEADER.match(line) or _QUIET.match(line):
            continue
        try:
            row = _row(line.split(), line, style)
            if row is not None:
                row = row._replace(transparent=_transparent(line, next(iter(lines[index + 1 : index + 2]), "")))
        except ValueError as error:
            yield index, bad("ss", error)
        else:
            if row is not None:
                yield index, row


READER: Final = Reader(
    name="ss",
    accepts=accepts,
    starts=lazy(f"{_HEADER.pattern}|(?:(?:tcp|udp|raw)\\s+)?{_STATE}" + r"\s+[0-9]+\s+[0-9]+\s+\S[^\s:]*:\S+\s+\S[^\s:]*:\S+"),
    continues=lazy(
        r"(?:[a-z_?0-9]{2,7}\s+)?"
        + _STATE
        + r"\s+\S+\s+\S+\s+\S+|[0-9]+\s+[0-9]+\s+\S[^\s:]*:\S+\s+\S[^\s:]*:\S+|\t\s*\S|\s+`- |"
        r"RTNETLINK answers: |Failed to find cgroup2 mount|ss: SELinux is not enabled|Cannot open netlink socket"
    ),
    read=read,
    shape_coverage=(covers(Socket, complete=Complete.NO),),
)
