"""Real packets from one namespace: echo requests, TCP handshakes, UDP datagrams; all of them on their way at once.

A packet carries what it is known by (:mod:`podpath.probe.flow`): a TCP connection its initial sequence number, which a socket
in repair mode may choose (tcp_repair_set_window_opt and tcp_v4_connect in net/ipv4). Nothing but the handshake is sent by TCP.
"""

import contextlib
import errno
import os
import select
import socket
import struct
import time
from collections.abc import Callable
from typing import Final, NamedTuple

from podpath.probe.flow import Flow

_IP_RECVERR, _IPV6_RECVERR = 11, 25
_IP_MTU_DISCOVER, _IPV6_MTU_DISCOVER = 10, 23
_PMTUDISC_DONT, _PMTUDISC_DO, _PMTUDISC_PROBE = 0, 2, 3
_TCP_REPAIR, _TCP_REPAIR_QUEUE, _TCP_QUEUE_SEQ = 19, 20, 21
_REPAIR_OFF_WITHOUT_PROBE: Final = -1
_SEND_QUEUE: Final = 2
_ECHO: Final = {socket.AF_INET: 8, socket.AF_INET6: 128}
_ECHO_REPLY: Final = {socket.AF_INET: 0, socket.AF_INET6: 129}
_HEADERS: Final = {socket.AF_INET: 28, socket.AF_INET6: 48}
"""Bytes of the IP header with that of UDP or an echo request."""
_USUAL: Final = {"icmp": 56, "udp": 32}
"""Bytes of data of a packet of no given size: what a walk predicts a packet of."""
_HEADER_BYTES: Final = 8
_V4: Final = 4


class Target(NamedTuple):
    """Where packets go, and how.

    Attributes:
        address: destination address.
        port: destination port; 0 for ICMP.
        source: source address, or None if the kernel chooses.
        source_port: source port, or 0 if the kernel chooses; for the first packet only.
        size: bytes of the whole packet (ICMP, UDP), or None for a small one.
        whole: routers must not cut it, and what the kernel has learned of the path's MTU is not asked.
    """

    address: str
    port: int = 0
    source: str | None = None
    source_port: int = 0
    size: int | None = None
    whole: bool = False


class Result(NamedTuple):
    """What the sender of a packet got.

    Attributes:
        error: empty if it was answered; else the name of the error (``ECONNREFUSED``), ``ETIMEDOUT`` for silence.
        microseconds: until then.
    """

    error: str
    microseconds: float


class _Open:
    """A packet that is on its way, or will be: when it was sent, or None if it was not yet."""

    def __init__(self, made: socket.socket) -> None:
        self.socket = made
        self.sent: float | None = None


