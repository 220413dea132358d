"""Namespaces that nobody else sees, real commands in them, a capture, and real packets: the judge of the walk.

A namespace lives as long as its descriptor: nothing has a name, and nothing is left behind, however a test ends.
"""

import errno
import os
import selectors
import socket
import struct
import subprocess
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Final, Self, TypeVar

import pytest

from podpath.collect.node.inside import Inside, identifiers
from podpath.collect.node.rulesets import Printed, rulesets
from podpath.netlink import link
from podpath.netlink.libc import call
from podpath.netlink.namespace import Visitor
from podpath.netlink.route_socket import NETLINK_ROUTE, Devices, dump
from podpath.netlink.sock import Netlink
from podpath.snapshot.load import load_output
from podpath.snapshot.store import Store
from podpath.state.evidence import Coverage
from podpath.state.link import Link

T = TypeVar("T")
_HURRY: Final = {"retrans_time_ms": "30", "proxy_delay": "0", "delay_first_probe_time": "60"}
"""Questions are given up after three times the first, and an entry that is there is not asked about again while a test lasts."""
_CLONE_NEWNET: Final = 0x40000000
OPEN, CLOSED = 7777, 7778
"""Ports at which every namespace listens, and does not."""
_IP_RECVERR, _IPV6_RECVERR = 11, 25
_MTU_DISCOVER: Final = {socket.AF_INET: (socket.IPPROTO_IP, 10), socket.AF_INET6: (socket.IPPROTO_IPV6, 23)}
_DONT, _DO = 0, 2
_FRAMES: Final = {
    "ebtables": "ebtables-nft-save",
    "ebtables -L": "ebtables-nft -L --Lc --Ln",
    "arptables": "arptables-nft-save -c",
    "arptables-legacy": "arptables-legacy -n -L",
}
"""Programs of rules for frames, and how each is asked what it has."""
PATIENCE: Final = 0.6
"""Seconds of silence after which a packet is lost: six times what a neighbour that does not answer takes here."""
# Errors are never held back for being many, no address waits, and nobody tells again within a second, through tunnels too,
# which groups it has joined: that teaches neighbours a MAC which the capture saw them not know.
_SETTINGS: Final = {
    "ipv6/conf/default/mldv2_unsolicited_report_interval": "600000",
    "ipv4/icmp_ratelimit": "0",
    "ipv4/icmp_msgs_per_sec": "100000",
    "ipv4/icmp_msgs_burst": "10000",
    "ipv6/icmp/ratelimit": "0",
    "ipv6/conf/default/accept_dad": "0",
    "ipv6/conf/default/dad_transmits": "0",
    "ipv6/conf/default/accept_ra": "0",
    "ipv6/conf/default/router_solicitations": "0",
}


@dataclass(frozen=True)
class Probe:
    """A packet to be sent.

    Attributes:
        source: name of the sending namespace.
        address: destination.
        proto: icmp, tcp or udp.
        port: destination port of tcp and udp.
        size: size of the whole packet in bytes, or None for a small one.
        dont_fragment: it must not be cut.
    """

    source: str
    address: str
    proto: str = "icmp"
    port: int = OPEN
    size: int | None = None
    dont_fragment: bool = False

    @property
    def family(self) -> socket.AddressFamily:
        """Family of the address."""
        return socket.AF_INET6 if ":" in self.address else socket.AF_INET


@dataclass
class _Running:
    probe: Probe
    opened: socket.socket
    deadline: float = 0.0
    payload: bytes = b""
    outcome: str = field(default="")


