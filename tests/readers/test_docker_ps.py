"""`docker ps` and the same of podman."""

import pytest

from podpath.readers.docker_ps import READER
from podpath.state.evidence import Complete, covers
from podpath.state.runtime import Container
from tests.readers.helper import complaints, json_rows, rows

HEADER = (
    "CONTAINER ID   IMAGE     COMMAND             CREATED          STATUS                       PORTS                  NAMES\n"
)
TEXT = HEADER + (
    'd3944733e64c   bb        "/bin/sleep 1"      11 seconds ago   Created                                             never\n'
    '933701edda1e   bb        "/bin/sleep 3600"   12 seconds ago   Up 11 seconds (Paused)                              hosty\n'
    '9c6f80579bb8   bb        "/bin/sleep 3600"   12 seconds ago   Exited (137) 1 second ago                           db\n'
    '13cc58ad2898   bb        "/bin/sleep 3600"   12 seconds ago   Up 11 seconds                0.0.0.0:8080->80/tcp   web,x/l\n'
)


def test_table() -> None:
    """A container has a state, and ports where some are published."""
    assert rows(READER, "docker ps -a", TEXT) == [
        Container("d3944733e64c", "never", "bb", "created"),
        Container("933701edda1e", "hosty", "bb", "paused"),
        Container("9c6f80579bb8", "db", "bb", "exited", exit_code=137),
        Container("13cc58ad2898", "web", "bb", "running", ports="0.0.0.0:8080->80/tcp"),
    ]


def test_shifted_table() -> None:
    """A table that lost its alignment is read where every column is filled."""
    text = HEADER + '13cc58ad2898  bb  "/bin/sleep 3600"  12 seconds ago  Up 11 seconds  80/tcp  web\n'
    assert rows(READER, "docker ps", text) == [Container("13cc58ad2898", "web", "bb", "running", ports="80/tcp")]


def test_damage() -> None:
    """An id that is none, and a row without headings, are complaints."""
    assert complaints(READER, "docker ps -a", TEXT.replace("d3944733e64c", "d3944733e64z").replace(HEADER, HEADER)) == [
        (1, 'this looks like `docker ps` output but "d3944733e64z" is not a container id')
    ]
    assert complaints(READER, "docker ps", TEXT.splitlines()[1]) == [
        (0, "this looks like `docker ps` output but the line of headings above it is missing")
    ]


def test_docker_json() -> None:
    """A line of JSON is a container."""
    document = {
        "Command": '"/bin/sleep"', "ID": "1f56edb106c9", "Image": "bb", "Labels": "secret=1", "Names": "side", "Ports": "",
        "State": "running", "Status": "Up 2 minutes",
    }  # fmt: skip
    assert json_rows(READER, document) == [Container("1f56edb106c9", "side", "bb", "running")]


def test_podman_json() -> None:
    """A list of podman has ports as objects."""
    document = [
        {"Id": "1f56edb106c9", "Image": "bb", "Names": ["side"], "State": "running", "Status": "Up", "Pid": 77,
         "Ports": [{"host_ip": "", "container_port": 80, "host_port": 8080, "range": 1, "protocol": "tcp"}]}
    ]  # fmt: skip
    assert json_rows(READER, document) == [Container("1f56edb106c9", "side", "bb", "running", 77, None, "0.0.0.0:8080->80/tcp")]


@pytest.mark.parametrize("line", ["docker ps -a", "docker container ls --all", "podman ps -a --no-trunc", "nerdctl ps -a"])
def test_all(line: str) -> None:
    """`-a` shows all containers."""
    assert READER.accepts(line.split()) == (covers(Container),)


def test_running() -> None:
    """Without `-a`, or with a filter, silence means nothing."""
    for words in (["docker", "ps"], ["docker", "ps", "-a", "-f", "name=x"], ["docker", "ps", "-al"]):
        assert READER.accepts(words) == (covers(Container, complete=Complete.NO),)


@pytest.mark.parametrize("line", ["docker ps -q", "docker images", "docker ps shows it", "docker ls", "docker ps --format x"])
def test_not_this_command(line: str) -> None:
    """Other commands, other forms and prose are not accepted."""
    assert READER.accepts(line.split()) is None
