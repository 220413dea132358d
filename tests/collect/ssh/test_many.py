"""Many nodes at once."""

import os
import signal
import threading
from pathlib import Path

import pytest

from podpath.collect.ssh.host import Host
from podpath.collect.ssh.many import InterruptedCollectionError, ask_all
from podpath.collect.ssh.node import Answer
from podpath.collect.ssh.settings import Settings
from tests.collect.ssh.standin import install


class Log:
    """Takes note of what is delivered, and of how many nodes are asked at once."""

    def __init__(self) -> None:
        self.texts: dict[str, str] = {}
        self.files: list[Path] = []
        self.running = self.most = self.kept = 0
        self.threads: set[int] = set()

    def deliver(self, answer: Answer) -> None:
        """Read an answer."""
        self.threads.add(threading.get_ident())
        if answer.file is not None:
            self.texts[answer.host.name] = answer.file.read_text()
            self.files.append(answer.file)
            self.kept = max(self.kept, len(list(answer.file.parent.iterdir())))

    def started(self, host: Host) -> None:
        """Count."""
        del host
        self.running += 1
        self.most = max(self.most, self.running)

    def heard(self, host: Host, size: int) -> None:
        """Nothing is to be noted."""

    def finished(self, answer: Answer) -> None:
        """Count."""
        del answer
        self.running -= 1


def test_as_many_as_allowed_and_each_handed_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Never more than that at once, one delivery at a time, and no answer is kept on the disk."""
    monkeypatch.setenv("PATH", install(tmp_path, "greet; echo $host; leave"))
    log = Log()
    hosts = [Host(f"n{number}", f"n{number}") for number in range(30)]
    ask_all(hosts, Settings(jobs=7), log.deliver, log)
    assert log.texts == {host.name: f"{host.name}\n" for host in hosts}
    assert (log.most, len(log.threads)) == (7, 1)
    assert log.kept <= 7, "answers wait nowhere: there are no more of them than nodes asked"
    assert not [file for file in log.files if file.exists()]


def test_a_signal_ends_it_and_what_was_delivered_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No process is left, no file either."""
    script = f"[ $host = n0 ] && {{ greet; leave; exit; }}\necho $$ >>{tmp_path}/pids; exec sleep 61"
    monkeypatch.setenv("PATH", install(tmp_path, script))
    log = Log()

    def finished(answer: Answer) -> None:
        del answer
        os.kill(os.getpid(), signal.SIGTERM)

    monkeypatch.setattr(log, "finished", finished)
    with pytest.raises(InterruptedCollectionError):
        ask_all([Host(f"n{number}", f"n{number}") for number in range(5)], Settings(jobs=3), log.deliver, log)
    assert set(log.texts) == {"n0"}
    pids = (tmp_path / "pids").read_text().split() if (tmp_path / "pids").exists() else []
    assert not [pid for pid in pids if Path(f"/proc/{pid}").exists()]
    assert not [file for file in log.files if file.parent.exists()]


def test_without_ssh_it_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """That names the program."""
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(FileNotFoundError) as raised:
        ask_all([Host("n1", "n1")], Settings(), lambda _: None, Log())
    assert raised.value.filename == "ssh"