class Lab:
    """Namespaces of a test."""

    def __init__(self) -> None:
        self.visitor = Visitor()
        self.spaces: dict[str, int] = {}
        self._shows: dict[str, list[str]] = {}
        self._servers: list[tuple[socket.socket, str]] = []
        self._selector = selectors.DefaultSelector()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        for opened, _ in self._servers:
            opened.close()
        self._selector.close()
        for descriptor in self.spaces.values():
            os.close(descriptor)
        self.visitor.__exit__(None, None, None)

    # -- building ------------------------------------------------------------------------------------

    def add(self, *names: str) -> None:
        """Make namespaces; lo is up."""

        def make() -> int:
            call("unshare", _CLONE_NEWNET)
            for name, value in _SETTINGS.items():
                with suppress(OSError), open(f"/proc/sys/net/{name}", "w", encoding="ascii") as file:  # noqa: PTH123 - hundreds of them
                    file.write(value)
            opened: int = os.open("/proc/thread-self/ns/net", os.O_RDONLY | os.O_CLOEXEC)
            return opened

        for name in names:
            home = os.open("/proc/thread-self/ns/net", os.O_RDONLY | os.O_CLOEXEC)
            try:
                self.spaces[name] = self.visitor.inside(home, make)
            finally:
                os.close(home)
            self.batch(name, ["link set lo up"])

    def path(self, name: str) -> str:
        """Return the path by which commands find a namespace."""
        return f"/proc/{os.getpid()}/fd/{self.spaces[name]}"

    def inside(self, name: str, work: Callable[[], T]) -> T:
        """Do work in a thread that is inside a namespace."""
        return self.visitor.inside(self.spaces[name], work)

    def batch(self, name: str, lines: Iterable[str], *, tool: str = "ip", force: bool = False, family: int = 4) -> None:
        """Run lines of ``ip -batch`` or ``bridge -batch`` in a namespace; a name in braces is that namespace's path."""
        text = "\n".join(line.format(**{name: self.path(name) for name in self.spaces}) for line in lines)
        if not text:
            return
        words = [tool, *(["-6"] if family == 6 else []), *(["-force"] if force else []), "-batch", "-"]

        def run() -> subprocess.CompletedProcess[str]:
            return subprocess.run(words, input=text, capture_output=True, text=True, timeout=60, check=False)

        done = self.inside(name, run)  # a process is born where the thread is that starts it
        if done.returncode and not force:
            raise AssertionError(f"{name}: {done.stderr}\n{text}")

    def sysctl(self, name: str, setting: str, value: str) -> None:
        """Write a setting (``net.ipv4.conf.eth0.rp_filter``) in a namespace."""
        path = "/proc/sys/" + setting.replace(".", "/")

        def write() -> None:
            with open(path, "w", encoding="ascii") as file:  # noqa: PTH123 - thousands of them
                file.write(value)

        self.inside(name, write)

    def do(self, line: str, *, force: bool = False) -> None:
        """Run one line of a case: ``NAME: ip …``, ``NAME: bridge …`` or ``NAME: sysctl SETTING=VALUE``."""
        name, _, command = line.partition(": ")
        tool, _, rest = command.partition(" ")
        if tool == "sysctl":
            setting, _, value = rest.partition("=")
            with suppress(OSError):
                self.sysctl(name, setting, value)
        else:
            self.batch(name, [rest], tool=tool, force=force)

    def run(self, lines: Iterable[str], *, force: bool = False) -> None:
        """Run lines of a case in order; neighbouring ones of one namespace and tool go together."""
        group: list[str] = []
        head = ("", "")
        for line in lines:
            name, _, command = line.partition(": ")
            tool, _, rest = command.partition(" ")
            if (name, tool) != head or tool == "sysctl":
                self._flush(head, group, force=force)
                group, head = [], (name, tool)
            if tool == "sysctl":
                self.do(line)
            else:
                group.append(rest)
        self._flush(head, group, force=force)

    def _flush(self, head: tuple[str, str], group: list[str], *, force: bool) -> None:
        if group:
            self.batch(head[0], group, tool=head[1], force=force)

    def hurry(self) -> None:
        """Let every device give up soon on neighbours that do not answer, and proxies answer at once."""

        def write() -> None:
            for family in ("ipv4", "ipv6"):
                folder = f"/proc/sys/net/{family}/neigh"
                for dev in os.listdir(folder):  # noqa: PTH208 - thousands of them
                    for name, value in _HURRY.items():
                        with open(f"{folder}/{dev}/{name}", "w", encoding="ascii") as file:  # noqa: PTH123 - as above
                            file.write(value)

        for name in self.spaces:
            self.inside(name, write)

    def settle(self, patience: float = 3.0) -> None:
        """Wait until the kernel has noticed every carrier that came or went: ports, routes and next hops follow only then."""
        deadline = time.monotonic() + patience

        def unsettled() -> bool:
            with Netlink(NETLINK_ROUTE) as opened:
                rows = [row for row in link.rows(dump(opened, link.TABLE), Devices()) if isinstance(row, Link) and row.up]
            wakes = any(row.carrier and row.operstate in {"DOWN", "LOWERLAYERDOWN"} for row in rows)
            return wakes or any(row.carrier is False and row.operstate == "UP" for row in rows)

        while any(self.inside(name, unsettled) for name in self.spaces):
            assert time.monotonic() < deadline, "devices do not settle"
            time.sleep(0.02)

    def rules(self, name: str, lines: str, *, tool: str = "iptables") -> None:
        """Give a namespace rules: lines for ``iptables-restore`` and its kin, or for ``nft -f``.

        Those of ebtables and arptables are captured as their own programs print them: saved, or listed.
        """
        if tool in _FRAMES:
            self._shows.setdefault(name, []).append(_FRAMES[tool])
            self._typed(name, lines, tool.split(maxsplit=1)[0])
            return
        words = {
            "iptables": ["iptables-restore", "-n"],
            "ip6tables": ["ip6tables-restore", "-n"],
            "legacy": ["iptables-legacy-restore", "-n"],
            "nft": ["nft", "-f", "-"],
        }[tool]
        done = subprocess.run(
            ["nsenter", f"--net={self.path(name)}", *words], input=lines, capture_output=True, text=True, timeout=60, check=False
        )
        assert done.returncode == 0, done.stderr

    def _typed(self, name: str, lines: str, tool: str) -> None:
        """Type one rule after the other."""
        program = {"ebtables": "ebtables-nft", "arptables": "arptables-nft"}.get(tool, tool)
        text = "set -e\n" + "".join(f"{program} {line}\n" for line in lines.splitlines() if line.strip())
        words = ["nsenter", f"--net={self.path(name)}", "sh", "-c", text]
        done = subprocess.run(words, capture_output=True, text=True, timeout=60, check=False)
        assert done.returncode == 0, done.stderr

    # -- reading -------------------------------------------------------------------------------------

    def capture(self, nodes: dict[str, str] | None = None) -> Store:
        """Capture all namespaces.

        Args:
            nodes: node of each namespace that is a node's own; the others belong to one node, ``lab``.
        """
        store = Store()
        inodes = {name: os.fstat(descriptor).st_ino for name, descriptor in self.spaces.items()}
        candidates = [(inodes[name], descriptor) for name, descriptor in self.spaces.items()]
        node_of = nodes or {}
        for name, descriptor in self.spaces.items():
            if nodes is not None and name not in node_of:
                continue
            node = store.node(node_of.get(name, "lab"))
            ns = store.netns(node, "netns", name, inode=inodes[name]) if nodes is None else store.netns(node, inode=inodes[name])
            inside = Inside({}, host=False, features=(), programs=False)

            def look(inside: Inside = inside) -> list[Any]:
                inside.look(lambda wanted, opened: list(identifiers(wanted, opened, candidates)))
                return list(rulesets())

            filters = self.visitor.inside(descriptor, look)
            filters += [self._shown(name, command) for command in self._shows.get(name, ())]
            for rows in inside.rows:
                store.add(ns, 0, ((0, row) for row in rows))
            store.add(ns, 0, ((0, row) for row in inside.coverage))
            for item in filters:
                if isinstance(item, Printed):
                    load_output(store, ns, "lab", item.command, item.text)
                elif isinstance(item, Coverage):
                    store.add(ns, 0, [(0, item)])
        store.flush()
        return store

    def printed(self, name: str, command: str) -> str:
        """Return what a command prints in a namespace."""
        words = ["nsenter", f"--net={self.path(name)}", *command.split()]
        return subprocess.run(words, capture_output=True, text=True, timeout=60, check=True).stdout

    def _shown(self, name: str, command: str) -> Printed:
        return Printed(command, self.printed(name, command))

    # -- sending -------------------------------------------------------------------------------------

    def listen(self, *names: str) -> None:
        """Let namespaces answer TCP and UDP at the open port, of both families."""

        def serve() -> list[tuple[socket.socket, str]]:
            found = []
            for kind, proto in ((socket.SOCK_STREAM, "tcp"), (socket.SOCK_DGRAM, "udp")):
                opened = socket.socket(socket.AF_INET6, kind)
                opened.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)
                opened.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                if proto == "udp":
                    # The answer comes from the address that was asked: IP_PKTINFO, IPV6_RECVPKTINFO.
                    opened.setsockopt(socket.IPPROTO_IPV6, 49, 1)
                opened.bind(("::", OPEN))
                if proto == "tcp":
                    opened.listen(1000)
                opened.setblocking(False)  # noqa: FBT003 - the standard library's name
                found.append((opened, proto))
            return found

        for name in names:
            for opened, proto in self.inside(name, serve):
                self._servers.append((opened, proto))
                self._selector.register(opened, selectors.EVENT_READ, proto)

    def send(self, probes: Iterable[Probe], patience: float = PATIENCE) -> list[str]:
        """Send probes all at once, and return what came of each: delivered, timeout, or the name of an error."""
        running = [self.inside(probe.source, lambda probe=probe: _start(probe)) for probe in probes]  # type: ignore[misc]
        for one in running:
            if not one.outcome:
                self._selector.register(one.opened, selectors.EVENT_READ | selectors.EVENT_WRITE, one)
                one.deadline = time.monotonic() + patience
        while any(not one.outcome for one in running):
            for key, _ in self._selector.select(0.02):
                if isinstance(key.data, _Running):
                    _go_on(key.data)
                    if key.data.outcome:
                        self._selector.unregister(key.data.opened)
                    elif key.data.probe.proto != "tcp":
                        self._selector.modify(key.data.opened, selectors.EVENT_READ, key.data)
                else:
                    _serve(key.fileobj, key.data)  # type: ignore[arg-type]
            for one in running:
                if not one.outcome and time.monotonic() > one.deadline:
                    one.outcome = "timeout"
                    self._selector.unregister(one.opened)
        for one in running:
            one.opened.close()
        return [one.outcome for one in running]


