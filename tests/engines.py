"""Real container engines for tests, each in a mount and a network namespace of its own.

The namespaces have an empty /run and /var/lib, so an engine runs with its usual paths and leaves
nothing behind: the host's networks, iptables and sysctls stay as they are. ``engine.root`` is the
engine's own view of the file system, seen from outside. Process numbers are the host's.

A holder process starts everything and ends it all when its standard input closes, which happens
even when the tests are killed.

    with engines.docker() as docker:
        docker.network("front")
        docker.run("web", network="front", publish=["8080:80"])
        docker.exec("ip", "-br", "link")         # on the engine's host
        docker.inside("web", "ip", "address")    # in the container
"""

import contextlib
import ctypes
import io
import json
import os
import secrets
import shutil
import signal
import subprocess
import sys
import tarfile
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, Final

import pytest

IMAGE: Final = "podpath-busybox"
"""Name of the image that each engine has: busybox alone."""
_APPLETS: Final = "cat hostname httpd ip ls nc nslookup ping sh sleep wget".split()
_START: Final = 30.0
_SUBREAPER: Final = 36  # PR_SET_CHILD_SUBREAPER, prctl(2)
_SBIN: Final = ":/usr/local/sbin:/usr/sbin:/sbin"


def need(*programs: str) -> None:
    """Skip the test where one of these programs is missing."""
    missing = [program for program in programs if shutil.which(program, path=os.environ.get("PATH", "") + _SBIN) is None]
    if missing:
        pytest.skip(f"needs {' and '.join(missing)} (make system-packages)")


def wait_for(what: str, look: Callable[[], Any], seconds: float = _START) -> Any:
    """Return what ``look`` returns as soon as it is true."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        found = look()
        if found:
            return found
        time.sleep(0.02)
    message = f"{what} within {seconds:g} s"
    raise TimeoutError(message)


def layer() -> bytes:
    """Return the file system of the image as a tar archive."""
    busybox = shutil.which("busybox")
    assert busybox is not None
    made = io.BytesIO()
    with tarfile.open(fileobj=made, mode="w") as archive:
        for folder in ("bin", "dev", "etc", "proc", "sys", "tmp", "www"):
            entry = tarfile.TarInfo(folder)
            entry.type, entry.mode = tarfile.DIRTYPE, 0o755
            archive.addfile(entry)
        archive.add(busybox, "bin/busybox")
        for applet in _APPLETS:
            entry = tarfile.TarInfo(f"bin/{applet}")
            entry.type, entry.linkname = tarfile.SYMTYPE, "busybox"
            archive.addfile(entry)
    return made.getvalue()


class Engine:
    """A place in which an engine runs.

    Attributes:
        folder: a folder of its own on the host, seen by both sides under the same path.
        pid: a process inside its namespaces.
        prefix: what names in it may begin with, so that no two tests share one.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.prefix = f"pp{secrets.token_hex(3)}"
        environ = {**os.environ, "PATH": os.environ.get("PATH", "") + _SBIN}
        environ.pop("DOCKER_HOST", None)
        self._holder = subprocess.Popen(
            ["unshare", "--mount", "--net", "--propagation", "private", sys.executable, __file__],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environ, cwd="/",
        )  # fmt: skip
        self.pid = self._holder.pid
        assert self._answers().readline() == "ready\n"

    def _answers(self) -> IO[str]:
        assert self._holder.stdout is not None
        return self._holder.stdout

    def _ask(self, **question: object) -> Any:
        assert self._holder.stdin is not None
        self._holder.stdin.write(json.dumps(question) + "\n")
        self._holder.stdin.flush()
        return json.loads(self._answers().readline())

    @property
    def root(self) -> Path:
        """The root directory as the engine sees it; a symbolic link in it leads to the host, not into it."""
        return Path(f"/proc/{self.pid}/root")

    @property
    def nsenter_prefix(self) -> list[str]:
        """What to put before a command to run it on the engine's host."""
        return ["nsenter", "--target", str(self.pid), "--mount", "--net"]

    def exec(self, *words: str, check: bool = True, seconds: float = 30) -> str:
        """Run a command on the engine's host and return its standard output."""
        answer = self._ask(run=words, seconds=seconds)
        if check and answer["code"] != 0:
            message = f"{' '.join(words)}: {answer['code']}\n{answer['err']}"
            raise RuntimeError(message)
        return str(answer["out"])

    def start(self, *words: str, log: str) -> int:
        """Start a program that keeps running and return its process number; it ends with the engine."""
        return int(self._ask(start=words, log=str(self.folder / log))["pid"])

    def log(self, name: str) -> str:
        """Return the end of what a program printed."""
        return (self.folder / name).read_text(encoding="utf-8", errors="replace")[-3000:]

    def close(self) -> None:
        """End every process of the engine."""
        self._holder.communicate(timeout=30)


