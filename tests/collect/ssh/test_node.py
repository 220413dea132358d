"""One node: tries, and what came of them; a program stands in for ssh that fails as it is told."""

import asyncio
from pathlib import Path

import pytest

from podpath.collect.ssh.host import Host
from podpath.collect.ssh.node import Answer, ask, how_to_learn
from podpath.collect.ssh.settings import Settings, Way
from tests.collect.kube.fake import FORBIDDEN, NO_SHELL
from tests.collect.kube.fake import Answer as Said
from tests.collect.kube.fake import make as make_kubectl
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
        ("exit 0", 2, "ssh ended without a message, and the script did not run"),
        ("greet; sleep 20", 1, "it sent nothing for 1 seconds after 0.0 MB"),
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


BY_KUBECTL = Settings(way=Way(("kubectl", "exec", "-i"), "kubectl get nodes"))
SECOND = Host("n1", "kube-system/kube-proxy-x", options=("-n", "kube-system", "kube-proxy-x"))
FIRST = Host("n1", "kube-flannel/flannel-x", options=("-n", "kube-flannel", "flannel-x"), other=SECOND)


@pytest.mark.parametrize(
    ("said", "target", "problem"),
    [
        ((Said("exec -i -n kube-flannel flannel-x -- sh -s", "one\n"),), FIRST.target, None),
        ((Said("flannel", "", NO_SHELL, 1), Said("proxy", "one\n")), SECOND.target, None),
        ((Said("flannel", "", FORBIDDEN, 1), Said("proxy", "one\n")), FIRST.target, FORBIDDEN),
        ((Said("flannel", "one\n", "error: unexpected EOF", 1),), FIRST.target,
         "the connection ended in the middle after 0.0 MB: error: unexpected EOF"),
        ((Said("."),), FIRST.target, None),
    ],
)  # fmt: skip
def test_a_container_is_asked_as_a_host_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, said: tuple[Said, ...], target: str, problem: str | None
) -> None:
    """One that has no shell leads to the next; what is forbidden is so for all of them."""
    monkeypatch.setenv("PATH", make_kubectl(tmp_path / "bin", *said))
    answer = asyncio.run(ask(FIRST, BY_KUBECTL, tmp_path / "answer", lambda _: None))
    assert (answer.host.target, answer.problem) == (target, problem)
    assert answer.tries == (2 if problem is not None and "ended" in problem else 1)


def test_what_a_container_did_not_say_is_learned_in_another_way(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its program is named where it says nothing."""
    assert how_to_learn(FIRST, BY_KUBECTL) == "kubectl get nodes"
    monkeypatch.setenv("PATH", make_kubectl(tmp_path / "bin", Said(".", "", "", 1)))
    answer = asyncio.run(ask(FIRST, BY_KUBECTL, tmp_path / "answer", lambda _: None))
    assert answer.problem == "kubectl ended without a message, and the script did not run"
