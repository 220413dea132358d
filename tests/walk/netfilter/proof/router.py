"""A router namespace between two ends: packets go in by the wire, and netfilter itself says what became of them.

A table of our own logs each packet before all other hooks and after them (NFLOG), so that verdict, addresses and mark
come from the kernel; NFTRACE tells which rules it met, and of the old iptables the same flag makes it log them (TRACE).
"""

import json
import os
import re
import secrets
import socket
import struct
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from types import TracebackType
from typing import Final, Self, TypeVar

from podpath.netlink.namespace import Visitor
from podpath.state.address import V4, Ip, ip_text, parse_ip
from podpath.walk.packet import Packet

T = TypeVar("T")
_NETLINK_NETFILTER: Final = 12
_GROUP: Final = 77
_TRACE_GROUP: Final = 9
_XT_TRACE_GROUP: Final = 0
"""Where the old iptables logs the rules that a packet with nf_trace meets (trace_packet of net/ipv4/netfilter/ip_tables.c)."""
_XT_TRACE: Final = re.compile(r"TRACE: (\w+):(.+):(?:rule|return|policy):(\d+) $")
_DEADLINE: Final = 5.0
_PROTO: Final = {"tcp": 6, "udp": 17, "icmp": 1, "icmpv6": 58, "esp": 50}
_NAMES: Final = {number: name for name, number in _PROTO.items()}
_FLAGS: Final = (("FIN", 1), ("SYN", 2), ("RST", 4), ("PSH", 8), ("ACK", 16), ("URG", 32))
_CHAINS: Final = {
    "raw": ("PREROUTING", "OUTPUT"), "nat": ("PREROUTING", "INPUT", "OUTPUT", "POSTROUTING"),
    "mangle": ("PREROUTING", "INPUT", "FORWARD", "OUTPUT", "POSTROUTING"), "filter": ("INPUT", "FORWARD", "OUTPUT"),
    "security": ("INPUT", "FORWARD", "OUTPUT"),
}  # fmt: skip
_EMPTY: Final = {
    table: "\n".join((f"*{table}", *(f":{chain} ACCEPT [0:0]" for chain in chains), "COMMIT", ""))
    for table, chains in _CHAINS.items()
}
SENTINEL: Final = 0xFFF0
INSIDE: Final = 0xFFF1
"""Number of a packet inside an ICMP error that we send; the kernel's own errors carry the packet's true number."""

# Its chain that nobody calls asks for connections: without such a rule the kernel tracks none, and skips chains of type nat.
PROBE: Final = """
table inet nfprobe {{
  chain tracked {{ ct state new; }}
  chain pre {{
    type filter hook prerouting priority -500; iifname "lo" accept;
    meta nftrace set 1 log prefix "e" group {group} queue-threshold 1;
  }}
  chain out {{
    type filter hook output priority -500; meta nftrace set 1 log prefix "o" group {group} queue-threshold 1;
  }}
  chain in {{ type filter hook input priority 500; log prefix "i" group {group} queue-threshold 1; }}
  chain post {{
    type filter hook postrouting priority 500; oifname != "lo" log prefix "p" group {group} queue-threshold 1;
  }}
}}
"""


@dataclass(slots=True)
class Seen:
    """What the kernel did with one packet.

    Attributes:
        ends: what reached the end of a hook: where, packet, mark.
        answers: what was sent back by a rule.
        rules: rules that it met: table, chain, handle, verdict code, chain of a jump.
        logged: rules of the old iptables that it met: table, chain, number; behind the last rule, the end of the chain.
    """

    ends: list[tuple[str, Packet]] = field(default_factory=list)
    answers: list[Packet] = field(default_factory=list)
    rules: list[tuple[str, str, int, int, str]] = field(default_factory=list)
    logged: list[tuple[str, str, int]] = field(default_factory=list)


def _run(*words: str, text: str | None = None) -> str:
    done = subprocess.run(words, input=text, capture_output=True, text=True, timeout=30, check=False)
    assert done.returncode == 0, f"{' '.join(words)}: {done.stderr}\n{text or ''}"
    return done.stdout


