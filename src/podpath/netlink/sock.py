"""A netlink socket: requests out, whole dumps in (netlink(7))."""

import errno
import os
import socket
import struct
import threading
from collections.abc import Iterator
from types import TracebackType
from typing import Any, Final, Self

from podpath.netlink.layout import NLMSG_HEADER, BadMessageError, Message, walk

_SOL_NETLINK: Final = 270
_NETLINK_EXT_ACK: Final = 11
_NETLINK_GET_STRICT_CHK: Final = 12
_SO_RCVBUFFORCE: Final = 33

NLM_F_REQUEST: Final = 0x1
NLM_F_ACK: Final = 0x4
NLM_F_DUMP: Final = 0x300
NLM_F_DUMP_INTR: Final = 0x10
_NLM_F_CAPPED: Final = 0x100
_NLM_F_ACK_TLVS: Final = 0x200

_LENGTH_AND_FLAGS: Final = struct.Struct("=I2xH")
_NLMSG_ERROR: Final = 2
_NLMSG_DONE: Final = 3
_LEAST_OF_ITS_OWN: Final = 0x10

_MAX_ERRNO: Final = 4095  # linux/err.h

_BUFFER: Final = 1 << 20
_RECEIVED: Final = 1 << 18
_MSG_TRUNC: Final = int(socket.MSG_TRUNC)  # says the whole length, also of what did not fit
_TRIES: Final = 10
_PATIENCE: Final = 5.0


_local = threading.local()


def _buffer() -> bytearray:
    """Return the calling thread's buffer to receive into; what was received is copied out of it at once."""
    if not hasattr(_local, "buffer"):
        _local.buffer = bytearray(_RECEIVED)
    found: bytearray = _local.buffer
    return found


class NetlinkError(OSError):
    """The kernel refused a request; the message holds the kernel's own explanation if it gave one."""


class InterruptedDumpError(NetlinkError):
    """A table changed during each of several dumps of it: none of them is consistent."""


