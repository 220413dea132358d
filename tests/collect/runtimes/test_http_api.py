"""An HTTP API on a socket, and servers that misbehave."""

import socket
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from podpath.collect.runtimes.http_api import Api
from podpath.collect.runtimes.interface import UnansweredError, Where
from tests.collect.runtimes.helper import http, serving, silent


def api(path: Path, seconds: float = 5.0) -> Api:
    """Return a client of the socket."""
    return Api(path, Where(time.monotonic() + seconds, Path("/"), {}), frozenset())


def test_many_questions_on_one_connection(tmp_path: Path) -> None:
    """An answer is decoded; what does not exist is None."""
    with serving(tmp_path / "s", http({"/a": b'{"x": 1}', "/l": b'[{"x": 1}]'})), api(tmp_path / "s") as client:
        assert client.get("/a") == {"x": 1}
        assert client.get("/b") is None
        assert client.list("/l") == [{"x": 1}]
        assert client.list("/none") == []
        with pytest.raises(UnansweredError, match="not a list of objects"):
            client.list("/a")


def raw(data: bytes) -> Callable[[socket.socket], None]:
    """Return what answers anything with these bytes."""

    def answer(client: socket.socket) -> None:
        client.recv(4096)
        client.sendall(data)

    return answer


BROKEN = {
    b"\x15\x03\x01\x00\x02\x02\x50": "does not speak HTTP",
    b"": "does not speak HTTP",
    b"SSH-2.0-OpenSSH_9.2\r\n": "does not speak HTTP",
    b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\n{{{": "not JSON",
    b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n[]": "is truncated",
    b'HTTP/1.1 500 Oh\r\nContent-Length: 17\r\n\r\n{"message":"sad"}': "500 Oh: sad",
    b"HTTP/1.1 403 No\r\nContent-Length: 2\r\n\r\nxx": "403 No",
    b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n": "not JSON",
}


@pytest.mark.parametrize(("answer", "reason"), BROKEN.items(), ids=lambda value: repr(value)[:30])
def test_what_cannot_be_read_has_a_reason(tmp_path: Path, answer: bytes, reason: str) -> None:
    """In plain words."""
    with serving(tmp_path / "s", raw(answer)), api(tmp_path / "s") as client, pytest.raises(UnansweredError, match=reason):
        client.get("/")


def test_silence_ends_with_the_deadline(tmp_path: Path) -> None:
    """A server that takes the question and does not answer."""
    begun = time.monotonic()
    with serving(tmp_path / "s", silent), api(tmp_path / "s", 0.2) as client, pytest.raises(UnansweredError, match="in time"):
        client.get("/")
    assert 0.15 < time.monotonic() - begun < 2


def test_drops_do_not_move_the_deadline(tmp_path: Path) -> None:
    """A server that sends a byte now and then cannot hold the client for ever."""

    def drip(client: socket.socket) -> None:
        client.recv(4096)
        for byte in b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n" + b"x" * 1000:
            client.sendall(bytes([byte]))
            time.sleep(0.01)

    begun = time.monotonic()
    with serving(tmp_path / "s", drip), api(tmp_path / "s", 0.3) as client, pytest.raises(UnansweredError, match="in time"):
        client.get("/")
    assert time.monotonic() - begun < 2


def test_a_closed_connection_is_not_opened_again(tmp_path: Path) -> None:
    """An engine that ends in the middle has not answered."""
    answer = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}"
    with serving(tmp_path / "s", raw(answer)), api(tmp_path / "s") as client:
        assert client.get("/") == {}
        with pytest.raises(UnansweredError, match="closed"):
            client.get("/")


def test_a_header_can_be_asked_for(tmp_path: Path) -> None:
    """Podman's version is in one."""
    answer = b"HTTP/1.1 200 OK\r\nX-It: 4.3.1\r\nContent-Length: 0\r\n\r\n"
    with serving(tmp_path / "s", raw(answer)), api(tmp_path / "s") as client:
        assert client.header("/_ping", "X-It") == "4.3.1"