class Router:
    """The namespaces, and the sockets in them."""

    def __init__(self) -> None:
        stem = f"nf{os.getpid() % 10000}{secrets.token_hex(2)}"
        self.names = {end: f"{stem}{end}" for end in ("r", "a", "b")}
        self.macs: dict[str, bytes] = {}
        self._sockets: list[socket.socket] = []

    def __enter__(self) -> Self:
        try:
            self._build()
        except BaseException:
            self._remove()
            raise
        return self

    def _build(self) -> None:
        for name in self.names.values():
            _run("ip", "netns", "add", name)
        self._wire()
        self.log = self._open("r", lambda: socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, _NETLINK_NETFILTER))
        self.trace = self._open("r", lambda: socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, _NETLINK_NETFILTER))
        for sock in (self.log, self.trace):
            sock.setsockopt(socket.SOL_SOCKET, 33, 1 << 24)  # SO_RCVBUFFORCE
            sock.bind((0, 0))
            sock.settimeout(_DEADLINE)
        self.trace.setsockopt(270, 1, _TRACE_GROUP)  # SOL_NETLINK, NETLINK_ADD_MEMBERSHIP
        self._bind_log()
        self.wires = {end: self._packet_socket(end) for end in ("a", "b")}
        self.raw4 = self._open("r", lambda: socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_RAW))
        self.raw6 = self._open("r", lambda: socket.socket(socket.AF_INET6, socket.SOCK_RAW, socket.IPPROTO_RAW))
        self.raw6.setsockopt(socket.IPPROTO_IPV6, 36, 1)  # IPV6_HDRINCL

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._remove()

    def _remove(self) -> None:
        for sock in self._sockets:
            sock.close()
        for name in self.names.values():
            subprocess.run(("ip", "netns", "del", name), check=False, capture_output=True)

    def do(self, *words: str, text: str | None = None) -> str:
        """Run a command in the router."""
        return _run("ip", "netns", "exec", self.names["r"], *words, text=text)

    def _wire(self) -> None:
        lines = {
            "r": [
                "link set lo up",
                *(f"link add r{end} type veth peer name {end}0 netns {self.names[end]}" for end in "ab"),
                *(f"link set r{end} arp off up" for end in "ab"),
                *(f"addr add 10.{at}.0.254/24 brd + dev r{end}" for at, end in ((1, "a"), (2, "b"))),
                *(f"addr add fd00:{at}::254/64 dev r{end} nodad" for at, end in ((1, "a"), (2, "b"))),
                "route add default via 10.2.0.9 dev rb",
                "route add ::/0 via fd00:2::9 dev rb",
                "link set rb group 7",
            ],
            "a": ["link set a0 arp off up"],
            "b": ["link set b0 arp off up"],
        }
        for end, commands in lines.items():
            name = self.names[end]
            if end != "r":
                _run("ip", "netns", "exec", name, "sysctl", "-qw", "net.ipv6.conf.all.disable_ipv6=1")
            _run("ip", "-n", name, "-batch", "-", text="\n".join(commands) + "\n")
        settings = [
            "net.ipv4.ip_forward=1", "net.ipv6.conf.all.forwarding=1", "net.ipv4.icmp_ratelimit=0", "net.ipv6.icmp.ratelimit=0",
            "net.ipv4.icmp_ratemask=0", "net.ipv6.icmp.ratemask=0",
            "net.ipv4.icmp_echo_ignore_all=1", "net.netfilter.nf_conntrack_tcp_be_liberal=1", "net.ipv6.icmp.echo_ignore_all=1",
            "net.ipv6.conf.ra.accept_dad=0", "net.ipv6.conf.rb.accept_dad=0",
            *(f"net.ipv4.conf.{dev}.{what}=0" for dev in ("all", "ra", "rb") for what in ("rp_filter", "send_redirects")),
            *(f"net.ipv4.conf.{dev}.route_localnet=1" for dev in ("all", "ra", "rb")),
        ]  # fmt: skip
        self.do("sysctl", "-qw", *settings)
        for end in "ab":
            text = _run("ip", "-n", self.names["r"], "link", "show", f"r{end}")
            self.macs[end] = bytes.fromhex(text.split("link/ether ")[1].split()[0].replace(":", ""))
        self.do("nft", "-f", "-", text=PROBE.format(group=_GROUP))

    def _inside(self, end: str, work: Callable[[], T]) -> T:
        with Visitor() as visitor:
            descriptor = os.open(f"/run/netns/{self.names[end]}", os.O_RDONLY)
            try:
                return visitor.inside(descriptor, work)
            finally:
                os.close(descriptor)

    def _open(self, end: str, make: Callable[[], socket.socket]) -> socket.socket:
        made = self._inside(end, make)
        self._sockets.append(made)
        return made

    def _packet_socket(self, end: str) -> socket.socket:
        def make() -> socket.socket:
            sock = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0)
            sock.bind((f"{end}0", 0))
            return sock

        return self._open(end, make)

    def _bind_log(self) -> None:
        attributes = _attribute(1, b"\1") + _attribute(2, struct.pack(">IBx", 0xFFFF, 2)) + _attribute(5, struct.pack(">I", 1))
        for group in (_GROUP, _XT_TRACE_GROUP):
            self._ask(self.log, 4 << 8 | 1, struct.pack(">BBH", 0, 0, group) + attributes)
        for family in (socket.AF_INET, socket.AF_INET6):
            self.do("sh", "-c", f"echo nfnetlink_log > /proc/sys/net/netfilter/nf_log/{int(family)}")

    def _ask(self, sock: socket.socket, kind: int, body: bytes) -> None:
        sock.send(struct.pack("=IHHII", 16 + len(body), kind, 0x5, 1, 0) + body)
        answer = sock.recv(65536)
        assert struct.unpack_from("=i", answer, 16)[0] == 0, answer.hex()

    def refuses(self, lines: list[str]) -> int | None:
        """Load rules of nftables; return the place of a line that nft refuses, none when all are loaded."""
        words = ("ip", "netns", "exec", self.names["r"], "nft", "-f", "-")
        done = subprocess.run(words, input="\n".join(lines) + "\n", capture_output=True, text=True, timeout=30, check=False)
        if done.returncode == 0:
            return None
        line = re.search(r"stdin:(\d+):", done.stderr)
        assert line is not None, done.stderr
        return int(line[1]) - 1

    def clear(self) -> None:
        """Take all rules away but those of the probe, and forget all connections."""
        for program, names in (("iptables", "ip_tables_names"), ("ip6tables", "ip6_tables_names")):
            found = self.do("cat", f"/proc/net/{names}").split()
            self.do(f"{program}-legacy-restore", text="".join(_EMPTY[name] for name in found))
        tables = [line for line in self.do("nft", "list", "tables").splitlines() if not line.endswith(" nfprobe")]
        self.do("nft", "-f", "-", text="".join(f"delete {line}\n" for line in tables))
        self.forget()

    def listing(self) -> str:
        """Return what ``nft -j list ruleset`` prints, without the probe's table."""
        items = json.loads(self.do("nft", "-j", "list", "ruleset"))["nftables"]
        kept = [item for item in items if all("nfprobe" not in (part.get("table"), part.get("name")) for part in item.values())]
        return json.dumps({"nftables": kept})

    def words(self) -> str:
        """Return what ``nft list ruleset`` prints, without the probe's table."""
        tables = self.do("nft", "list", "ruleset").split("\ntable ")
        kept = [table.removeprefix("table ") for table in tables if "nfprobe" not in table.split("{")[0]]
        return "".join(f"table {table}\n" for table in kept)

    def handles(self) -> dict[tuple[str, str, str, int], int]:
        """Return the handles of rules by family, table, chain and number in it."""
        found: dict[tuple[str, str, str, int], int] = {}
        counts: dict[tuple[str, str, str], int] = {}
        for item in json.loads(self.do("nft", "-j", "list", "ruleset"))["nftables"]:
            if "rule" in item:
                rule = item["rule"]
                key = (rule["family"], rule["table"], rule["chain"])
                counts[key] = counts.get(key, 0) + 1
                found[*key, counts[key]] = rule["handle"]
        return found

    def forget(self) -> None:
        """Forget all connections."""
        sock = self._inside("r", lambda: socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, _NETLINK_NETFILTER))
        try:
            sock.bind((0, 0))
            sock.settimeout(_DEADLINE)
            self._ask(sock, 1 << 8 | 2, struct.pack(">BBH", 0, 0, 0))  # IPCTNL_MSG_CT_DELETE
        finally:
            sock.close()

    def send(self, end: str, packet: Packet, number: int, kind: str = "unicast") -> None:
        """Send a packet: from an end by its wire, or from the router itself."""
        data = encode(packet, number)
        if end == "r":
            sock = self.raw4 if packet.family == V4 else self.raw6
            sock.setsockopt(socket.SOL_SOCKET, 36, packet.mark)  # SO_MARK
            try:
                sock.sendto(data, (ip_text(packet.dst), 0))
            except (PermissionError, OSError):
                return  # a rule dropped it, and the sender is told so
            return
        target = {"unicast": self.macs[end], "broadcast": b"\xff" * 6, "multicast": b"\1\0\x5e\0\0\1"}[kind]
        ether = b"\x86\xdd" if packet.family != V4 else b"\x08\x00"
        self.wires[end].send(target + SMAC + ether + data)

    def results(self, numbers: Sequence[int]) -> dict[int, Seen]:
        """Return what became of each packet; the last one sent must be the sentinel."""
        seen = {number: Seen() for number in numbers}
        deadline = time.monotonic() + _DEADLINE
        while True:
            assert time.monotonic() < deadline, "the sentinel did not arrive"
            if self._logged(self.log.recv(1 << 17), seen):
                break
        self._traced(seen)
        return seen

    def _logged(self, data: bytes, seen: dict[int, Seen]) -> bool:
        for kind, body in _messages(data):
            if kind != 4 << 8:
                continue
            found = dict(_attributes(body[4:]))
            prefix = found.get(10, b"").rstrip(b"\0").decode()
            packet, number, answer = decode(found[9])
            packet = replace(packet, mark=struct.unpack(">I", found[2])[0] if 2 in found else 0)
            if number == SENTINEL and prefix == "e":
                return True
            if number not in seen:
                continue
            met = _XT_TRACE.match(prefix)
            if met is not None and not answer:
                seen[number].logged.append((met[1], met[2], int(met[3])))
            elif prefix in {"i", "p"} and not answer:
                seen[number].ends.append((prefix, packet))
            elif prefix == "o" and answer:
                seen[number].answers.append(packet)
        return False

    def _traced(self, seen: dict[int, Seen]) -> None:
        """Read what NFTRACE has told until now."""
        owners: dict[bytes, int] = {}
        self.trace.setblocking(False)  # noqa: FBT003 - the library's own form
        while True:
            try:
                data = self.trace.recv(1 << 17)
            except BlockingIOError:
                break
            except OSError:
                continue
            for kind, body in _messages(data):
                if kind != (10 << 8 | 17):
                    continue
                found = dict(_attributes(body[4:]))
                if 8 in found:
                    transport = found.get(9, b"")
                    _, owner, answer = decode(found[8] + transport)
                    owners[found[6]] = -1 if answer else owner
                number = owners.get(found[6], -1)
                if number not in seen or struct.unpack(">I", found[4])[0] not in {1, 3}:
                    continue
                verdict = dict(_attributes(found[5])) if 5 in found else {}
                code = struct.unpack(">i", verdict[1])[0] if 1 in verdict else 0
                if struct.unpack(">I", found[4])[0] == 1 and 16 in found:
                    code = struct.unpack(">i", found[16])[0]
                handle = struct.unpack(">Q", found[3])[0] if 3 in found else 0
                seen[number].rules.append((_word(found[1]), _word(found[2]), handle, code, _word(verdict.get(2, b""))))


