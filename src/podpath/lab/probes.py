"""Real TCP, UDP and ICMP packets, small and as large as the path allows, and the error that the sender saw.

Plain sockets that never block: one process has hundreds of probes on their way at once. Nothing here knows what the
lab is made of; this is the judge of it.
"""

import contextlib
import errno
import os
import socket
import struct
from collections.abc import Callable
from itertools import count
from typing import Final, NamedTuple

from podpath.lab.loop import READ, WRITE, Loop, Timer

SMALL: Final = 32
STREAM: Final = 32768
"""Bytes that a large TCP probe sends in each direction: some twenty packets."""
_IP_MTU: Final = 14
_IP_RECVERR: Final = 11
_IP_MTU_DISCOVER: Final = 10
_IPV6_MTU: Final = 24
_IPV6_RECVERR: Final = 25
_IPV6_MTU_DISCOVER: Final = 23
_PMTUDISC_DO: Final = 2
_ECHO: Final = {socket.AF_INET: 8, socket.AF_INET6: 128}
_ECHO_REPLY: Final = {socket.AF_INET: 0, socket.AF_INET6: 129}
_RETRIES: Final = 3
_IPPROTO_ICMPV6: Final = 58


class Target(NamedTuple):
    """Where a probe goes.

    Attributes:
        key: what the asker calls it.
        address: IPv4 or IPv6 address.
        port: port of TCP and UDP.
        protocol: ``tcp``, ``udp`` or ``icmp``.
    """

    key: int
    address: str
    port: int
    protocol: str


class Outcome(NamedTuple):
    """What came of a probe.

    Attributes:
        key: that of the target.
        size: ``small`` or ``large``.
        error: empty if the answer came; else the name of the error (``ECONNREFUSED``), ``ETIMEDOUT`` for silence.
        answered_by: who said so; empty for ICMP and large probes.
        seen_as: the address that the other end saw; empty likewise.
        milliseconds: until the answer or the error.
    """

    key: int
    size: str
    error: str
    answered_by: str = ""
    seen_as: str = ""
    milliseconds: float = 0.0


Report = Callable[[Outcome], None]
_nonces = count(os.getpid() << 16)


def name_of(error: OSError) -> str:
    """Return the name of an error number (``EHOSTUNREACH``)."""
    return errno.errorcode.get(error.errno or 0, str(error.errno))


def start(loop: Loop, target: Target, timeout: float, report: Report) -> None:
    """Send the probes of a target, small and large; each reports once, within the time limit."""
    if target.protocol == "tcp":
        _Stream(loop, target, timeout, report)
        return
    probe = _Datagram if target.protocol == "udp" else _Echo
    for size in ("small", "large"):
        probe(loop, target, timeout, report, size)


class _Probe:
    """What all probes share: a socket, a time limit, one report."""

    def __init__(self, loop: Loop, target: Target, timeout: float, report: Report, size: str) -> None:
        self._loop, self._target, self._timeout, self._report, self._size = loop, target, timeout, report, size
        self._family = socket.AF_INET6 if ":" in target.address else socket.AF_INET
        self._started = loop.now()
        self._timers: list[Timer] = [loop.after(timeout, self._silence)]
        self._nonce = b"%x" % next(_nonces)
        self._socket: socket.socket | None = None
        try:
            self._socket = self._open()
            self._socket.settimeout(0)
            self._begin(self._socket)
        except OSError as error:
            self._fail(error)

    def _open(self) -> socket.socket:
        raise NotImplementedError

    def _begin(self, opened: socket.socket) -> None:
        raise NotImplementedError

    def _watch(self, opened: socket.socket, step: Callable[[socket.socket], None], events: int) -> None:
        def guarded() -> None:
            try:
                step(opened)
            except BlockingIOError:
                return
            except OSError as error:
                self._fail(error)

        self._loop.watch(opened, guarded, events)

    def _silence(self) -> None:
        self._finish("ETIMEDOUT")

    def _fail(self, error: OSError) -> None:
        self._finish(name_of(error))

    def _finish(self, error: str, said: bytes = b"") -> None:
        for timer in self._timers:
            timer.cancel()
        if self._socket is not None:
            self._loop.forget(self._socket)
            self._socket.close()
            self._socket = None
        self._tell(self._size, error, said)

    def _tell(self, size: str, error: str, said: bytes = b"") -> None:
        words = said.decode(errors="replace").split()
        who, seen = (words[1], words[2]) if len(words) > 2 else ("", "")  # noqa: PLR2004
        took = (self._loop.now() - self._started) * 1000
        self._report(Outcome(self._target.key, size, error, who, seen, round(took, 1)))