class Docker(Engine):
    """A Docker Engine.

    Attributes:
        socket: its socket, in a folder of the host; the usual /run/docker.sock is below ``root``.
    """

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.socket = folder / "docker.sock"
        self.environ = {**os.environ, "DOCKER_HOST": f"unix://{self.socket}"}
        (folder / "daemon.json").write_text("{}", encoding="utf-8")
        self.start(
            "dockerd", "--config-file", str(folder / "daemon.json"), "--pidfile", str(folder / "docker.pid"),
            "-H", "unix:///run/docker.sock", "-H", f"unix://{self.socket}", log="dockerd.log",
        )  # fmt: skip
        try:
            wait_for("dockerd answers", lambda: self.socket.exists() and self.cli("version", check=False))
        except TimeoutError as error:
            raise RuntimeError(f"{error}\n{self.log('dockerd.log')}") from None
        self.cli("import", "-", IMAGE, data=layer())

    def cli(self, *words: str, check: bool = True, data: bytes | None = None) -> str:
        """Run the docker command and return its output."""
        command = ["docker", "-H", f"unix://{self.socket}", *words]
        done = subprocess.run(command, input=data, capture_output=True, check=False, timeout=40)
        if done.returncode != 0:
            if not check:
                return ""
            raise RuntimeError(f"{' '.join(command)}: {done.stderr.decode()}")
        return done.stdout.decode().strip()

    def network(self, name: str, *options: str) -> str:
        """Make a network and return its identifier."""
        return self.cli("network", "create", *options, name)

    def run(
        self, name: str, *options: str, network: str | None = None, publish: Sequence[str] = (),
        command: Sequence[str] = ("sleep", "86400"),
    ) -> str:  # fmt: skip
        """Start a container and return its identifier."""
        words = [*(["--network", network] if network else []), *(word for port in publish for word in ("--publish", port))]
        return self.cli("run", "--detach", "--name", name, *words, *options, IMAGE, *command)

    def remove(self, *names: str) -> None:
        """Remove containers, running or not."""
        self.cli("rm", "--force", "--volumes", *names)

    def inside(self, name: str, *words: str) -> str:
        """Run a command in a container and return its output."""
        return self.cli("exec", name, *words)

    def pid_of(self, name: str) -> int:
        """Return the first process of a container, in the host's numbers."""
        return int(self.cli("inspect", "--format", "{{.State.Pid}}", name))


@contextmanager
def _engine(make: type[Engine]) -> Iterator[Any]:
    with tempfile.TemporaryDirectory(prefix="pp-", dir="/tmp") as folder, contextlib.ExitStack() as stack:  # noqa: S108 - short
        engine = make.__new__(make)
        stack.callback(lambda: engine.close() if hasattr(engine, "_holder") else None)
        engine.__init__(Path(folder))  # type: ignore[misc]
        yield engine


@contextmanager
def docker() -> Iterator[Docker]:
    """Run a Docker Engine as long as the block lasts."""
    need("dockerd", "docker", "containerd", "runc", "busybox")
    with _engine(Docker) as engine:
        yield engine


def _hold() -> None:
    """Be the process that starts everything in the namespaces, and ends it all."""
    prctl = ctypes.CDLL(None, use_errno=True).prctl
    prctl(_SUBREAPER, 1, 0, 0, 0)  # whatever a daemon leaves behind becomes a child of this process
    for command in (
        ["mount", "-t", "tmpfs", "tmpfs", "/run"], ["mount", "-t", "tmpfs", "tmpfs", "/var/lib"],
        ["ip", "link", "set", "lo", "up"],
    ):  # fmt: skip
        subprocess.run(command, check=True, stdin=subprocess.DEVNULL)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the tests; they close the pipe then
    print("ready", flush=True)  # noqa: T201 - this is the answer to the tests
    for line in sys.stdin:
        print(json.dumps(_do(json.loads(line))), flush=True)  # noqa: T201
    _end()


def _do(question: dict[str, Any]) -> dict[str, Any]:
    if "start" in question:
        with Path(question["log"]).open("ab") as log:
            child = subprocess.Popen(question["start"], stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True)
        return {"pid": child.pid}
    # Output goes to files: a daemon that a command leaves behind keeps a pipe open.
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        try:
            code = subprocess.call(question["run"], stdin=subprocess.DEVNULL, stdout=out, stderr=err, timeout=question["seconds"])
        except (OSError, subprocess.TimeoutExpired) as error:
            return {"code": -1, "out": "", "err": str(error)}
        texts = [(file.seek(0), file.read().decode(errors="replace"))[1] for file in (out, err)]
    return {"code": code, "out": texts[0], "err": texts[1]}


def _descendants() -> set[int]:
    parents: dict[int, int] = {}
    for path in Path("/proc").iterdir():
        if path.name.isdigit():
            with contextlib.suppress(OSError):
                parents[int(path.name)] = int((path / "stat").read_text().rpartition(")")[2].split()[1])
    found = {os.getpid()}
    while more := {child for child, parent in parents.items() if parent in found} - found:
        found |= more
    return found - {os.getpid()}


def _end() -> None:
    """Kill all that came of this process, and remove the control groups they were in."""
    own = set(Path("/proc/self/cgroup").read_text(encoding="utf-8").splitlines())
    groups: set[str] = set()
    end = time.monotonic() + 20
    while time.monotonic() < end and (children := _descendants()):
        for child in children:
            with contextlib.suppress(OSError):
                groups |= set(Path(f"/proc/{child}/cgroup").read_text(encoding="utf-8").splitlines()) - own
                os.kill(child, signal.SIGKILL)
        with contextlib.suppress(ChildProcessError):
            while os.waitpid(-1, os.WNOHANG) != (0, 0):
                pass
        time.sleep(0.01)
    for line in sorted(groups, key=len, reverse=True):
        _, controllers, path = line.split(":", 2)
        for top in ("", controllers.removeprefix("name="), "unified"):
            # A container's own group, and the engine's around it when it is empty.
            with contextlib.suppress(OSError):
                folder = Path("/sys/fs/cgroup", top, path.lstrip("/"))
                while len(folder.parts) > len(Path("/sys/fs/cgroup", top).parts):
                    folder.rmdir()
                    folder = folder.parent


if __name__ == "__main__":
    _hold()