SMAC: Final = bytes.fromhex("020000000a01")


def _word(data: bytes) -> str:
    return data.rstrip(b"\0").decode()


def _attribute(kind: int, value: bytes) -> bytes:
    return struct.pack("=HH", 4 + len(value), kind) + value + bytes(-len(value) % 4)


def _attributes(data: bytes) -> Iterator[tuple[int, bytes]]:
    at = 0
    while at + 4 <= len(data):
        length, kind = struct.unpack_from("=HH", data, at)
        yield kind & 0x3FFF, data[at + 4 : at + length]
        at += (length + 3) & ~3


def _messages(data: bytes) -> Iterator[tuple[int, bytes]]:
    at = 0
    while at + 16 <= len(data):
        length, kind = struct.unpack_from("=IH", data, at)
        yield kind, data[at + 16 : at + length]
        at += (length + 3) & ~3


def _sum(data: bytes) -> int:
    if len(data) % 2:
        data += b"\0"
    total: int = sum(struct.unpack(f">{len(data) // 2}H", data))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF


def _bytes(address: Ip) -> bytes:
    six = ":" in ip_text(address)
    return int(address).to_bytes(16, "big") if six else (address & 0xFFFFFFFF).to_bytes(4, "big")


def encode(packet: Packet, number: int) -> bytes:
    """Return the bytes of a packet that carries its number: in the identification, the flow label, the TCP sequence."""
    proto = _PROTO[packet.proto]
    ends = _bytes(packet.src) + _bytes(packet.dst)
    head = 20 if packet.family == V4 else 40
    body = _transport(packet, number, packet.length - head)
    pseudo = (
        ends + struct.pack(">IHBB", len(body), 0, 0, proto)
        if packet.family != V4
        else ends + struct.pack(">BBH", 0, proto, len(body))
    )
    at = {"tcp": 16, "udp": 6, "icmp": 2, "icmpv6": 2}.get(packet.proto)
    if at is not None:
        value = _sum(body if packet.proto == "icmp" else pseudo + body)
        body = body[:at] + struct.pack(">H", value or 0xFFFF) + body[at + 2 :]
    if packet.family == V4:
        fixed = struct.pack(">BBHHHBBH", 0x45, packet.tos, head + len(body), number, 0, packet.ttl, proto, 0) + ends
        return fixed[:10] + struct.pack(">H", _sum(fixed)) + fixed[12:] + body
    return struct.pack(">IHBB", 6 << 28 | packet.tos << 20 | number, len(body), proto, packet.ttl) + ends + body


