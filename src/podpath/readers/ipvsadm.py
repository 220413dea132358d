"""``ipvsadm -Ln`` and ``/proc/net/ip_vs``, one table, and ``ipvsadm -Sn`` (ipvsadm(8), net/netfilter/ipvs/ip_vs_ctl.c)."""

import re
from collections.abc import Iterator, Sequence
from typing import Final

from podpath.readers.interface import Bad, Item, Reader, assumed
from podpath.readers.options import shows_proc_net
from podpath.state.address import V4_BASE, Ip, parse_ip
from podpath.state.evidence import Complete, Coverage, covers
from podpath.state.ipvs import VirtualServer
from podpath.state.pattern import lazy

_TITLE: Final = lazy(r"IP Virtual Server version [\d.]+ \(size=\d+\)\s*$")
_HEADS: Final = lazy(r"Prot LocalAddress:Port Scheduler Flags\s*$|  -> RemoteAddress:Port\s+Forward Weight ")
_SERVER: Final = lazy(r"(TCP|UDP|SCTP|FWM)\s+(\S+)(?: (IPv6))?\s+(\w+)((?: \S+)*)\s*$")
_REAL: Final = lazy(r"  -> (\S+)\s+(Masq|Route|Tunnel|Local)\s+(\d+)\s+\d+\s+\d+\s*$")
_SAVED: Final = lazy(r"-([Aa]) -([tufs]|-sctp-service) \S")
_HEX: Final = lazy(r"[0-9A-F]{8}:[0-9A-F]{4}$|\[[0-9a-f:]+\]:[0-9A-F]{4}$")
_FORWARDS: Final = {"-m": "masq", "-g": "route", "-i": "tunnel"}
_PROTOS: Final = {"-t": "tcp", "-u": "udp", "--sctp-service": "sctp", "-f": "fwm"}
_PERSISTENT: Final = lazy(r"persistent (\d+)")
_DEFAULT_TIMEOUT: Final = 300
"""Seconds of ``-p`` without a number."""


def accepts(words: Sequence[str]) -> tuple[Coverage, ...] | None:
    """Accept ``ipvsadm -Ln`` (letters in any order), ``ipvsadm -Sn`` and ``cat /proc/net/ip_vs``."""
    if shows_proc_net(words, "ip_vs"):
        return (covers(VirtualServer),)
    if (
        words[:1] != ["ipvsadm"]
        or not words[1:]
        or not all(re.fullmatch(r"-[LlSn]+|--list|--save|--numeric", w) for w in words[1:])
    ):
        return None
    letters = "".join(word.lstrip("-") for word in words[1:])
    listed = any(letter in letters for letter in "LlS")
    numeric = "n" in letters
    return (covers(VirtualServer, complete=Complete.YES if numeric else Complete.NO),) if listed else None


def read(words: Sequence[str], lines: Sequence[str]) -> Iterator[Item]:
    """Read either form; a server without real servers has a row of its own."""
    from_file = bool(words) and shows_proc_net(words, "ip_vs")
    server: VirtualServer | None = None
    where, bare = 0, False
    saved: dict[tuple[str, str], VirtualServer] = {}
    for index, line in enumerate(lines):
        if not line.strip() or _TITLE.match(line) or _HEADS.match(line):
            continue
        if _SAVED.match(line):
            yield from _saved(index, line, saved)
            continue
        begins, real = _SERVER.match(line), _REAL.match(line)
        try:
            if begins is not None:
                if server is not None and bare:
                    yield where, server
                server, where, bare = _begun(begins, from_file=from_file), index, True
            elif real is not None and server is not None:
                address, port = _place(real[1], from_file=from_file)
                bare = False
                yield index, server._replace(real=address, real_port=port, forward=real[2].lower(), weight=int(real[3]))
            else:
                yield index, Bad("this does not look like `ipvsadm -Ln` output")
        except ValueError as error:
            yield index, Bad(f"this looks like `ipvsadm -Ln` output but {error}")
    if server is not None and bare:
        yield where, server
    yield from ((0, row) for row in saved.values() if row.real is None)


def _begun(match: re.Match[str], *, from_file: bool) -> VirtualServer:
    proto, place, flags = match[1].lower(), match[2], match[5]
    kept = _PERSISTENT.search(flags)
    persistent = int(kept[1]) if kept is not None else None
    if proto == "fwm":
        return VirtualServer(proto, mark=int(place, 16 if from_file else 10), scheduler=match[4], persistent=persistent)
    address, port = _place(place, from_file=from_file)
    return VirtualServer(proto, address, port, None, match[4], persistent)


def _place(text: str, *, from_file: bool) -> tuple[Ip, int]:
    """Read ``10.96.0.1:443``, ``[fd00::1]:443``, and the kernel's hexadecimal forms of both."""
    host, _, port = text.rpartition(":")
    if from_file or (_HEX.match(text) and "." not in text and not text.startswith("[")):
        return (parse_ip(host.strip("[]")) if ":" in host else Ip(V4_BASE + int(host, 16))), int(port, 16)
    return parse_ip(host.strip("[]")), int(port)


def _saved(index: int, line: str, saved: dict[tuple[str, str], VirtualServer]) -> Iterator[Item]:
    """Read a line of ``ipvsadm -S``: ``-A`` makes a server, ``-a`` gives it a real one."""
    words = line.split()
    try:
        proto, place = _PROTOS[words[1]], words[2]
        options = {word: words[at + 1] if at + 1 < len(words) else "" for at, word in enumerate(words)}
        if words[0] == "-A":
            kept = options.get("-p")
            base = VirtualServer(
                proto, scheduler=options.get("-s"),
                persistent=None if kept is None else int(kept) if kept.isdigit() else _DEFAULT_TIMEOUT,
            )  # fmt: skip
            if proto == "fwm":
                saved[proto, place] = base._replace(mark=int(place))
            else:
                address, port = _place(place, from_file=False)
                saved[proto, place] = base._replace(address=address, port=port)
            return
        server = saved[proto, place]
        address, port = _place(options["-r"], from_file=False)
        forward = next((name for flag, name in _FORWARDS.items() if flag in words), "route")
        row = server._replace(real=address, real_port=port, forward=forward, weight=int(options.get("-w", "1")))
        saved[proto, place] = server._replace(real=Ip(0))
        yield index, row
    except (KeyError, ValueError, IndexError) as error:
        yield index, Bad(f"this looks like `ipvsadm -Sn` output but {error} is not what it prints")


READER: Final = Reader(
    name="ipvsadm",
    accepts=accepts,
    starts=lazy(rf"{_TITLE.pattern}|-A -[tuf] \S+ -s \w+"),
    continues=lazy(f"{_HEADS.pattern}|{_SERVER.pattern}|{_REAL.pattern}|{_SAVED.pattern}"),
    read=read,
    shape_coverage=assumed(VirtualServer),
)
