"""All runtimes at once: those that hang, are forbidden, down, or not there."""

import os
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from podpath.collect.runtimes.read import read_runtimes
from podpath.state.runtime import Container
from tests.collect.runtimes.helper import Said, http, serving, silent
from tests.collect.runtimes.test_sockets import listening

SOCKETS = ("run/docker.sock", "run/podman/podman.sock", "run/containerd/containerd.sock", "run/crio/crio.sock")
EMPTY = {"/containers/json?all=1": b"[]", "/networks": b"[]"}


def test_what_is_not_there_is_not_unknown(tmp_path: Path) -> None:
    """A node without containers says nothing at all."""
    assert Said(tmp_path).heard == []


@pytest.mark.parametrize("path", SOCKETS)
def test_what_is_down_is_unknown(tmp_path: Path, path: str) -> None:
    """The socket is there and nobody listens."""
    listening(tmp_path / path).close()
    said = Said(tmp_path)
    assert said.unknowns
    assert all("nothing listens" in each.what and each.command for each in said.unknowns)


def test_all_hang_and_it_takes_the_time_of_one(tmp_path: Path) -> None:
    """They are asked side by side; each is an unknown with a command, and the thread does not stay."""
    begun, threads = time.monotonic(), threading.active_count()
    stacks = [serving(tmp_path / path, silent) for path in SOCKETS]
    for stack in stacks:
        stack.__enter__()
    said = Said(tmp_path, timeout=0.4)
    assert time.monotonic() - begun < 2
    for stack in stacks:
        stack.__exit__(None, None, None)
    hung = {path for path in SOCKETS for each in said.unknowns if path in each.what and "answer" in each.what}
    assert hung == set(SOCKETS)
    deadline = time.monotonic() + 5
    while threading.active_count() > threads and time.monotonic() < deadline:
        time.sleep(0.01)
    assert threading.active_count() <= threads


def test_one_that_hangs_does_not_hide_another(tmp_path: Path) -> None:
    """Docker answers while CRI-O is silent."""
    document = b'{"Id": "13cc58ad2898", "Name": "/web", "State": {"Status": "running", "Pid": 7}}'
    answers = {**EMPTY, "/containers/json?all=1": b'[{"Id": "13cc58ad2898"}]', "/containers/13cc58ad2898/json": document}
    with serving(tmp_path / "run/crio/crio.sock", silent), serving(tmp_path / "run/docker.sock", http(answers)):
        said = Said(tmp_path, timeout=0.4)
    assert [row.name for row in said.rows(Container)] == ["web"]
    assert any("crio.sock" in each.what for each in said.unknowns)


def test_what_comes_first_is_heard_first(tmp_path: Path) -> None:
    """Nobody waits for the slowest."""
    with serving(tmp_path / "run/crio/crio.sock", silent), serving(tmp_path / "run/docker.sock", http(EMPTY)):
        begun = time.monotonic()
        heard = read_runtimes(tmp_path, 1.0, {})
        assert next(heard).command.startswith("docker ")
        assert time.monotonic() - begun < 0.9
        assert [each.unknowns != () for each in heard][-1]


ASK = """
import os, sys
from pathlib import Path
from podpath.collect.runtimes.read import read_runtimes
list(read_runtimes(Path(sys.argv[1]), 5.0, {}))  # all is loaded while it can be read: the checkout may be root's alone
os.setgroups([])
os.setresgid(65534, 65534, 65534)
os.setresuid(65534, 65534, 65534)
for heard in read_runtimes(Path(sys.argv[1]), 5.0, {}):
    for each in heard.unknowns:
        print(each.what, "|", each.command)
"""


@pytest.mark.root
def test_a_forbidden_socket_is_unknown(tmp_path: Path) -> None:
    """An ordinary user is told what to type, for a socket and for a directory that may not be entered."""
    root = tmp_path / "root"
    with serving(root / "run/docker.sock", http(EMPTY)), serving(root / "run/podman/podman.sock", http({})):
        (root / "run/docker.sock").chmod(0o600)
        (root / "run/podman").chmod(0o700)
        for folder in (root, *root.resolve().parents):
            if folder != Path("/tmp") and folder.is_relative_to("/tmp"):  # noqa: S108 - pytest's folders are its user's alone
                folder.chmod(0o755)
        environ = {**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}
        command = [sys.executable, "-c", ASK, str(root)]
        done = subprocess.run(command, capture_output=True, text=True, check=False, env=environ, timeout=30)
    assert done.stderr == ""
    lines = sorted(done.stdout.splitlines())
    assert [line.partition(" | ")[2] for line in lines] == ["sudo docker ps -a", "sudo podman ps -a"]
    assert all("permission denied" in line for line in lines)


def test_a_runtime_of_which_the_reader_fails_is_unknown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The rest of the node is still read."""

    def fail(*_: object) -> None:
        raise RecursionError("deep")

    monkeypatch.setattr("podpath.readers.docker_inspect.read_json", fail)
    with serving(tmp_path / "run/docker.sock", http(EMPTY)):
        said = Said(tmp_path)
    assert [each.what for each in said.unknowns] == [
        f"containers of docker ({tmp_path}/run/docker.sock): its answer cannot be read (RecursionError: deep)"
    ]
