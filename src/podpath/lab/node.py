"""The first process of a node: it builds the node's network, adopts orphans, and runs what it is asked to run."""

import contextlib
import os
import signal
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, Final

from podpath.lab import endpoint, kernel, tool
from podpath.lab.endpoint import adopt, reply
from podpath.lab.kernel import Mount, Namespace
from podpath.lab.loop import Loop
from podpath.lab.wire import ClosedError, Connection, close_all

_PRIVATE: Final = Mount.NOSUID | Mount.NODEV


def enter(node: dict[str, Any]) -> None:
    """Become the first process of a node: namespaces of its own, /proc, /sys, /run and /etc that fit them.

    Raises:
        OSError: the kernel refuses; the path says what for.
    """
    kernel.unshare(Namespace.MOUNT | Namespace.NET | Namespace.UTS | Namespace.IPC)
    kernel.set_host_name(node["host_name"])
    mount_own(node["files"])
    kernel.set_process_name(f"node {node['name']}")
    kernel.set_up("lo")


def mount_own(files: dict[str, str]) -> None:
    """Mount what shows the namespaces that this process is in, and cover what would show the host's.

    Args:
        files: files of /etc, by path, that differ from the host's.

    Raises:
        OSError: the kernel refuses.
    """
    kernel.mount("none", "/", None, Mount.REC | Mount.SLAVE)
    kernel.mount("proc", "/proc", "proc", _PRIVATE | Mount.NOEXEC)
    kernel.mount("tmpfs", "/run", "tmpfs", _PRIVATE, "mode=0755")
    for folder in ("/run/netns", "/run/lock", "/run/cgroup"):
        Path(folder).mkdir(mode=0o755)
    # Without a /sys of its own, brctl would list the bridges of another namespace. Some containers forbid it.
    with contextlib.suppress(OSError):
        kernel.mount("/sys/fs/cgroup", "/run/cgroup", None, Mount.BIND | Mount.REC)
        kernel.mount("sysfs", "/sys", "sysfs", _PRIVATE | Mount.NOEXEC)
        kernel.mount("/run/cgroup", "/sys/fs/cgroup", None, Mount.BIND | Mount.REC)
        kernel.unmount("/run/cgroup")
    if files:
        _cover_etc(files)
        # Container engines and plugins keep their state here; it must not meet that of the host.
        with contextlib.suppress(OSError):
            _cover("/var/lib")


def _cover(folder: str) -> None:
    """Lay an empty file system over a folder: whatever is written there stays in the node."""
    upper = f"/run{folder}"
    for each in (upper, f"{upper}.work"):
        Path(each).mkdir(parents=True, exist_ok=True)
    # "userxattr" is for user namespaces (Documentation/filesystems/overlayfs.rst).
    kernel.mount("overlay", folder, "overlay", Mount(0),
                 f"lowerdir={folder},upperdir={upper},workdir={upper}.work,userxattr")  # fmt: skip


def _cover_etc(files: dict[str, str]) -> None:
    for path, text in files.items():
        place = Path("/run/etc", path)
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text, encoding="utf-8")
    try:
        _cover("/etc")
    except OSError:
        for path in files:
            if Path("/etc", path).exists():
                kernel.mount(f"/run/etc/{path}", f"/etc/{path}", None, Mount.BIND)


def close_others(keep: Sequence[int]) -> None:
    """Close every file that was inherited, but these and the standard ones."""
    last = 2
    for file in sorted(keep):
        os.closerange(last + 1, file)
        last = file
    os.closerange(last + 1, 1 << 20)


@dataclass
class _Task:
    """A command that runs for a client."""

    asker: Connection
    process: int


@dataclass
class Node:
    """Builds a node, then serves it.

    Attributes:
        plan: what to build (:class:`podpath.lab.plan.NodePlan`, as it travels).
        control: the supervisor's end.
    """

    plan: dict[str, Any]
    control: Connection
    _endpoints: dict[str, Connection] = field(default_factory=dict)
    _tasks: dict[int, _Task] = field(default_factory=dict)
    _loop: Loop = field(default_factory=Loop)

    def build(self) -> None:
        """Make pods, links, routes and rules.

        Raises:
            ToolError: a command failed.
        """
        endpoint.write_settings(self.plan["settings"])
        pods = [(pod["name"], self._fork(pod)) for pod in self.plan["pods"]]
        for name, pod in pods:
            self._expect(name, pod)  # its namespace has a name now
        tool.batch(("ip", "-batch", "-"), self.plan["ip"])
        for command in self.plan["commands"]:
            _run(command)
        for _, pod in pods:
            pod.send({})
        endpoint.write_settings(self.plan["device_settings"])
        tool.batch(("bridge", "-batch", "-"), self.plan["bridge"])
        for argv, text in (
            (("ipset", "restore"), self.plan["ipset"]),
            (("iptables-restore",), self.plan["iptables"]),
            (("ip6tables-restore",), self.plan["ip6tables"]),
            (("nft", "-f", "-"), self.plan["nft"]),
        ):
            tool.load(argv, text)
        if not self.plan["offloads"]:
            kernel.offloads_off()
        self._expect("", self._fork(None))
        for name, pod in pods:
            self._expect(name, pod)

    def _expect(self, name: str, pod: Connection) -> None:
        message, _ = pod.receive()
        if "error" in message:
            raise tool.ToolError(f"{name}: {message['command']}" if name else message["command"], message["error"])

    def _fork(self, pod: dict[str, Any] | None) -> Connection:
        """Start the process of a pod, or that of the node's own network."""
        mine, theirs = Connection.pair()
        if os.fork() == 0:
            close_others([theirs.fileno()])
            _endpoint_main(theirs, self.plan["name"], pod, offloads=self.plan["offloads"])
        theirs.close()
        self._endpoints[pod["name"] if pod else ""] = mine
        return mine

    def serve(self) -> None:
        """Do what is asked for until the lab ends."""
        self._loop.watch(self.control, self._attached)
        self._loop.on_child(self._ended)
        self._loop.run()

    def _attached(self) -> None:
        """Take over a connection for this node, or hand it on to one of its pods."""
        try:
            message, files = self.control.receive()
        except ClosedError:
            os._exit(0)
        if message["to"] is not None:
            with contextlib.suppress(ClosedError):
                self._endpoints[message["to"]].send({}, files)
            close_all(files)
            return
        for file in files:
            asker = adopt(file)
            self._loop.watch(asker, partial(self._asked, asker))

    def _asked(self, asker: Connection) -> None:
        try:
            message, files = asker.receive()
        except ClosedError:
            self._loop.forget(asker)
            asker.close()
            self._kill(asker, signal.SIGKILL)  # nobody waits for it any more
            return
        try:
            if message["do"] == "run":
                process = tool.start(self._words(message), files, tool.environment() | self.plan.get("env", {}) | message["env"])
                self._tasks[process] = _Task(asker, process)
            elif message["do"] == "kill":
                self._kill(asker, message["signal"])
        except OSError as error:
            reply(asker, {"error": f"{message['argv'][0]}: {error.strerror}"})
        finally:
            close_all(files)

    @staticmethod
    def _words(message: dict[str, Any]) -> list[str]:
        inside = ["ip", "netns", "exec", message["pod"]] if message["pod"] else []
        return inside + list(message["argv"])

    def _kill(self, asker: Connection, number: int) -> None:
        for task in self._tasks.values():
            if task.asker is asker:
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(task.process, number)

    def _ended(self, process: int, code: int) -> None:
        task = self._tasks.pop(process, None)
        if task is not None:
            reply(task.asker, {"exit": code})


def _run(command: dict[str, Any]) -> None:
    """Run a command of the plan; one with a log goes on running.

    Raises:
        ToolError: it failed.
    """
    if "log" not in command:
        tool.run(command["argv"], command["text"], command["env"])
        return
    nothing = os.open(os.devnull, os.O_RDONLY | os.O_CLOEXEC)
    log = os.open(command["log"], os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC, 0o644)
    try:
        tool.start(command["argv"], (nothing, log, log), tool.environment() | command["env"])
    except OSError as error:
        raise tool.ToolError(command["argv"][0], error.strerror or str(error)) from None
    finally:
        close_all((nothing, log))


def _endpoint_main(control: Connection, node: str, pod: dict[str, Any] | None, *, offloads: bool) -> None:
    """Live as the process of a pod; never returns."""
    try:
        if pod is None:
            kernel.set_process_name(f"{node} server")
        else:
            if not pod["join"]:
                endpoint.enter_pod(pod["name"])
            control.send({})
            control.receive()
            if pod["join"]:
                endpoint.join_pod(pod["name"], pod["join"])
            endpoint.set_up_pod(pod)
            if not offloads:
                kernel.offloads_off()
        served = endpoint.Endpoint(control, f"{node}/{pod['name']}" if pod else node)
        control.send({})
        served.run()
    except tool.ToolError as error:
        reply(control, {"error": error.complaint, "command": error.command})
    except (OSError, ClosedError) as error:
        reply(control, {"error": str(error), "command": "start"})
    finally:
        os._exit(1)
