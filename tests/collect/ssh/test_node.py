"""One node: tries, and what came of them; a program stands in for ssh that fails as it is told."""

import asyncio
from pathlib import Path

import pytest

from podpath.collect.ssh.host import Host
from podpath.collect.ssh.node import Answer, ask, how_to_learn
from podpath.collect.ssh.settings import Settings
from tests.collect.ssh.standin import install


def asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, script: str, settings: Settings | None = None) -> Answer:
    """Ask a node behind a stand-in."""
    monkeypatch.setenv("PATH", install(tmp_path / "bin", script))
    return asyncio.run(ask(Host("n1", "n1"), settings or Settings(), tmp_path / "answer", lambda _: None))


def test_an_answer_with_its_clock(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The clock's distance is known to within the time that the greeting may have taken."""
    answer = asked(tmp_path, monkeypatch, "greet; echo one; leave")
    assert answer.problem is None
    assert answer.file is not None
    assert answer.file.read_text() == "one\n"
    assert answer.clock is not None
    assert answer.clock_error is not None
    assert abs(answer.clock) <= answer.clock_error < 2
    assert (answer.root, answer.machine, answer.tries) == (True, "a n1", 1)


def test_a_connection_that_was_lost_is_tried_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The second answer is whole, and nothing of the first is in it."""
    script = f"[ -e {tmp_path}/once ] && {{ greet; echo two; leave; exit; }}\ntouch {tmp_path}/once; greet; echo one; exit 255"
    answer = asked(tmp_path, monkeypatch, script)
    assert (answer.problem, answer.tries) == (None, 2)
    assert answer.file is not None
    assert answer.file.read_text() == "two\n"


@pytest.mark.parametrize(
    ("script", "tries", "problem"),
    [
        ("echo 'ssh: connect to host n1 port 22: Connection refused' >&2; exit 255", 2,
         "ssh: connect to host n1 port 22: Connection refused"),
        ("echo 'Host key verification failed.' >&2; exit 255", 1, "Host key verification failed"),
        ("greet; echo one; echo 'client_loop: send disconnect: Broken pipe' >&2; exit 255", 2,
         "the connection ended in the middle after 0.0 MB: client_loop: send disconnect: Broken pipe"),
        ("exit 0", 2, "ssh ended without a word, and the script was not run"),
        ("greet; sleep 20", 1, "it said nothing for 1 seconds after 0.0 MB"),
    ],
)  # fmt: skip
def test_a_failure_is_told_and_tried_again_where_that_may_help(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, script: str, tries: int, problem: str
) -> None:
    """A wrong key stays wrong; silence would cost the same time again."""
    answer = asked(tmp_path, monkeypatch, script, Settings(silence=1))
    assert (answer.problem, answer.tries) == (problem, tries)


def test_the_command_that_would_tell() -> None:
    """With the user and with sudo, as it was asked."""
    host = Host("web 1", "10.0.0.1", "root")
    assert how_to_learn(host, Settings(sudo=True)) == "podpath collect --ssh root@10.0.0.1 --sudo -o 'web 1.podpath'"