class _Stream(_Probe):
    """TCP: connect, ask who it is, then send a stream and get it back on the same connection."""

    def __init__(self, loop: Loop, target: Target, timeout: float, report: Report) -> None:
        self._got = bytearray()
        self._unsent = b""
        super().__init__(loop, target, timeout, report, "small")

    def _open(self) -> socket.socket:
        return socket.socket(self._family, socket.SOCK_STREAM)

    def _begin(self, opened: socket.socket) -> None:
        with contextlib.suppress(BlockingIOError):
            opened.connect((self._target.address, self._target.port))
        self._watch(opened, self._connected, WRITE)

    def _connected(self, opened: socket.socket) -> None:
        number = opened.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
        if number:
            raise OSError(number, os.strerror(number))
        opened.send(b"WHO %s".ljust(SMALL - 1) % self._nonce + b"\n")
        self._loop.forget(opened)
        self._watch(opened, self._greeted, READ)

    def _greeted(self, opened: socket.socket) -> None:
        self._got += self._some(opened)
        if not self._got.endswith(b"\n"):
            return
        self._tell("small", "" if self._got.startswith(self._nonce) else "EPROTO", bytes(self._got))
        self._size = "large"
        self._timers.append(self._loop.after(self._timeout, self._silence))
        self._timers[0].cancel()
        self._got.clear()
        self._unsent = b"podpath " * (STREAM // 8)
        self._loop.forget(opened)
        self._watch(opened, self._streaming, READ | WRITE)

    def _streaming(self, opened: socket.socket) -> None:
        if self._unsent:
            with contextlib.suppress(BlockingIOError):
                self._unsent = self._unsent[opened.send(self._unsent) :]
            if not self._unsent:
                self._loop.change(opened, READ)
        self._got += self._some(opened)
        if len(self._got) >= STREAM:
            self._finish("")

    @staticmethod
    def _some(opened: socket.socket) -> bytes:
        part = opened.recv(1 << 17)
        if not part:
            raise OSError(errno.EPIPE, "the other side hung up")
        return part

    def _finish(self, error: str, said: bytes = b"") -> None:
        only_small = self._size == "small"
        super()._finish(error, said)
        if only_small:  # what cannot connect cannot carry a stream
            self._tell("large", error)


class _Message(_Probe):
    """UDP and ICMP: one packet, sent again twice, filled to the MTU that the kernel knows when it is a large one."""

    def _prepare(self, opened: socket.socket, port: int) -> None:
        level, received, discover = (
            (socket.IPPROTO_IPV6, _IPV6_RECVERR, _IPV6_MTU_DISCOVER)
            if self._family == socket.AF_INET6
            else (socket.IPPROTO_IP, _IP_RECVERR, _IP_MTU_DISCOVER)
        )
        if self._size == "large":
            opened.setsockopt(level, discover, _PMTUDISC_DO)
        opened.connect((self._target.address, port))
        # ICMP errors of every kind come back as errors of the socket. Only now: a raw socket that is not connected yet
        # would take those of all others.
        opened.setsockopt(level, received, 1)

    def _begin(self, opened: socket.socket) -> None:
        self._too_big = 0
        self._watch(opened, self._answered, READ)
        for part in (1, 2):
            self._timers.append(self._loop.after(self._timeout * part / (_RETRIES + 0.5), lambda: self._again(opened)))
        self._send(opened)

    def _again(self, opened: socket.socket) -> None:
        try:
            self._send(opened)
        except OSError as error:
            self._fail(error)

    def _send(self, opened: socket.socket) -> None:
        size = SMALL
        if self._size == "large":
            option = (socket.IPPROTO_IPV6, _IPV6_MTU) if self._family == socket.AF_INET6 else (socket.IPPROTO_IP, _IP_MTU)
            headers = 48 if self._family == socket.AF_INET6 else 28
            size = min(opened.getsockopt(*option), 1 << 16) - headers
        opened.send(self._packet(size))

    def _fail(self, error: OSError) -> None:
        # A router asked for smaller packets: the kernel has learnt it, and any program would try again.
        if error.errno == errno.EMSGSIZE and self._socket is not None and self._too_big < _RETRIES:
            self._too_big += 1
            with contextlib.suppress(OSError):  # until none is left
                while True:
                    self._socket.recvmsg(1, 512, socket.MSG_ERRQUEUE)
            self._again(self._socket)
            return
        super()._fail(error)

    def _packet(self, size: int) -> bytes:
        raise NotImplementedError

    def _answered(self, opened: socket.socket) -> None:
        raise NotImplementedError


class _Datagram(_Message):
    """UDP."""

    def _open(self) -> socket.socket:
        opened = socket.socket(self._family, socket.SOCK_DGRAM)
        self._socket = opened
        self._prepare(opened, self._target.port)
        return opened

    def _packet(self, size: int) -> bytes:
        return (b"WHO %s " % self._nonce).ljust(size - 1) + b"\n"

    def _answered(self, opened: socket.socket) -> None:
        said = opened.recv(1 << 16)
        if said.split(b" ", 1)[0] == self._nonce:
            self._finish("", said)


class _Echo(_Message):
    """ICMP echo, by a raw socket."""

    def _open(self) -> socket.socket:
        protocol = _IPPROTO_ICMPV6 if self._family == socket.AF_INET6 else socket.IPPROTO_ICMP
        opened = socket.socket(self._family, socket.SOCK_RAW, protocol)
        self._socket = opened
        self._prepare(opened, 0)
        self._mark = struct.pack("!HH", next(_nonces) & 0xFFFF, os.getpid() & 0xFFFF)
        return opened

    def _packet(self, size: int) -> bytes:
        head = struct.pack("!BBH", _ECHO[self._family], 0, 0) + self._mark
        packet = head.ljust(size + 8, b"p")
        return packet[:2] + _checksum(packet) + packet[4:]

    def _answered(self, opened: socket.socket) -> None:
        packet = opened.recv(1 << 16)
        if self._family == socket.AF_INET:
            packet = packet[(packet[0] & 15) * 4 :]  # a raw IPv4 socket shows the header too (raw(7))
        if packet[:1] == bytes((_ECHO_REPLY[self._family],)) and packet[4:8] == self._mark:
            self._finish("")


def _checksum(packet: bytes) -> bytes:
    """Return the Internet checksum (RFC 1071); the kernel makes that of ICMPv6 itself (RFC 3542, 3.1).

    >>> _checksum(bytes.fromhex("0800000000010001")).hex()
    'f7fd'
    """
    total = sum(struct.unpack(f"!{len(packet) // 2}H", packet[: len(packet) & ~1]))
    if len(packet) % 2:
        total += packet[-1] << 8
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return struct.pack("!H", ~total & 0xFFFF)
