"""Published ports as docker-port(1) shows them."""

import pytest

from podpath.readers.docker_port import READER
from podpath.state.address import parse_ip
from podpath.state.runtime import PublishedPort
from tests.readers.helper import complaints, rows

ANY = parse_ip("0.0.0.0")  # noqa: S104 - as it is printed
TEXT = "7890/tcp -> 0.0.0.0:4321\n7890/tcp -> [::]:4321\n53/udp -> 127.0.0.1:5353\n"


def test_each_line_is_a_port() -> None:
    """With the address and the port of the host."""
    assert rows(READER, "docker port test", TEXT) == [
        PublishedPort("test", "tcp", 7890, ANY, 4321), PublishedPort("test", "tcp", 7890, parse_ip("::"), 4321),
        PublishedPort("test", "udp", 53, parse_ip("127.0.0.1"), 5353),
    ]  # fmt: skip


@pytest.mark.parametrize("command", ["docker port test 7890/tcp", "podman container port test 7890"])
def test_of_one_port_only_the_address_is_printed(command: str) -> None:
    """The command line has the port."""
    assert rows(READER, command, "0.0.0.0:4321\n") == [PublishedPort("test", "tcp", 7890, ANY, 4321)]


def test_a_bare_address_without_a_port_is_a_complaint() -> None:
    """Nobody says which port it is."""
    assert complaints(READER, "docker port test", "0.0.0.0:4321") == [
        (0, 'this looks like `docker port` output but "0.0.0.0:4321" is no port with its address')
    ]
    assert READER.accepts(["docker", "ps"]) is None
