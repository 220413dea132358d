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

import hashlib
import io
import json
import os
import secrets
import shutil
import subprocess
import sys
import tarfile
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, Final, TypeVar

import pytest

from podpath.collect.runtimes.grpc_api import Channel
from podpath.collect.runtimes.interface import Where
from podpath.collect.runtimes.protobuf import Field, decode, encode
from podpath.readers.interface import Json

IMAGE: Final = "podpath-busybox"
"""Name of the image that each engine has: busybox alone."""
_APPLETS: Final = ["cat", "hostname", "httpd", "ip", "ls", "nc", "nslookup", "ping", "sh", "sleep", "wget"]
_HOLDER: Final = Path(__file__).with_name("engine_holder.py")
_START: Final = 30.0
_SBIN: Final = ":/usr/local/sbin:/usr/sbin:/sbin"


def need(*programs: str) -> None:
    """Skip the test where one of these programs is missing."""
    missing = [program for program in programs if shutil.which(program, path=os.environ.get("PATH", "") + _SBIN) is None]
    if missing:
        pytest.skip(f"needs {' and '.join(missing)} (make system-packages)")


def wait_for(what: str, look: Callable[[], Json], seconds: float = _START) -> Json:
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
            ["unshare", "--mount", "--net", "--propagation", "private", sys.executable, _HOLDER, folder, self.prefix],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environ, cwd="/",
        )  # fmt: skip
        self.pid = self._holder.pid
        assert self._answers().readline() == "ready\n"

    def begin(self) -> None:
        """Start what is needed before the first container."""

    def _answers(self) -> IO[str]:
        assert self._holder.stdout is not None
        return self._holder.stdout

    def _ask(self, **question: object) -> Json:
        assert self._holder.stdin is not None
        self._holder.stdin.write(json.dumps(question) + "\n")
        self._holder.stdin.flush()
        return json.loads(self._answers().readline())

    @property
    def root(self) -> Path:
        """The root directory as the engine sees it; a symbolic link in it leads to the host, not into it."""
        return Path("/proc", str(self.pid), "root")

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

    def stop(self, pid: int) -> None:
        """End a program that was started, and wait until it has ended."""
        self._ask(stop=pid)

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

    def begin(self) -> None:
        """Start dockerd and give it the image."""
        folder = self.folder
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


