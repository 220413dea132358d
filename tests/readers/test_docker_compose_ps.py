"""Containers of a project as docker-compose-ps(1) prints them."""

import pytest

from podpath.readers.docker_compose_ps import READER
from podpath.state.runtime import Container
from tests.readers.helper import complaints, rows

TEXT = """\
NAME         IMAGE         COMMAND                  SERVICE   CREATED       STATUS                     PORTS
shop-db-1    postgres:16   "docker-entrypoint.s…"   db        2 hours ago   Exited (137) 2 hours ago
shop-web-1   nginx         "/docker-entrypoint.…"   web       2 hours ago   Up 2 hours                 0.0.0.0:8080->80/tcp
"""


@pytest.mark.parametrize("command", ["docker compose ps", "docker compose ps -a", "docker-compose ps"])
def test_each_line_is_a_container(command: str) -> None:
    """By its name, with its state and what it ended with."""
    assert rows(READER, command, TEXT) == [
        Container("shop-db-1", "shop-db-1", "postgres:16", "exited", exit_code=137),
        Container("shop-web-1", "shop-web-1", "nginx", "running", ports="0.0.0.0:8080->80/tcp"),
    ]
    assert READER.accepts(command.split()) is not None


def test_other_commands_are_not_its_own() -> None:
    """Nor a list of numbers alone."""
    assert READER.accepts(["docker", "ps"]) is None
    assert READER.accepts(["docker", "compose", "ps", "-q"]) is None
    assert READER.accepts(["docker", "compose", "up", "-d"]) is None


def test_a_line_without_headings_is_a_complaint() -> None:
    """Its columns are not known."""
    assert complaints(READER, "docker compose ps", TEXT.split("\n", 1)[1])[0] == (
        0,
        "this looks like `docker compose ps` output but the line of headings above it is missing",
    )