def _serve(opened: socket.socket, proto: str) -> None:
    with suppress(OSError):
        if proto == "tcp":
            opened.accept()[0].close()
        else:
            data, control, _, sender = opened.recvmsg(65536, 256)
            # From the address that was asked, by whichever device the routes say: the device's number is left out.
            asked = [(level, kind, value[:16] + bytes(4)) for level, kind, value in control]
            opened.sendmsg([data], asked, 0, sender)


def _start(probe: Probe) -> _Running:
    kinds = {"tcp": socket.SOCK_STREAM, "udp": socket.SOCK_DGRAM, "icmp": socket.SOCK_RAW}
    proto = 0
    if probe.proto == "icmp":
        proto = socket.IPPROTO_ICMPV6 if probe.family == socket.AF_INET6 else socket.IPPROTO_ICMP
    opened = socket.socket(probe.family, kinds[probe.proto], proto)
    opened.setblocking(False)  # noqa: FBT003 - the standard library's name
    level, option = (socket.IPPROTO_IPV6, _IPV6_RECVERR) if probe.family == socket.AF_INET6 else (socket.IPPROTO_IP, _IP_RECVERR)
    if probe.proto != "tcp":
        opened.setsockopt(level, option, 1)
        level, option = _MTU_DISCOVER[probe.family]
        opened.setsockopt(level, option, _DO if probe.dont_fragment else _DONT)
    one = _Running(probe, opened)
    try:
        if probe.proto == "icmp":  # as ping(8): connect() would look the route up again, with the source
            one.payload = _payload(probe)
            opened.sendto(one.payload, (probe.address, 0))
            with suppress(OSError):  # from here on no other probe's errors
                opened.connect((probe.address, 0))
            return one
        opened.connect((probe.address, probe.port))
        if probe.proto == "udp":
            one.payload = _payload(probe)
            opened.send(one.payload)
    except BlockingIOError:
        pass
    except OSError as error:
        one.outcome = errno.errorcode[error.errno or 0]
    return one


