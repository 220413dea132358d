"""gRPC over a unix socket (github.com/grpc/grpc, PROTOCOL-HTTP2): many calls at once on one connection.

HTTP/2 itself is the ``h2`` package's work; docs/decisions says why not grpcio.
"""

import struct
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple, Self
from urllib.parse import unquote

from podpath.collect.runtimes.interface import UnansweredError, Where
from podpath.collect.runtimes.sockets import connect

if TYPE_CHECKING:
    from h2.events import DataReceived
    from hpack import HeaderTuple

    Header = HeaderTuple | tuple[bytes, bytes]

OK: Final = 0
NOT_FOUND: Final = 5
UNIMPLEMENTED: Final = 12
_AT_ONCE: Final = 100
"""Maximum number of concurrent calls; a server may ask for fewer."""
_LONGEST: Final = 64 << 20
_WINDOW: Final = 16 << 20
_CHUNK: Final = 1 << 16
_PREFIX: Final = struct.Struct(">BI")  # compressed?, length


class Answer(NamedTuple):
    """What came back of one call.

    Attributes:
        status: status code of gRPC; 0 is success.
        message: what the server says of an error.
        body: the message, undecoded.
    """

    status: int
    message: str
    body: bytes


@dataclass
class _Stream:
    """One call under way."""

    body: bytearray = field(default_factory=bytearray)
    status: int | None = None
    message: str = ""

    def answer(self) -> Answer:
        """Return what it came to."""
        if self.status != OK:
            return Answer(2 if self.status is None else self.status, self.message or "it cancelled the call", b"")
        if len(self.body) < _PREFIX.size:
            return Answer(OK, "", b"")
        compressed, length = _PREFIX.unpack_from(self.body)
        if compressed or len(self.body) < _PREFIX.size + length:
            raise UnansweredError("it sent an answer that is truncated, or compressed without a request")
        return Answer(OK, "", bytes(self.body[_PREFIX.size : _PREFIX.size + length]))


class Channel:
    """A connection to a gRPC server.

    Args:
        path: its socket.
        where: root and deadline.
        servers: names of the processes that serve it.

    Raises:
        FileNotFoundError: the socket is not there any more.
        PermissionError: it is forbidden to this user.
        UnansweredError: it cannot be connected to.
    """

    def __init__(self, path: Path, where: Where, servers: frozenset[str]) -> None:
        from h2.config import H2Configuration
        from h2.connection import H2Connection

        self._path = path
        self._socket = connect(path, where, servers)
        self._http: H2Connection = H2Connection(H2Configuration(client_side=True, header_encoding=None))
        self._streams: dict[int, _Stream] = {}
        with self._plainly():
            self._http.initiate_connection()
            self._http.increment_flow_control_window(_WINDOW)
            self._flush()

    def call(self, method: str, request: bytes = b"", headers: Sequence[tuple[str, str]] = ()) -> Answer:
        """Make one call.

        Raises:
            UnansweredError: the server did not answer in time, or not in gRPC.
        """
        return self.calls(method, [request], headers)[0]

    def calls(self, method: str, requests: Sequence[bytes], headers: Sequence[tuple[str, str]] = ()) -> list[Answer]:
        """Make calls of one method at the same time, and return their answers in order.

        Raises:
            UnansweredError: the server did not answer in time, or not in gRPC.
        """
        done: dict[int, Answer] = {}
        numbers: list[int] = []
        waiting = list(reversed(requests))
        with self._plainly():
            while len(done) < len(requests):
                allowed = min(_AT_ONCE, self._http.remote_settings.max_concurrent_streams)
                while waiting and self._http.open_outbound_streams < allowed:
                    numbers.append(self._send(method, waiting.pop(), headers))
                self._flush()
                for ended in self._receive():
                    done[ended] = self._streams.pop(ended).answer()
        return [done[number] for number in numbers]

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the connection."""
        self._socket.close()

    def _send(self, method: str, request: bytes, headers: Sequence[tuple[str, str]]) -> int:
        number = self._http.get_next_available_stream_id()
        self._streams[number] = _Stream()
        self._http.send_headers(
            number,
            [
                (":method", "POST"), (":scheme", "http"), (":path", method), (":authority", "localhost"),
                ("content-type", "application/grpc"), ("te", "trailers"), ("user-agent", "podpath"), *headers,
            ],
        )  # fmt: skip
        # A question is an identifier: far smaller than any window.
        self._http.send_data(number, _PREFIX.pack(0, len(request)) + request, end_stream=True)
        return number

    def _flush(self) -> None:
        data = self._http.data_to_send()
        if data:
            self._socket.sendall(data)

    def _receive(self) -> list[int]:
        """Take what has come, and return the calls that it ended."""
        from h2 import events

        data = self._socket.recv(_CHUNK)
        if not data:
            raise UnansweredError(f"{self._path}: it closed the connection")
        ended = []
        for event in self._http.receive_data(data):
            match event:
                case events.ResponseReceived() | events.TrailersReceived():
                    self._note(event.stream_id, event.headers)
                case events.DataReceived():
                    self._take(event)
                case events.StreamEnded() | events.StreamReset():
                    ended.append(event.stream_id)
                case events.ConnectionTerminated():
                    raise UnansweredError(f"{self._path}: it closed the connection")
                case _:
                    pass  # settings, pings and windows are h2's own affair
        return [number for number in dict.fromkeys(ended) if number in self._streams]

    def _note(self, number: int, headers: "Iterable[Header]") -> None:
        """Keep status and message, which come in the last headers."""
        stream = self._streams.get(number)
        if stream is None:
            return
        for raw_name, raw_value in headers:
            name, value = bytes(raw_name), bytes(raw_value).decode("utf-8", "replace")
            if name == b"grpc-status" and value.isdecimal():
                stream.status = int(value)
            elif name == b"grpc-message":
                stream.message = unquote(value)
            elif name == b":status" and value != "200":
                stream.message = f"it answers HTTP {value}"

    def _take(self, event: "DataReceived") -> None:
        """Keep data, and give the server room for more."""
        stream = self._streams.get(event.stream_id)
        if stream is not None:
            stream.body += event.data
        if sum(len(each.body) for each in self._streams.values()) > _LONGEST:
            raise UnansweredError(f"{self._path}: its answer does not end")
        self._http.acknowledge_received_data(event.flow_controlled_length, event.stream_id)

    @contextmanager
    def _plainly(self) -> Iterator[None]:
        """Turn what may go wrong into plain words."""
        from h2.exceptions import H2Error

        try:
            yield
        except TimeoutError:
            raise UnansweredError(f"{self._path}: it does not answer in time") from None
        except H2Error as error:
            raise UnansweredError(f"{self._path}: it does not speak gRPC ({type(error).__name__})") from None
        except OSError as error:
            raise UnansweredError(f"{self._path}: {error.strerror or error}") from None
