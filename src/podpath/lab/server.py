"""What listens at each end of a lab: TCP and UDP echo that can also say who answers, and a page of HTTP.

Every port speaks all of it: a request that begins with ``GET`` or ``HEAD`` gets a page, ``WHO nonce`` gets
``nonce NAME ADDRESS`` (the name of the server, and the client's address as it sees it), anything else comes back as it was.
"""

import contextlib
import socket
import struct
from collections.abc import Iterable
from typing import Final

from podpath.lab.loop import READ, WRITE, Loop

TCP_PORTS: Final = (7, 80)
UDP_PORTS: Final = (7, 53)
_MOST_BUFFERED: Final = 1 << 20
_IPV6_RECVPKTINFO: Final = 49
_IPV6_PKTINFO: Final = 50
_IP_PKTINFO: Final = 8


def answer(request: bytes, name: str, asker: str) -> bytes:
    r"""Return what a server called ``name`` says to a request; ``WHO`` is answered in the length of the question.

    >>> answer(b"WHO 17\n", "n1/p1", "10.1.1.1")
    b'17 n1/p1 10.1.1.1\n'
    >>> answer(b"hello", "n1/p1", "10.1.1.1")
    b'hello'
    """
    if request.startswith(b"WHO "):
        nonce = request.split(maxsplit=2)[1]
        said = b"%s %s %s" % (nonce, name.encode(), asker.encode())
        return said.ljust(len(request) - 1) + b"\n"
    if request.startswith((b"GET ", b"HEAD ")):
        body = f"{name} answers {asker}\n".encode()
        head = b"HTTP/1.0 200 OK\r\nContent-Type: text/plain\r\nContent-Length: %d\r\nConnection: close\r\n\r\n" % len(body)
        return head + (body if request.startswith(b"GET ") else b"")
    return request


def _asker(address: tuple[str, int]) -> str:
    return address[0].partition("%")[0]


class Server:
    """Listens on every port of one network namespace.

    Args:
        loop: the loop of the process, which stands in the namespace.
        name: what it answers to ``WHO``.
    """

    def __init__(self, loop: Loop, name: str) -> None:
        self._loop = loop
        self._name = name
        self._listening: list[socket.socket] = []

    def listen(self, addresses: Iterable[str] = ("0.0.0.0", "::")) -> None:  # noqa: S104 - in a pod
        """Listen on these addresses and on no others."""
        for old in self._listening:
            self._loop.forget(old)
            old.close()
        self._listening = []
        for address in addresses:
            family = socket.AF_INET6 if ":" in address else socket.AF_INET
            for kind, ports in ((socket.SOCK_STREAM, TCP_PORTS), (socket.SOCK_DGRAM, UDP_PORTS)):
                for port in ports:
                    # A port that somebody else has, or a kernel without IPv6, is not this server's affair.
                    with contextlib.suppress(OSError):
                        self._open(family, kind, address, port)

    def _open(self, family: socket.AddressFamily, kind: socket.SocketKind, address: str, port: int) -> None:
        made = socket.socket(family, kind)
        try:
            made.settimeout(0)
            if family == socket.AF_INET6:
                made.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
            if kind == socket.SOCK_STREAM:
                made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            made.bind((address, port))
            if kind == socket.SOCK_STREAM:
                made.listen(256)
                self._loop.watch(made, lambda: self._accept(made))
            else:
                # The answer must leave from the address that was asked; a node has several.
                if family == socket.AF_INET6:
                    made.setsockopt(socket.IPPROTO_IPV6, _IPV6_RECVPKTINFO, 1)
                else:
                    made.setsockopt(socket.IPPROTO_IP, _IP_PKTINFO, 1)
                self._loop.watch(made, lambda: self._datagrams(made))
        except OSError:
            made.close()
            raise
        self._listening.append(made)

    def _datagrams(self, asked: socket.socket) -> None:
        with contextlib.suppress(OSError):  # nothing left to read, or an answer that cannot be sent
            while True:
                request, extra, _, sender = asked.recvmsg(65535, 128)
                reply_from = [(level, kind, _source(level, data)) for level, kind, data in extra]
                with contextlib.suppress(OSError):
                    asked.sendmsg([answer(request, self._name, _asker(sender))], reply_from, 0, sender)

    def _accept(self, listening: socket.socket) -> None:
        try:
            made, peer = listening.accept()
        except OSError:
            return
        made.settimeout(0)
        Conversation(self._loop, made, self._name, _asker(peer))


def _source(level: int, data: bytes) -> bytes:
    """Turn where a datagram was sent to into where its answer comes from (ip(7), ipv6(7))."""
    if level == socket.IPPROTO_IPV6:
        return data  # struct in6_pktinfo holds one address, for both ways
    index, destination = struct.unpack("=I4x4s", data)
    del index  # the route of the answer chooses the interface
    return struct.pack("=I4s4x", 0, destination)


class Conversation:
    """One TCP connection of a server."""

    def __init__(self, loop: Loop, stream: socket.socket, name: str, asker: str) -> None:
        self._loop, self._stream, self._name, self._asker = loop, stream, name, asker
        self._waiting = bytearray()
        self._last = False
        loop.watch(stream, self._ready)

    def _ready(self) -> None:
        try:
            if not self._last and len(self._waiting) < _MOST_BUFFERED:
                self._read()
            self._write()
        except OSError:
            self._end()

    def _read(self) -> None:
        try:
            part = self._stream.recv(1 << 18)
        except BlockingIOError:
            return
        said = answer(part, self._name, self._asker)
        self._waiting += said
        self._last = not part or said.startswith(b"HTTP/")

    def _write(self) -> None:
        if self._waiting:
            with contextlib.suppress(BlockingIOError):
                del self._waiting[: self._stream.send(self._waiting)]
        if self._last and not self._waiting:
            self._end()
        else:
            reading = 0 if self._last else READ
            self._loop.change(self._stream, reading | (WRITE if self._waiting else 0))

    def _end(self) -> None:
        self._loop.forget(self._stream)
        self._stream.close()
