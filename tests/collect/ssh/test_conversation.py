"""Nodes that are spoken with, of which some are hostile; what they say as an agent, tests/probe/test_node.py tries."""

import os
import sys
import time
from collections import deque
from contextlib import closing, suppress
from pathlib import Path

import pytest

from podpath.collect.ssh.conversation import Conversation

ECHO = ["sh", "-c", 'while read -r line; do echo "$line"; done']


def python(source: str) -> list[str]:
    """Return a command that runs a text."""
    return [sys.executable, "-S", "-c", source]


def soon(seconds: float = 5.0) -> float:
    """Return a moment of the monotonic clock."""
    return time.monotonic() + seconds


def running(group: int) -> list[str]:
    """Return the processes of a group that have not ended."""
    found = []
    for file in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            state, _, of = file.read_text().rpartition(")")[2].split()[:3]
            found += [str(file)] if int(of) == group and state != "Z" else []
    return found


def test_lines_go_both_ways() -> None:
    """And nothing is left: no process, no descriptor."""
    before = len(os.listdir("/proc/self/fd"))  # noqa: PTH208 - descriptors
    with closing(Conversation(ECHO)) as node:
        for text in (b"one", b"two"):
            node.write(text + b"\n", soon())
            assert node.line(soon()) == text
        process = node._process.pid
    assert len(os.listdir("/proc/self/fd")) == before  # noqa: PTH208 - as above
    assert not os.path.exists(f"/proc/{process}")  # noqa: PTH110 - /proc


def test_a_command_that_is_not_there_is_said_so() -> None:
    """A machine without ssh."""
    with pytest.raises(ConnectionError, match="no-such-ssh: No such file"):
        Conversation(["no-such-ssh"])


def test_limits_of_what_is_printed() -> None:
    """One line, and all of them."""
    with closing(Conversation(python("print('x' * (2 << 20))"))) as node, pytest.raises(ConnectionError, match="too much"):
        node.line(soon())
    with closing(Conversation(python("print('x\\n' * (1 << 20))"), largest=1 << 16)) as node:
        assert node.line(soon()) == b"x"
        with pytest.raises(ConnectionError, match="too much"):
            deque(iter(lambda: node.line(soon()), None))


def test_limits_of_time() -> None:
    """A node that is silent, and one that does not read; the process and what it started end with the conversation."""
    with closing(Conversation(["sh", "-c", "sleep 61 & sleep 62"])) as node:
        with pytest.raises(TimeoutError, match="does not answer in time"):
            node.line(soon(0.2))
        with pytest.raises(TimeoutError, match="does not read"):
            node.write(bytes(1 << 20), soon(0.2))
        group = node._process.pid
    deadline = soon()
    while running(group) and time.monotonic() < deadline:
        time.sleep(0.02)
    assert running(group) == []


def test_the_last_words_are_those_of_ssh() -> None:
    """Without a banner, and without what would act on a terminal."""
    said = "echo '****' >&2; echo 'ssh: connect to host n1 port 22: Connection refused \033[2J' >&2; exit 255"
    with closing(Conversation(["sh", "-c", said])) as node, pytest.raises(ConnectionError) as error:
        node.line(soon())
    assert str(error.value) == "ssh: connect to host n1 port 22: Connection refused \\x1b[2J"
    with closing(Conversation(["true"])) as node, pytest.raises(ConnectionError, match="without a message"):
        node.line(soon())


@pytest.mark.parametrize(("ask", "said"), [(False, b"never"), (True, b"None")])
def test_who_may_ask_keeps_the_terminal(*, ask: bool, said: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    """As when the nodes were captured: --ask holds for all of a command."""
    monkeypatch.delenv("SSH_ASKPASS_REQUIRE", raising=False)
    words = python("import os; print(os.getsid(0), os.environ.get('SSH_ASKPASS_REQUIRE'))")
    with closing(Conversation(words, ask=ask)) as node:
        session, require = node.line(soon()).split()
    assert (int(session) == os.getsid(0), require) == (ask, said)