class Containerd(Engine):
    """Containerd with its CRI plugin, and a bridge network for its pods.

    Attributes:
        socket: its socket, in a folder of the host; the usual one below /run is a link to it.
    """

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.socket = folder / "containerd.sock"
        self._channel: Channel | None = None
        self._ctr = ("ctr", "--address", str(self.socket), "--namespace", "k8s.io")

    def begin(self) -> None:
        """Start containerd and give it the image."""
        folder = self.folder
        (folder / "config.toml").write_text(_CONTAINERD.format(folder=folder, image=IMAGE), encoding="utf-8")
        (folder / "net.d").mkdir()
        (folder / "net.d" / "10-bridge.conflist").write_text(json.dumps(_CNI), encoding="utf-8")
        (folder / "image.tar").write_bytes(docker_archive())
        self.start("containerd", "--config", str(folder / "config.toml"), log="containerd.log")
        try:
            wait_for("containerd answers", lambda: self.exec(*self._ctr, "version", check=False))
        except TimeoutError as error:
            raise RuntimeError(f"{error}\n{self.log('containerd.log')}") from None
        self.exec(*self._ctr, "images", "import", str(folder / "image.tar"))
        where = Where(time.monotonic() + 3600, Path("/"), {})
        self._channel = Channel(self.socket, where, frozenset())

    def close(self) -> None:
        """End every process of the engine."""
        if self._channel is not None:
            self._channel.close()
        super().close()

    def _call(self, method: str, request: dict[int, Any]) -> str:
        """Make a CRI call and return the first field of its answer, which is an identifier."""
        assert self._channel is not None
        answer = self._channel.call(f"/runtime.v1.RuntimeService/{method}", encode(request))
        if answer.status != 0:
            raise RuntimeError(f"{method}: {answer.message}\n{self.log('containerd.log')}")
        return str(decode(answer.body, {1: Field("id")}).get("id", ""))

    def pod(self, name: str, namespace: str = "default", *, host_network: bool = False) -> str:
        """Start a pod without containers and return the identifier of its sandbox; its uid is ``uid-NAME``."""
        return self._call("RunPodSandbox", {1: self._config(name, namespace, host_network=host_network)})

    def _config(self, name: str, namespace: str, *, host_network: bool) -> dict[int, Any]:
        options = {1: 2 if host_network else 0, 2: 1}
        metadata = {1: name, 2: f"uid-{name}", 3: namespace}
        return {1: metadata, 2: "" if host_network else name, 3: str(self.folder), 8: {1: f"/{self.prefix}", 2: {1: options}}}

    def container(self, pod: str, pod_name: str, name: str, labels: dict[str, str] | None = None) -> str:
        """Start a container in a pod and return its identifier."""
        pairs = [{1: key, 2: value} for key, value in (labels or {}).items()]
        config = {1: {1: name}, 2: {1: IMAGE}, 3: ["sleep", "86400"], 6: {1: "DB_PASSWORD", 2: "hunter2"}, 9: pairs}
        request = {1: pod, 2: config, 3: self._config(pod_name, "default", host_network=False)}
        ident = self._call("CreateContainer", request)
        self._call("StartContainer", {1: ident})
        return ident

    def stop_pod(self, pod: str) -> None:
        """Stop a pod; it stays in the list until it is removed."""
        self._call("StopPodSandbox", {1: pod})

    def remove_pod(self, pod: str) -> None:
        """Stop and remove a pod."""
        self.stop_pod(pod)
        self._call("RemovePodSandbox", {1: pod})

    def task_pid(self, ident: str, namespace: str = "k8s.io") -> int:
        """Return the process of a container or a pod, as containerd's own tool prints it."""
        lines = self.exec(*self._ctr[:-1], namespace, "tasks", "list").splitlines()
        return next(int(line.split()[1]) for line in lines if line.startswith(ident))

    def run_plain(self, namespace: str, ident: str, labels: dict[str, str]) -> None:
        """Start a container in a namespace of containerd, as ctr and nerdctl do."""
        ctr = (*self._ctr[:-1], namespace)
        self.exec(*ctr, "images", "import", str(self.folder / "image.tar"))
        words = [word for key, value in labels.items() for word in ("--label", f"{key}={value}")]
        self.exec(*ctr, "run", "--detach", *words, f"docker.io/library/{IMAGE}:latest", ident)

    def remove_plain(self, namespace: str, ident: str) -> None:
        """Remove such a container."""
        ctr = (*self._ctr[:-1], namespace)
        self.exec(*ctr, "tasks", "rm", "--force", ident)
        self.exec(*ctr, "containers", "rm", ident)


class Podman(Engine):
    """Podman, with its service as long as somebody wants it; nothing of it runs but its containers."""

    def begin(self) -> None:
        """Give it the image."""
        folder = self.folder
        (folder / "containers.conf").write_text(_PODMAN, encoding="utf-8")
        (folder / "image.tar").write_bytes(layer())
        self._words = (
            "env", f"CONTAINERS_CONF={folder}/containers.conf", "podman", "--storage-driver", "vfs",
            "--network-config-dir", str(folder),
        )  # fmt: skip
        self.cli("import", str(folder / "image.tar"), IMAGE)

    def cli(self, *words: str) -> str:
        """Run the podman command and return its output."""
        return self.exec(*self._words, *words).strip()

    def run(self, name: str, *options: str) -> str:
        """Start a container and return its identifier."""
        return self.cli("run", "--detach", "--name", name, *options, IMAGE, "sleep", "86400")

    def pod(self, name: str) -> str:
        """Make a pod and return its identifier; it starts with its first container."""
        return self.cli("pod", "create", "--name", name, "--infra-image", IMAGE, "--infra-command", "sleep 86400")

    @contextmanager
    def service(self) -> Iterator[None]:
        """Serve podman's API on its usual socket as long as the block lasts."""
        socket = self.root / "run/podman/podman.sock"
        socket.parent.mkdir(exist_ok=True)
        pid = self.start(*self._words, "system", "service", "--time=0", "unix:///run/podman/podman.sock", log="podman.log")
        wait_for("podman's service listens", socket.exists)
        try:
            yield
        finally:
            self.stop(pid)
            socket.unlink(missing_ok=True)