class Netlink:
    """A netlink socket of the network namespace that the calling thread is in; it stays there when the thread leaves.

    Args:
        protocol: NETLINK_ROUTE, NETLINK_NETFILTER …
        strict: ask the kernel to obey what a request's header says (NETLINK_GET_STRICT_CHK).

    Raises:
        OSError: the kernel has no such protocol, or forbids it.
    """

    def __init__(self, protocol: int, *, strict: bool = False) -> None:
        self._socket = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW | socket.SOCK_CLOEXEC, protocol)
        self._sequence = 0
        # One buffer for all: a new one of this size for each part would cost more than the kernel's work.
        self._buffer = _buffer()
        self._view = memoryview(self._buffer)
        try:
            try:
                self._socket.setsockopt(socket.SOL_SOCKET, _SO_RCVBUFFORCE, _BUFFER)
            except PermissionError:
                self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _BUFFER)
            self._option(_NETLINK_EXT_ACK)
            if strict:
                self._option(_NETLINK_GET_STRICT_CHK)
            self._socket.settimeout(_PATIENCE)
            self._socket.bind((0, 0))
        except BaseException:
            self._socket.close()
            raise

    def _option(self, option: int) -> None:
        try:
            self._socket.setsockopt(_SOL_NETLINK, option, 1)
        except OSError as error:
            if error.errno != errno.ENOPROTOOPT:  # an old kernel does without
                raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Close the socket."""
        self._socket.close()

    def send(self, kind: int, payload: bytes, flags: int = 0) -> int:
        """Send a request and return its sequence number."""
        self._sequence += 1
        size = NLMSG_HEADER.size + len(payload)
        header = NLMSG_HEADER.pack(size, kind, NLM_F_REQUEST | flags, self._sequence, 0)
        self._socket.send(header + payload)
        return self._sequence

    def _receive(self) -> bytes:
        length = self._socket.recv_into(self._buffer, 0, _MSG_TRUNC)
        if length > _RECEIVED:
            raise NetlinkError(errno.EMSGSIZE, "a netlink message larger than 256 KiB")
        return bytes(self._view[:length])

    def dump(self, kind: int, payload: bytes) -> list[bytes]:
        """Return all that the kernel sends in answer to a dump, unparsed; a dump that a change interrupted is taken again.

        Raises:
            BadMessageError: an answer is damaged.
            InterruptedDumpError: it was interrupted again and again.
            NetlinkError: the kernel refuses.
        """
        for _ in range(_TRIES):
            try:
                received, whole = self._dump_once(kind, payload)
            except struct.error:
                raise BadMessageError from None
            if whole:
                return received
        raise InterruptedDumpError(errno.EINTR, f"the table changed during each of {_TRIES} dumps of it")

    def _dump_once(self, kind: int, payload: bytes) -> tuple[list[bytes], bool]:
        sequence = self.send(kind, payload, NLM_F_DUMP)
        received = []
        whole = True
        head = _LENGTH_AND_FLAGS.unpack_from
        while True:
            data = self._receive()
            received.append(data)
            at, last, end = 0, 0, len(data)
            while at < end:
                length, flags = head(data, at)
                if flags & NLM_F_DUMP_INTR:
                    whole = False
                last, at = at, at + ((length + 3) & ~3) if length else end
            length, kind_of_last, flags, number, _ = NLMSG_HEADER.unpack_from(data, last)
            if number != sequence:
                received.pop()  # the rest of a dump that was given up
            elif kind_of_last in {_NLMSG_DONE, _NLMSG_ERROR}:
                _raise_error(data, last, length, flags)
                return received, whole

    def ask(self, kind: int, payload: bytes, flags: int = 0) -> bytes:
        """Return the kernel's one answer to a request.

        Raises:
            BadMessageError: the answer is damaged.
            NetlinkError: the kernel refuses.
        """
        sequence = self.send(kind, payload, flags)
        try:
            while True:
                data = self._receive()
                length, answer, its_flags, number, _ = NLMSG_HEADER.unpack_from(data, 0)
                if number == sequence:
                    if answer == _NLMSG_ERROR:
                        _raise_error(data, 0, length, its_flags)
                    return data
        except struct.error:
            raise BadMessageError from None


def _raise_error(data: bytes, start: int, length: int, flags: int) -> None:
    """Raise what an error message, or the end of a dump, reports."""
    if length < NLMSG_HEADER.size + 4:
        return
    number = -struct.unpack_from("=i", data, start + NLMSG_HEADER.size)[0]
    if number <= 0:
        return
    if number > _MAX_ERRNO:
        raise BadMessageError
    raise NetlinkError(number, _words(data, start, length, flags) or os.strerror(number))


def _words(data: bytes, start: int, length: int, flags: int) -> str | None:
    """Return the kernel's own words of an extended acknowledgement (NLMSGERR_ATTR_MSG)."""
    if not flags & _NLM_F_ACK_TLVS:
        return None
    at = start + NLMSG_HEADER.size + 4
    if NLMSG_HEADER.unpack_from(data, start)[1] == _NLMSG_ERROR:
        original = NLMSG_HEADER.unpack_from(data, at)[0]
        at += NLMSG_HEADER.size if flags & _NLM_F_CAPPED else original
    for kind, first, last in walk(data, at, start + length):
        if kind == 1:
            return data[first:last].rstrip(b"\0").decode(errors="replace")
    return None


def messages(received: list[bytes], layout: Message) -> Iterator[tuple[Any, ...]]:
    """Yield the values of each message of a dump; a part is dropped from the list once it is read."""
    decode = layout.decode
    head = NLMSG_HEADER.unpack_from
    received.reverse()
    while received:
        data = received.pop()
        at, end = 0, len(data)
        while at + NLMSG_HEADER.size <= end:
            length, kind, _, _, _ = head(data, at)
            if kind >= _LEAST_OF_ITS_OWN:
                yield decode(data, at, length)
            at += (length + 3) & ~3 or end
