"""Text on standard input that no argument asks for."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from podpath.cli.main import parser
from podpath.cli.standard_input import wanted
from tests.cli.test_main import SAMPLES, run

ROUTES = b"default via 192.0.2.1 dev eth0\n10.1.0.0/24 dev cni0 proto kernel scope link src 10.1.0.1\n"
SAID = "reading the text on standard input"


@pytest.mark.parametrize(
    "command", [["check"], ["veth"], ["sql", "select dev from route order by dev"], ["map", "--format", "mermaid"]]
)
def test_text_is_read_and_said(command: list[str]) -> None:
    """A person who pipes text into podpath means that text, not this host."""
    done = run(*command, stdin=ROUTES)
    assert SAID in done.stderr.decode()
    if command[0] == "sql":
        assert done.stdout.split() == [b"dev", b"cni0", b"eth0", b"(2", b"rows)"]


def test_a_file_is_text_like_a_pipe(tmp_path: Path) -> None:
    """`podpath check < routes.txt`."""
    file = tmp_path / "routes.txt"
    file.write_bytes(ROUTES)
    with file.open() as opened:
        done = subprocess.run(
            [sys.executable, "-m", "podpath", "check"], stdin=opened, capture_output=True, text=True, check=False, timeout=50,
            env={**os.environ, "PYTHONPATH": str(SAMPLES.parent / "src")},
        )  # fmt: skip
    assert SAID in done.stderr


def test_an_empty_pipe_is_no_text() -> None:
    """This node is read, as without a pipe."""
    assert SAID not in run("veth", stdin=b"").stderr.decode()


def test_a_pipe_of_sshd_that_says_nothing_is_not_waited_for() -> None:
    """`ssh n1 podpath veth`: the standard input is the connection's, and stays open."""
    reading, writing = os.pipe()
    try:
        done = subprocess.run(
            [sys.executable, "-m", "podpath", "veth"], stdin=reading, capture_output=True, text=True, check=False, timeout=50,
            env={**{k: v for k, v in os.environ.items() if k != "SSH_TTY"}, "SSH_CONNECTION": "a b",
                 "PYTHONPATH": str(SAMPLES.parent / "src")},
        )  # fmt: skip
    finally:
        os.close(writing)
        os.close(reading)
    assert SAID not in done.stderr


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["check"], True),
        (["trace", "a", "b"], True),
        (["trace", "a", "b", "--live"], False),
        (["check", "n1.txt"], False),
        (["check", "--ssh", "n1"], False),
        (["check", "--kube"], False),
        (["collect", "--rows"], False),
        (["drops"], False),
        (["explain", "fdb"], False),
    ],
)
def test_only_a_command_line_that_leaves_it_open_reads_it(words: list[str], *, expected: bool) -> None:
    """A SNAPSHOT, an option that names nodes, and a command that reads none keep their word."""
    assert wanted(parser().parse_args(words)) is expected


def test_a_silent_pipe_is_waited_for_no_longer_than_the_time_limit() -> None:
    """A job whose standard input stays open must not wait forever."""
    reading, writing = os.pipe()
    try:
        environ = {key: value for key, value in os.environ.items() if key != "SSH_CONNECTION"}
        done = subprocess.run(
            [sys.executable, "-m", "podpath", "check", "--timeout", "2"], stdin=reading, capture_output=True, text=True,
            check=False, timeout=50, env={**environ, "PYTHONPATH": str(SAMPLES.parent / "src")},
        )  # fmt: skip
    finally:
        os.close(writing)
        os.close(reading)
    assert done.returncode == 2
    assert "waiting for text on standard input" in done.stderr


def test_the_node_is_called_as_its_only_prompt_does() -> None:
    """Nobody calls a machine "stdin"."""
    text = b"root@web01:~# ip route\ndefault via 192.0.2.1 dev eth0\n"
    done = run("sql", "SELECT name FROM node", "-", stdin=text)
    assert "web01" in done.stdout.decode()
    assert "stdin" not in done.stdout.decode()