_PODMAN: Final = """\
[engine]
cgroup_manager = "cgroupfs"
events_logger = "file"
runtime = "runc"
[containers]
default_ulimits = ["nofile=1024:1024", "nproc=1024:1024"]
"""
_CNI: Final = {
    "cniVersion": "0.4.0", "name": "podpath",
    "plugins": [
        {"type": "bridge", "bridge": "cni0", "isGateway": True, "ipMasq": False,
         "ipam": {"type": "host-local", "ranges": [[{"subnet": "10.66.0.0/24"}], [{"subnet": "fd66::/64"}]],
                  "dataDir": "/run/cni-ipam"}},
    ],
}  # fmt: skip
_CONTAINERD: Final = """\
version = 2
[grpc]
  address = "{folder}/containerd.sock"
[plugins."io.containerd.grpc.v1.cri"]
  sandbox_image = "docker.io/library/{image}:latest"
  restrict_oom_score_adj = true
  disable_apparmor = true
  [plugins."io.containerd.grpc.v1.cri".cni]
    bin_dir = "/usr/lib/cni"
    conf_dir = "{folder}/net.d"
"""


def docker_archive() -> bytes:
    """Return the image as ``docker save`` writes it."""
    data = layer()
    digest = hashlib.sha256(data).hexdigest()
    config = {
        "architecture": {"x86_64": "amd64", "aarch64": "arm64"}.get(os.uname().machine, os.uname().machine), "os": "linux",
        "config": {"Entrypoint": ["sleep", "86400"], "Env": ["PATH=/bin"]},
        "rootfs": {"type": "layers", "diff_ids": [f"sha256:{digest}"]},
    }  # fmt: skip
    tag = f"docker.io/library/{IMAGE}:latest"
    manifest = [{"Config": "config.json", "RepoTags": [tag], "Layers": ["layer.tar"]}]
    made = io.BytesIO()
    with tarfile.open(fileobj=made, mode="w") as archive:
        files = {"config.json": json.dumps(config).encode(), "layer.tar": data, "manifest.json": json.dumps(manifest).encode()}
        for name, content in files.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            archive.addfile(entry, io.BytesIO(content))
    return made.getvalue()


class Lxc(Engine):
    """LXC's containers, each with busybox as its root file system and no network."""

    def define(self, name: str) -> None:
        """Write the configuration of a container."""
        home = f"/var/lib/lxc/{name}"
        self.exec("mkdir", "-p", f"{home}/rootfs")
        (self.folder / "layer.tar").write_bytes(layer())
        self.exec("tar", "-xf", str(self.folder / "layer.tar"), "-C", f"{home}/rootfs")
        text = f"lxc.uts.name = {name}\nlxc.net.0.type = empty\nlxc.rootfs.path = dir:{home}/rootfs\n"
        (self.root / home.lstrip("/") / "config").write_text(text + "lxc.apparmor.profile = unconfined\n", encoding="utf-8")

    def run(self, name: str) -> int:
        """Define and start a container, and return its first process as lxc-info prints it."""
        self.define(name)
        log = self.folder / "lxc.log"
        try:
            self.exec("lxc-start", "-n", name, "-d", "-l", "WARN", "-o", str(log), "--", "/bin/sleep", "86400")
        except RuntimeError as error:
            raise RuntimeError(f"{error}\n{self.log('lxc.log')}") from None
        return int(self.exec("lxc-info", "-n", name, "-p", "-H"))


_E = TypeVar("_E", bound=Engine)


@contextmanager
def _engine(make: type[_E]) -> Iterator[_E]:
    """Give an engine in a folder of its own; both are gone afterwards, also where it did not start."""
    # A path to a socket is short.
    with tempfile.TemporaryDirectory(prefix="pp-", dir="/tmp", ignore_cleanup_errors=True) as folder:
        engine = make(Path(folder))
        try:
            engine.begin()
            yield engine
        finally:
            engine.close()


@contextmanager
def docker() -> Iterator[Docker]:
    """Run a Docker Engine as long as the block lasts."""
    need("dockerd", "docker", "containerd", "runc", "busybox")
    with _engine(Docker) as engine:
        yield engine


@contextmanager
def lxc() -> Iterator[Lxc]:
    """Have LXC as long as the block lasts."""
    need("lxc-start", "lxc-info", "busybox")
    with _engine(Lxc) as engine:
        yield engine


@contextmanager
def podman() -> Iterator[Podman]:
    """Have podman as long as the block lasts."""
    need("podman", "conmon", "runc", "busybox")
    with _engine(Podman) as engine:
        yield engine


@contextmanager
def containerd() -> Iterator[Containerd]:
    """Run containerd with its CRI plugin as long as the block lasts."""
    need("containerd", "ctr", "runc", "busybox")
    if not Path("/usr/lib/cni/bridge").exists():
        pytest.skip("needs containernetworking-plugins (make system-packages)")
    with _engine(Containerd) as engine:
        yield engine
