"""gRPC over a socket: a real server (containerd), and servers that misbehave."""

import socket
import time
from pathlib import Path

import pytest

from podpath.collect.runtimes.grpc_api import NOT_FOUND, OK, UNIMPLEMENTED, Channel
from podpath.collect.runtimes.interface import UnansweredError, Where
from podpath.collect.runtimes.protobuf import Field, Kind, decode, encode
from tests.collect.runtimes.helper import serving, silent
from tests.engines import Containerd


def channel(path: Path, seconds: float = 10.0) -> Channel:
    """Return a client of the socket."""
    return Channel(path, Where(time.monotonic() + seconds, Path("/"), {}), frozenset())


@pytest.mark.root
def test_many_calls_at_once(containerd: Containerd) -> None:
    """More than are under way at a time; each answer comes to its question."""
    with channel(containerd.socket) as client:
        requests = [encode({1: f"no-such-{number}"}) for number in range(250)]
        answers = client.calls("/containerd.services.containers.v1.Containers/Get", requests, (("containerd-namespace", "x"),))
    assert {answer.status for answer in answers} == {NOT_FOUND}
    assert [f'"no-such-{number}"' in answer.message for number, answer in enumerate(answers)] == [True] * 250


@pytest.mark.root
def test_success_and_what_is_not_there(containerd: Containerd) -> None:
    """An answer is a message; a method that the server lacks has its own status."""
    with channel(containerd.socket) as client:
        answer = client.call("/runtime.v1.RuntimeService/Version", encode({1: "0.1.0"}))
        assert answer.status == OK
        assert decode(answer.body, {2: Field("name")}) == {"name": "containerd"}
        assert client.call("/no.such.Service/Version").status == UNIMPLEMENTED


@pytest.mark.root
def test_answers_larger_than_a_window(containerd: Containerd) -> None:
    """HTTP/2 sends 64 KiB unasked; the rest comes when room is given."""
    inside = (("containerd-namespace", "large"),)
    labels = [{1: f"label-{number}", 2: "x" * 3000} for number in range(4)]
    idents = [f"big-{number}" for number in range(30)]
    with channel(containerd.socket) as client:
        created = client.call("/containerd.services.namespaces.v1.Namespaces/Create", encode({1: {1: "large"}}), inside)
        assert created.status == OK
        try:
            for ident in idents:
                made = encode({1: {1: ident, 2: labels, 4: {1: "io.containerd.runc.v2"}, 5: {1: "x", 2: "y"}}})
                client.call("/containerd.services.containers.v1.Containers/Create", made, inside)
            answer = client.call("/containerd.services.containers.v1.Containers/List", b"", inside)
            found = decode(answer.body, {1: Field("items", {1: Field("id"), 2: Field("labels", Kind.MAP)}, many=True)})
            assert len(answer.body) > 300_000
            assert {each["id"] for each in found["items"]} == set(idents)
            assert all(each["labels"] == {each[1]: each[2] for each in labels} for each in found["items"])
        finally:
            client.calls("/containerd.services.containers.v1.Containers/Delete", [encode({1: each}) for each in idents], inside)
            client.call("/containerd.services.namespaces.v1.Namespaces/Delete", encode({1: "large"}), inside)


def test_silence_ends_with_the_deadline(tmp_path: Path) -> None:
    """A server that listens and says nothing."""
    begun = time.monotonic()
    with serving(tmp_path / "s", silent), channel(tmp_path / "s", 0.3) as client, pytest.raises(UnansweredError, match="in time"):
        client.call("/a/b")
    assert time.monotonic() - begun < 2


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"HTTP/1.1 400 Bad Request\r\n\r\n" * 10, "gRPC|closed"),
        (b"", "closed the connection"),
        (b"\x00" * 100, "gRPC|closed"),
        (b"\xff" * 1000, "gRPC|closed"),
        (bytes.fromhex("0000000400000000000000080700000000000000000000000002"), "closed the connection"),
    ],
    ids=["http/1", "empty", "zeros", "ones", "goaway"],
)
def test_what_is_no_grpc_has_a_reason(tmp_path: Path, data: bytes, reason: str) -> None:
    """In plain words."""

    def answer(client: socket.socket) -> None:
        client.recv(4096)
        client.sendall(data)

    with serving(tmp_path / "s", answer), channel(tmp_path / "s", 2) as client, pytest.raises(UnansweredError, match=reason):
        client.call("/a/b")
