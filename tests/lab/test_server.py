"""What listens at each end."""

import shlex
import sys
from typing import Final

import pytest

from podpath.lab.client import Cluster
from podpath.lab.server import answer


@pytest.mark.parametrize(
    ("request_", "said"),
    [
        (b"WHO 17\n", b"17 n1/p1 10.1.1.1\n"),
        (b"WHO 17" + b" " * 40 + b"\n", b"17 n1/p1 10.1.1.1" + b" " * 29 + b"\n"),
        (b"hello\n", b"hello\n"),
        (b"", b""),
    ],
)
def test_an_answer(request_: bytes, said: bytes) -> None:
    """Who, in the length of the question; else an echo."""
    assert answer(request_, "n1/p1", "10.1.1.1") == said


def test_a_page() -> None:
    """HTTP, with and without a body."""
    page = answer(b"GET / HTTP/1.1\r\n\r\n", "n1/p1", "10.1.1.1")
    assert page.startswith(b"HTTP/1.0 200 OK\r\n")
    assert page.endswith(b"\r\n\r\nn1/p1 answers 10.1.1.1\n")
    assert answer(b"HEAD / HTTP/1.1\r\n\r\n", "n1/p1", "10.1.1.1").endswith(b"\r\n\r\n")


@pytest.mark.lab
def test_it_listens_where_it_is_told_to(small: Cluster) -> None:
    """On all addresses, or on loopback only; `ss` shows it by the pod's name."""
    assert '"p1"' in small.run("p1", "ss -Htlnp").out
    connection = small.connect("n1", "p1")
    try:
        connection.ask({"do": "listen", "addresses": ["127.0.0.1"]})
        assert {line.split()[3] for line in small.run("p1", "ss -Htln").out.splitlines()} == {"127.0.0.1:7", "127.0.0.1:80"}
    finally:
        connection.ask({"do": "listen", "addresses": ["0.0.0.0", "::"]})  # noqa: S104 - in a pod
        connection.close()


_ASK: Final = """
import socket, sys
with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asking:
    asking.settimeout(5)
    asking.connect((sys.argv[1], 7))
    asking.send(b"x")
    print(asking.recv(16).decode(), end="")
"""


@pytest.mark.lab
def test_an_answer_leaves_from_the_address_that_was_asked(small: Cluster) -> None:
    """A node has several addresses, and UDP has no connection; a socket that asked one takes no answer from another."""
    for address in ("192.168.50.11", "10.244.1.1", "10.244.1.0"):
        asked = f"{shlex.quote(sys.executable)} -I -S -c {shlex.quote(_ASK)} {address}"
        assert small.run("n1/p1", asked).out == "x", address