_sequence = iter(range(1 << 30))


def _payload(probe: Probe) -> bytes:
    v6 = probe.family == socket.AF_INET6
    head = (40 if v6 else 20) + 8
    filling = b"p" * max(0, (probe.size or 84) - head)
    if probe.proto == "udp":
        return filling or b"p"
    number = next(_sequence)
    identity = (os.getpid() ^ number >> 16) & 0xFFFF
    body = struct.pack("!HH", identity, number & 0xFFFF) + filling
    if v6:
        return struct.pack("!BBH", 128, 0, 0) + body
    return struct.pack("!BBH", 8, 0, _checksum(struct.pack("!BBH", 8, 0, 0) + body)) + body


def _checksum(data: bytes) -> int:
    if len(data) % 2:
        data += b"\0"
    total: int = sum(struct.unpack(f"!{len(data) // 2}H", data))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF


def _go_on(one: _Running) -> None:
    error = one.opened.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
    if error:
        one.outcome = errno.errorcode[error]
        return
    if one.probe.proto == "tcp":
        with suppress(OSError):
            one.opened.getpeername()
            one.outcome = "delivered"
        return
    try:
        data = one.opened.recv(70000)
    except BlockingIOError:
        return
    except OSError as problem:
        one.outcome = errno.errorcode[problem.errno or 0]
        return
    if one.probe.proto == "icmp":
        at = 0 if one.probe.family == socket.AF_INET6 else (data[0] & 15) * 4
        if data[at] != (129 if at == 0 else 0) or data[at + 4 : at + 8] != one.payload[4:8]:
            return
    one.outcome = "delivered"


def needs_root() -> None:
    """Skip where namespaces cannot be made."""
    if os.geteuid() != 0:
        pytest.skip("making network namespaces needs root")
