"""Sockets of runtimes: found, held by systemd, far away, full."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from podpath.collect.runtimes.interface import UnansweredError, Where
from podpath.collect.runtimes.sockets import connect, find_sockets, followed, waits_for_systemd
from tests.collect.runtimes.helper import serving, silent
from tests.engines import wait_for

SERVERS = frozenset(("dockerd",))


def where(root: Path = Path("/"), environ: dict[str, str] | None = None, seconds: float = 5.0) -> Where:
    """Return a place to look at."""
    return Where(time.monotonic() + seconds, root, environ or {})


def listening(path: Path) -> socket.socket:
    """Return a socket that listens."""
    path.parent.mkdir(parents=True, exist_ok=True)
    made = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    made.bind(str(path))
    made.listen(1)
    return made


def test_sockets_are_found_once(tmp_path: Path) -> None:
    """Where they usually are, where the environment says, and those of users; a file of that name is none."""
    places = [tmp_path / "run/a.sock", tmp_path / "run/user/7/a.sock", tmp_path / "else/b.sock"]
    made = [listening(path) for path in places]
    (tmp_path / "run/file.sock").write_text("")
    (tmp_path / "run/link.sock").symlink_to("a.sock")
    patterns = ("run/a.sock", "run/link.sock", "run/file.sock", "run/none.sock", "run/user/*/a.sock")
    environ = {"X_HOST": "unix:///else/b.sock", "Y_HOST": "tcp://10.0.0.1:2375", "XDG_RUNTIME_DIR": "/run/user/7"}
    found = list(find_sockets(where(tmp_path, environ), patterns, ("X_HOST", "Y_HOST", "Z_HOST")))
    assert sorted(found) == sorted(places)
    for each in made:
        each.close()


def test_nobody_listens(tmp_path: Path) -> None:
    """A socket that its server left behind."""
    listening(tmp_path / "s").close()
    with pytest.raises(UnansweredError, match="nothing listens"):
        connect(tmp_path / "s", where(), SERVERS)
    with pytest.raises(FileNotFoundError):
        connect(tmp_path / "none", where(), SERVERS)


def test_a_full_queue_does_not_hold(tmp_path: Path) -> None:
    """A server that accepts nobody any more."""
    server = listening(tmp_path / "s")
    waiting = [connect(tmp_path / "s", where(), SERVERS) for _ in range(2)]  # one more than asked for (listen(2))
    with pytest.raises(UnansweredError, match="queue is full"):
        connect(tmp_path / "s", where(seconds=0.5), SERVERS)
    for each in (server, *waiting):
        each.close()


def test_a_long_path_can_be_reached(tmp_path: Path) -> None:
    """Longer than the 108 bytes of a socket's address."""
    folder = tmp_path / ("x" * 100)
    folder.mkdir()
    here = os.open(folder, os.O_PATH)
    server = listening(Path(f"/proc/self/fd/{here}/s"))
    connect(folder / "s", where(), SERVERS).close()
    server.close()
    os.close(here)


@contextmanager
def process(name: str, code: str, folder: Path, *arguments: str) -> Iterator[subprocess.Popen[str]]:
    """Run Python under another name, until the block ends; it prints a line when it is ready."""
    program = folder / name
    program.symlink_to(sys.executable)
    running = subprocess.Popen([program, "-c", code, *arguments], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    try:
        assert running.stdout is not None
        assert running.stdout.readline() == "ready\n"
        yield running
    finally:
        running.communicate(timeout=10)


LISTEN = "import socket,sys; s=socket.socket(socket.AF_UNIX); s.bind(sys.argv[1]); s.listen(); print('ready',flush=True); input()"
HAND_OVER = (
    "import os,socket,subprocess,sys; s=socket.socket(socket.AF_UNIX); s.bind(sys.argv[1]); s.listen(); s.set_inheritable(True);"
    " subprocess.run([sys.argv[2], '-c', \"print('ready',flush=True); input()\"], close_fds=False)"
)


def test_what_systemd_would_start_is_not_connected_to(tmp_path: Path) -> None:
    """Systemd holds the socket and the service does not: the first connection would start it."""
    path = tmp_path / "s"
    with process("systemd", LISTEN, tmp_path, str(path)):
        assert waits_for_systemd(path, where(), SERVERS)
        with pytest.raises(UnansweredError, match="podpath starts nothing"):
            connect(path, where(), SERVERS)
        (tmp_path / "link").symlink_to(path)
        assert waits_for_systemd(tmp_path / "link", where(), SERVERS)
    with process("dockerd", LISTEN, tmp_path, str(tmp_path / "other")):
        assert not waits_for_systemd(tmp_path / "other", where(), SERVERS)
        connect(tmp_path / "other", where(), SERVERS).close()


def test_links_are_followed_below_the_root(tmp_path: Path) -> None:
    """An absolute one, too; a circle has an end."""
    (tmp_path / "a").symlink_to("/run/b")
    (tmp_path / "run").mkdir()
    (tmp_path / "run/b").symlink_to("../run/c")
    (tmp_path / "loop").symlink_to("loop")
    assert followed(tmp_path / "a", where(tmp_path)) == tmp_path / "run/c"
    assert followed(tmp_path / "loop", where(tmp_path)) == tmp_path / "loop"


def test_a_service_that_systemd_started_is_running(tmp_path: Path) -> None:
    """Both hold the socket then."""
    path, program = tmp_path / "s", tmp_path / "dockerd"
    program.symlink_to(sys.executable)
    with process("systemd", HAND_OVER, tmp_path, str(path), str(program)):
        wait_for("the socket is passed on", path.exists)
        assert not waits_for_systemd(path, where(), SERVERS)


def proc(root: Path, path: str, comms: dict[int, str]) -> None:
    """Write a /proc in which nobody's open files can be seen, as an ordinary user finds it."""
    (root / "proc/thread-self/net").mkdir(parents=True)
    line = f"0000000000000000: 00000002 00000000 00010000 0001 01 4711 {path}"
    (root / "proc/thread-self/net/unix").write_text(f"Num RefCount Protocol Flags Type St Inode Path\n{line}\n")
    for pid, comm in comms.items():
        (root / f"proc/{pid}").mkdir()
        (root / f"proc/{pid}/comm").write_text(comm + "\n")


@pytest.mark.parametrize(
    ("comms", "waits"),
    [
        ({1: "systemd", 7: "sshd"}, True),
        ({1: "systemd", 7: "dockerd"}, False),
        ({1: "init", 7: "sshd"}, False),
    ],
)
def test_an_ordinary_user_judges_by_the_servers_name(tmp_path: Path, comms: dict[int, str], *, waits: bool) -> None:
    """Whose sockets are whose is hidden; that a server of this name runs is not."""
    proc(tmp_path, "/var/run/docker.sock", comms)
    assert waits_for_systemd(tmp_path / "run/docker.sock", where(tmp_path), SERVERS) is waits


def test_a_connection_is_a_stream_with_a_deadline(tmp_path: Path) -> None:
    """After it, nothing is sent or received."""
    with serving(tmp_path / "s", silent):
        connection = connect(tmp_path / "s", where(seconds=0.1), SERVERS)
        connection.sendall(b"x")
        with pytest.raises(TimeoutError):
            connection.recv(1)
        with pytest.raises(TimeoutError):
            connection.sendall(b"x")
        connection.close()
