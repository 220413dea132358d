"""Requests to the live page: bytes of a connection, answered by the server's own code."""

import atexit
import io
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, cast

from podpath.cli.progress import Progress
from podpath.cli.snapshots import open_snapshots
from podpath.page.live import ADDRESS, PageState, Server, _Handler
from podpath.snapshot.store import Store
from tests.fuzz.target import Target

if TYPE_CHECKING:
    import socket

_SAMPLE = Path(__file__).parents[3] / "samples" / "broken-tunnel"
_TOKEN = "t"  # noqa: S105 - of a test
_FAULT = b" 500 "


class _Connection:
    """A connection whose other end has sent all that it will."""

    def __init__(self, data: bytes) -> None:
        self._data, self.answer = data, b""

    def makefile(self, *_: object) -> io.BytesIO:
        """Return what was sent."""
        return io.BytesIO(self._data)

    def sendall(self, data: bytes) -> None:
        """Take a part of the answer."""
        self.answer += data

    def settimeout(self, seconds: float) -> None:
        """Wait for nobody."""

    def shutdown(self, how: int) -> None:
        """End."""


def _look() -> Store:
    with Progress() as progress:
        return open_snapshots([str(_SAMPLE)], progress)


@cache
def _server() -> Server:
    state = PageState(_look, 3600)
    state.refresh()
    server = Server(state, _TOKEN)
    atexit.register(server.server_close)
    return server


def _one(data: bytes) -> None:
    """Every answer has a status, the policy's headers, and is no fault of ours."""
    server = _server()
    connection = _Connection(data.replace(b"PORT", str(server.server_address[1]).encode()))
    _Handler(cast("socket.socket", connection), (ADDRESS, 1), server)
    if connection.answer:
        status, _, rest = connection.answer.partition(b"\r\n")
        assert _FAULT not in status[:14], connection.answer
        assert status.startswith(b"HTTP/1."), connection.answer
        assert b"\r\nContent-Security-Policy: " in b"\r\n" + rest.partition(b"\r\n\r\n")[0], connection.answer


TARGET = Target("requests", _one, longest=2000)