def _transport(packet: Packet, number: int, length: int) -> bytes:
    if packet.proto == "tcp":
        flags = sum(bit for name, bit in _FLAGS if name in packet.flags)
        ack = number << 8
        head = struct.pack(">HHIIBBHHH", packet.sport or 0, packet.dport or 0, number << 8, ack, 5 << 4, flags, 1000, 0, 0)
    elif packet.proto == "udp":
        head = struct.pack(">HHHH", packet.sport or 0, packet.dport or 0, length, 0)
    elif packet.proto in {"icmp", "icmpv6"}:
        if packet.about is not None:
            return (
                struct.pack(">BBHI", packet.icmp_type or 0, packet.icmp_code or 0, 0, 0)
                + encode(packet.about, INSIDE)[: length - 8]
            )
        head = struct.pack(">BBHHH", packet.icmp_type or 0, packet.icmp_code or 0, 0, packet.sport or 0, 1)
    else:
        head = b""
    return head + bytes(max(0, length - len(head)))


def decode(data: bytes) -> tuple[Packet, int, bool]:
    """Return a packet, its number, and whether the kernel made it as an answer to the packet of that number."""
    if data[0] >> 4 == 4:
        tos, ttl, proto = data[1], data[8], data[9]
        length, number = struct.unpack_from(">HH", data, 2)
        src, dst = (parse_ip(socket.inet_ntop(socket.AF_INET, data[at : at + 4])) for at in (12, 16))
        body = data[(data[0] & 15) * 4 :]
    else:
        word, size, proto, ttl = struct.unpack_from(">IHBB", data)
        tos, number, length = word >> 20 & 0xFF, word & 0xFFFFF, size + 40
        src, dst = (parse_ip(socket.inet_ntop(socket.AF_INET6, data[at : at + 16])) for at in (8, 24))
        body = data[40:]
    packet = Packet(src, dst, _NAMES.get(proto, str(proto)), length=length, ttl=ttl, tos=tos)
    if packet.proto == "tcp" and len(body) >= 16:
        sport, dport, seq, ack, _, flags, window = struct.unpack_from(">HHIIBBH", body)
        packet = replace(packet, sport=sport, dport=dport, flags=frozenset(name for name, bit in _FLAGS if flags & bit))
        if "RST" in packet.flags and not window:
            told: int = ack or seq
            return packet, told >> 8, True
    elif packet.proto == "udp" and len(body) >= 4:
        sport, dport = struct.unpack_from(">HH", body)
        packet = replace(packet, sport=sport, dport=dport)
    elif packet.proto in {"icmp", "icmpv6"} and len(body) >= 8:
        kind, code, _, ident = struct.unpack_from(">BBHH", body)
        packet = replace(packet, icmp_type=kind, icmp_code=code, sport=ident)
        error = kind in {3, 4, 5, 11, 12} if packet.proto == "icmp" else kind < 128
        if error and len(body) >= 28:
            inner, inside, _ = decode(body[8:])
            packet = replace(packet, about=inner, sport=None)
            return packet, (number if inside == INSIDE else inside), inside != INSIDE
    return packet, number, False
