"""Messages between the processes of a lab: JSON behind its length, on a stream socket, with open files beside it."""

import contextlib
import json
import os
import select
import socket
import struct
from collections.abc import Sequence
from typing import Any, Final

Message = dict[str, Any]

_LENGTH: Final = struct.Struct("!I")
_MOST_FILES: Final = 8
_MOST_BYTES: Final = 1 << 28


class ClosedError(Exception):
    """The other side has gone."""


def readable(file: int, seconds: float) -> bool:
    """Wait until a descriptor can be read, or its other end is closed; return False after the time limit.

    poll(2), for a process with more than 1,024 open files may build labs too: select(2) refuses their numbers.
    """
    waiting = select.poll()
    waiting.register(file, select.POLLIN)
    return bool(waiting.poll(seconds * 1000))


class Connection:
    """One end of a stream of messages.

    Args:
        stream: a connected Unix stream socket; the connection owns it.
    """

    def __init__(self, stream: socket.socket) -> None:
        self.stream = stream

    @classmethod
    def pair(cls) -> tuple["Connection", "Connection"]:
        """Return two ends that are connected with each other."""
        one, other = socket.socketpair()
        return cls(one), cls(other)

    def fileno(self) -> int:
        """Return the file descriptor, so that a selector can wait for it."""
        return self.stream.fileno()

    def close(self) -> None:
        """Close this end; the other sees :class:`ClosedError`."""
        self.stream.close()

    def send(self, message: Message, files: Sequence[int] = ()) -> None:
        """Send a message, and open files with it.

        Raises:
            ClosedError: nobody is there to receive it.
        """
        body = json.dumps(message).encode()
        try:
            # The files travel with the first byte; the kernel never merges across them (unix(7)).
            socket.send_fds(self.stream, [_LENGTH.pack(len(body))], list(files))
            self.stream.sendall(body)
        except OSError:
            raise ClosedError from None

    def receive(self) -> tuple[Message, list[int]]:
        """Wait for a message; the caller owns the files that come with it.

        Raises:
            ClosedError: the other side went away, fell silent in the middle, or speaks something else.
        """
        files: list[int] = []
        try:
            head, files, _, _ = socket.recv_fds(self.stream, _LENGTH.size, _MOST_FILES)
            head += self._exactly(_LENGTH.size - len(head)) if head else b""
            message = json.loads(self._exactly(min(_LENGTH.unpack(head)[0], _MOST_BYTES)))
        except (OSError, ValueError, struct.error, ClosedError):
            for file in files:
                os.close(file)
            raise ClosedError from None
        if not isinstance(message, dict):
            raise ClosedError
        return message, files

    def ask(self, message: Message, files: Sequence[int] = ()) -> tuple[Message, list[int]]:
        """Send a message and wait for the answer to it.

        Raises:
            ClosedError: the other side went away.
        """
        self.send(message, files)
        return self.receive()

    def _exactly(self, size: int) -> bytes:
        parts = bytearray()
        while len(parts) < size:
            part = self.stream.recv(min(size - len(parts), 1 << 20))
            if not part:
                raise ClosedError
            parts += part
        return bytes(parts)


def close_all(files: Sequence[int]) -> None:
    """Close files, whichever are still open."""
    for file in files:
        with contextlib.suppress(OSError):
            os.close(file)