class Sender:
    """Sends the packets of a flow, and gathers what comes of each.

    Args:
        flow: what they carry.
        target: where they go.

    It is made, and each packet is sent, inside the namespace; what comes back may be gathered anywhere.
    """

    def __init__(self, flow: Flow, target: Target) -> None:
        self.flow, self.target = flow, target
        self._family = socket.AF_INET6 if ":" in target.address else socket.AF_INET
        self._identifier = int.from_bytes(os.urandom(2), "big") | 1
        self._open: dict[int, _Open] = {}
        self.results: dict[int, Result] = {}
        self.ports: dict[int, int] = {}

    def close(self) -> None:
        """Close what is still open."""
        for one in self._open.values():
            one.socket.close()
        self._open.clear()

    def prepare(self, number: int) -> None:
        """Open the socket of a packet, so that its port is known before it is sent; an error is its result."""
        self._guarded(number, self._prepare)

    def send(self, number: int) -> None:
        """Send a packet that was prepared."""
        if number in self._open:
            self._open[number].sent = time.monotonic()
            self._guarded(number, self._send)

    def _guarded(self, number: int, work: Callable[[int], None]) -> None:
        try:
            work(number)
        except OSError as error:
            self._finish(number, errno.errorcode.get(error.errno or 0, str(error.errno)))

    def _finish(self, number: int, error: str) -> None:
        one = self._open.pop(number, None)
        now = time.monotonic()
        began = one.sent if one is not None and one.sent is not None else now
        self.results[number] = Result(error, (now - began) * 1e6)
        if one is not None:
            one.socket.close()

    def _prepare(self, number: int) -> None:
        kind, proto = {
            "tcp": (socket.SOCK_STREAM, 0),
            "udp": (socket.SOCK_DGRAM, 0),
            "icmp": (socket.SOCK_RAW, socket.IPPROTO_ICMP if self._family == socket.AF_INET else socket.IPPROTO_ICMPV6),
        }[self.flow.proto]
        try:
            made = socket.socket(self._family, kind, proto)
        except PermissionError:
            if kind != socket.SOCK_RAW:
                raise
            made = socket.socket(self._family, socket.SOCK_DGRAM, proto)  # net.ipv4.ping_group_range
        self._open[number] = _Open(made)
        made.setblocking(False)  # noqa: FBT003 - its only form
        self._settings(made)
        wanted = self.target.source_port if number == 0 else 0
        anyone = "0.0.0.0" if self._family == socket.AF_INET else "::"  # noqa: S104 - a client's own end
        if self.flow.proto == "tcp":
            with contextlib.suppress(PermissionError):  # nobody looks for it then
                _choose_sequence(made, self.flow.first(number))
        if self.target.source is not None or wanted:
            made.bind((self.target.source or anyone, wanted))
        if self.flow.proto != "tcp":  # it sends nothing, and chooses addresses and port
            made.connect((self.target.address, self.target.port))
        if self.flow.proto == "udp":
            self.ports[number] = made.getsockname()[1]

    def _settings(self, made: socket.socket) -> None:
        level, errors, discover = (
            (socket.IPPROTO_IPV6, _IPV6_RECVERR, _IPV6_MTU_DISCOVER)
            if self._family == socket.AF_INET6
            else (socket.IPPROTO_IP, _IP_RECVERR, _IP_MTU_DISCOVER)
        )
        if self.flow.proto == "tcp":
            return
        made.setsockopt(level, errors, 1)
        made.setsockopt(level, discover, _PMTUDISC_PROBE if self.target.whole else _PMTUDISC_DONT)

    def _send(self, number: int) -> None:
        made = self._open[number].socket
        if self.flow.proto == "tcp":
            with contextlib.suppress(BlockingIOError):
                made.connect((self.target.address, self.target.port))
        else:
            data = self.flow.data(number)
            length = (
                _USUAL[self.flow.proto] if self.target.size is None else max(len(data), self.target.size - _HEADERS[self._family])
            )
            data = data.ljust(length, b"\0")
            made.send(self._echo(number, data) if self.flow.proto == "icmp" else data)

    def _echo(self, number: int, data: bytes) -> bytes:
        head = struct.pack("!BBHHH", _ECHO[self._family], 0, 0, self._identifier, number)
        checksum = _checksum(head + data) if self._family == socket.AF_INET else 0  # the kernel's work in ICMPv6
        return head[:2] + checksum.to_bytes(2, "big") + head[4:] + data

    def gather(self, seconds: float) -> None:
        """Take what comes for packets on their way, for at most so many seconds or until all have their result."""
        deadline = time.monotonic() + seconds
        while self._descriptors() and time.monotonic() < deadline:
            numbers, poll = self._descriptors(), select.poll()
            for descriptor in numbers:
                poll.register(descriptor, select.POLLOUT if self.flow.proto == "tcp" else select.POLLIN)
            for descriptor, _ in poll.poll(max(0.0, deadline - time.monotonic()) * 1000):
                self._guarded(numbers[descriptor], self._take)

    def _descriptors(self) -> dict[int, int]:
        return {one.socket.fileno(): number for number, one in self._open.items() if one.sent is not None}

    def waiting(self) -> set[int]:
        """Return the numbers of the packets that have no result yet."""
        return set(self._open)

    def give_up(self) -> None:
        """Close what has no answer yet: it is silence."""
        for number in list(self._open):
            self._finish(number, "ETIMEDOUT")

    def _take(self, number: int) -> None:
        made = self._open[number].socket
        failed = made.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
        if failed:
            raise OSError(failed, os.strerror(failed))
        if self.flow.proto == "tcp":
            self._finish(number, "")
            return
        with contextlib.suppress(BlockingIOError):
            got = made.recv(1 << 16)
            if self.flow.proto == "udp" or self._is_reply(got, number):
                self._finish(number, "")

    def _is_reply(self, got: bytes, number: int) -> bool:
        if got[0] >> 4 == _V4:  # a raw socket of IPv4 shows the IP header, too
            got = got[(got[0] & 15) * 4 :]
        return got[:1] == bytes((_ECHO_REPLY[self._family],)) and got[_HEADER_BYTES:].startswith(self.flow.data(number))


def _choose_sequence(made: socket.socket, sequence: int) -> None:
    """Set the initial sequence number of a connection (tcp_v4_connect keeps one that is there); 0 would not be kept."""
    made.setsockopt(socket.IPPROTO_TCP, _TCP_REPAIR, 1)
    try:
        made.setsockopt(socket.IPPROTO_TCP, _TCP_REPAIR_QUEUE, _SEND_QUEUE)
        made.setsockopt(socket.IPPROTO_TCP, _TCP_QUEUE_SEQ, struct.pack("=I", sequence or 1))
    finally:
        made.setsockopt(socket.IPPROTO_TCP, _TCP_REPAIR, _REPAIR_OFF_WITHOUT_PROBE)


def _checksum(data: bytes) -> int:
    """Return the checksum of RFC 1071."""
    padded = data + b"\0" * (len(data) % 2)
    total: int = sum(struct.unpack(f"!{len(padded) // 2}H", padded))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF
