"""The process that holds a lab, and its guard: when either ends, the kernel ends everything in the lab.

Two processes. The guard stays in the host's PID namespace and waits: for its parent to end, for the lab's time to be
up, for the lab to end. The other is the first process of the lab's PID namespace, whose network namespace is the
switch between the nodes; it asked the kernel to be ended with the guard. So whatever is ended, by whatever signal, no
namespace, mount or process of the lab outlives it, and no file on disk tells of it.
"""

import contextlib
import gc
import os
import select
import signal
import socket
import sys
import time
from functools import partial
from pathlib import Path
from typing import Any, Final

from podpath.lab import kernel, node, tool
from podpath.lab.endpoint import reply, write_settings
from podpath.lab.kernel import Namespace
from podpath.lab.loop import Loop
from podpath.lab.wire import ClosedError, Connection, close_all, readable

_KINDS: Final = Namespace.PID | Namespace.MOUNT | Namespace.NET | Namespace.UTS | Namespace.IPC
_MILLISECONDS: Final = 1000
_GROUPS: Final = "podpath-lab-"
"""What the names of control groups begin with that a container engine in a lab makes; the guard's number follows."""


class NotAllowedError(Exception):
    """The kernel does not allow namespaces here; the message says which, and what would help."""


def main(control_file: int) -> None:
    """Read what to build from a socket, build it, and serve it until told to stop.

    Args:
        control_file: a connected Unix socket; the first message is the order.
    """
    control = Connection(socket.socket(fileno=control_file))
    try:
        order, files = control.receive()
    except ClosedError:
        return
    listening = socket.socket(fileno=files[0]) if files else None
    parent = os.pidfd_open(os.getppid())
    if os.getppid() != order["parent"]:
        return  # it ended before it could be watched
    if listening is not None and os.fork():
        os._exit(0)  # a lab that outlives its parent is an orphan
    with contextlib.suppress(OSError):
        os.setsid()  # Ctrl-C is for the parent, which takes the lab down in order
    try:
        enter(as_root=order["as_root"])
    except NotAllowedError as error:
        reply(control, {"error": str(error), "node": "", "command": ""})
        return
    os.environ["PODPATH_CGROUP"] = group = f"{_GROUPS}{os.getpid()}"
    _remove_groups(f"{_GROUPS}*")  # of labs whose guard was killed
    gc.freeze()
    guard_reads, guard_writes = os.pipe()
    lab_reads, lab_writes = os.pipe()
    process = os.fork()
    if process == 0:
        os.close(lab_writes)
        os.close(guard_reads)
        _first(order, control, listening, lab_reads, guard_writes)
    os.close(guard_writes)
    os.close(lab_reads)
    control.close()
    if listening is not None:
        listening.close()
    _guard(process, parent, guard_reads, order["limit"])
    _remove_groups(group)
    os.close(lab_writes)
    os._exit(0)


def enter(*, as_root: bool) -> None:
    """Enter the lab's namespaces; with a user namespace, unless root may do without.

    Raises:
        NotAllowedError: this kernel, its administrator or a container engine forbids it.
    """
    user, group = os.geteuid(), os.getegid()
    if as_root:
        with contextlib.suppress(OSError):
            kernel.unshare(_KINDS)
            return
    try:
        kernel.unshare(Namespace.USER)
        Path("/proc/self/setgroups").write_text("deny", encoding="ascii")
        Path("/proc/self/uid_map").write_text(f"0 {user} 1", encoding="ascii")
        Path("/proc/self/gid_map").write_text(f"0 {group} 1", encoding="ascii")
        kernel.unshare(_KINDS)
    except OSError as error:
        raise NotAllowedError(
            f"this kernel does not let {'root' if user == 0 else 'an ordinary user'} make namespaces here"
            f" ({error.strerror}): {_advice(user)}"
        ) from None


def _advice(user: int) -> str:
    """Return why user namespaces cannot be used."""
    for path, bad, words in (
        ("user/max_user_namespaces", "0", "set user.max_user_namespaces to more than 0 (sysctl -w, as root)"),
        ("kernel/unprivileged_userns_clone", "0", "sysctl -w kernel.unprivileged_userns_clone=1 as root allows it"),
        ("kernel/apparmor_restrict_unprivileged_userns", "1",
         "sysctl -w kernel.apparmor_restrict_unprivileged_userns=0 as root allows it"),
    ):  # fmt: skip
        with contextlib.suppress(OSError):
            if Path("/proc/sys", path).read_text(encoding="ascii").strip() == bad:
                return f"{words}, or run podpath as root"
    if user == 0:
        return "in a container, start it with --privileged"
    return "run podpath as root, or in a container started with --privileged"


def _remove_groups(name: str) -> None:
    """Remove control groups that an engine in a lab created, and that are no longer used (cgroups(7): rmdir, leaves first)."""
    for top in (*Path("/sys/fs/cgroup").glob(name), *Path("/sys/fs/cgroup").glob(f"*/{name}")):
        guard = top.name.removeprefix(_GROUPS)
        if guard != str(os.getpid()) and Path("/proc", guard).exists():
            continue
        for folder, _, _ in os.walk(top, topdown=False):
            with contextlib.suppress(OSError):  # somebody else's, or still in use
                Path(folder).rmdir()


def _guard(process: int, parent: int, detached: int, limit: float | None) -> None:
    """Wait until the parent, the time or the lab has ended; then let the kernel clean up."""
    waiting = select.poll()
    ended = os.pidfd_open(process)
    for file in (ended, parent, detached):
        waiting.register(file, select.POLLIN)
    until = time.monotonic() + limit if limit is not None else None
    while True:
        patience = None if until is None else max(0, int((until - time.monotonic()) * _MILLISECONDS))
        ready = {file for file, _ in waiting.poll(patience)}
        if detached in ready and os.read(detached, 1):  # somebody will come back for it: the parent may go
            waiting.unregister(parent)
            waiting.unregister(detached)
            continue
        if ended in ready or not ready or parent in ready:
            break
        waiting.unregister(detached)
    with contextlib.suppress(ProcessLookupError):
        os.kill(process, signal.SIGKILL)
    os.waitpid(process, 0)


def _first(order: dict[str, Any], control: Connection, listening: socket.socket | None, guard: int, detached: int) -> None:
    """Run as the first process of the lab; never returns."""
    try:
        kernel.die_with_parent()
        if readable(guard, 0):  # the guard went before it could be followed
            os._exit(1)
        keep = [control.fileno(), guard, detached]
        node.close_others(keep + ([listening.fileno()] if listening is not None else []))
        Lab(order, control, listening, detached).run()
    except BaseException as error:  # noqa: BLE001 - whatever it was, the asker hears of it
        reply(control, {"error": f"{type(error).__name__}: {error}", "node": "", "command": ""})
    finally:
        os._exit(1)


class Lab:
    """Builds the lab and serves the commands that control it."""

    def __init__(self, order: dict[str, Any], control: Connection, listening: socket.socket | None, detached: int) -> None:
        self._order = order
        self._plan: dict[str, Any] = order["plan"]
        self._control = control
        self._listening = listening
        self._detached = detached
        self._nodes: dict[str, Connection] = {}
        self._processes: dict[str, int] = {}
        self._notes: dict[str, Any] = {}
        self._loop = Loop()
        self._since = time.time()

    def run(self) -> None:
        """Build the lab, report it, and serve until asked to stop."""
        try:
            self._build()
        except tool.ToolError as error:
            where, _, command = error.command.partition(": ") if ": " in error.command else ("", "", error.command)
            reply(self._control, {"error": error.complaint, "node": where, "command": command})
            return
        if self._listening is not None:
            os.write(self._detached, b"d")
            self._loop.watch(self._listening, self._accept)
        self._loop.watch(self._control, partial(self._asked, self._control))
        self._loop.on_child(self._ended)
        reply(self._control, {"up": True})
        self._loop.run()

    def _build(self) -> None:
        kernel.set_host_name(self._plan["switch"]["name"])
        node.mount_own(self._plan["switch"]["files"])
        kernel.set_process_name("podpath lab")
        kernel.set_up("lo")
        write_settings(self._plan["switch"]["settings"])
        own_pid_namespace = os.open("/proc/self/ns/pid", os.O_RDONLY | os.O_CLOEXEC)
        for planned in self._plan["nodes"]:
            self._start(planned)
            kernel.setns(own_pid_namespace, Namespace.PID)
        os.close(own_pid_namespace)
        for name in self._nodes:
            self._expect(name)
        lines = [line.format(**{f"pid_{name}": pid for name, pid in self._processes.items()}) if "{" in line else line
                 for line in self._plan["switch"]["ip"]]  # fmt: skip
        tool.batch(("ip", "-batch", "-"), lines)
        if not self._plan["switch"]["offloads"]:
            kernel.offloads_off()
        for control in self._nodes.values():
            control.send({})
        for name in self._nodes:
            self._expect(name)
        self._start_on_switch()

    def _start(self, planned: dict[str, Any]) -> None:
        """Fork a node; its first process is number 1 of its own PID namespace."""
        mine, theirs = Connection.pair()
        kernel.unshare(Namespace.PID)
        process = os.fork()
        if process == 0:
            node.close_others([theirs.fileno()])
            _node_main(planned, theirs)
        theirs.close()
        self._nodes[planned["name"]] = mine
        self._processes[planned["name"]] = process

    def _start_on_switch(self) -> None:
        """Fork a helper that runs commands in the switch's namespaces, which are this process's own."""
        mine, theirs = Connection.pair()
        name = self._plan["switch"]["name"]
        process = os.fork()
        if process == 0:
            node.close_others([theirs.fileno()])
            kernel.set_process_name(name)
            node.Node({"name": name}, theirs).serve()
            os._exit(0)
        theirs.close()
        self._nodes[name] = mine
        self._processes[name] = process

    def _expect(self, name: str) -> None:
        try:
            message, _ = self._nodes[name].receive()
        except ClosedError:
            raise tool.ToolError(f"{name}: start", "its first process ended") from None
        if "error" in message:
            raise tool.ToolError(f"{name}: {message['command']}", message["error"])

    def _ended(self, process: int, code: int) -> None:
        """Forget a node that ended; the rest of the lab continues, and reports it."""
        del code
        for name, pid in list(self._processes.items()):
            if pid == process:
                del self._processes[name]

    def _accept(self) -> None:
        if self._listening is None:
            return
        made, _ = self._listening.accept()
        owner = made.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, 12)
        # Only the user who made the lab may use it; in its user namespace that user is number 0.
        if int.from_bytes(owner[4:8], sys.byteorder) != 0:
            made.close()
            return
        made.settimeout(10)
        asker = Connection(made)
        self._loop.watch(asker, partial(self._asked, asker))

    def _asked(self, asker: Connection) -> None:
        try:
            message, files = asker.receive()
        except ClosedError:
            self._loop.forget(asker)
            asker.close()
            return
        close_all(files)
        match message.get("do"):
            case "connect":
                self._connect(asker, message["node"], message["to"])
            case "enter":
                self._enter(asker, message["node"])
            case "describe":
                alive = sorted(self._processes)
                reply(asker, {"plan": self._plan, "notes": self._notes, "since": self._since, "alive": alive,
                              "topology": self._order["topology"], "pids": self._processes,
                              "user_namespace": Path("/proc/self/ns/user").readlink().name})  # fmt: skip
            case "note":
                self._notes[message["name"]] = message["value"]
                reply(asker, {})
            case "down":
                os._exit(0)
            case other:
                reply(asker, {"error": f"unknown request {other}"})

    def _connect(self, asker: Connection, name: str, to: str | None) -> None:
        """Give the client its own connection to a node, or to a pod of it."""
        if name not in self._processes:
            reply(asker, {"error": f"{name} has ended"})
            return
        mine, theirs = socket.socketpair()
        with mine, theirs, contextlib.suppress(ClosedError):
            self._nodes[name].send({"to": to}, (theirs.fileno(),))
            asker.send({}, (mine.fileno(),))

    def _enter(self, asker: Connection, name: str) -> None:
        """Give the client what setns(2) needs to enter a node, or the switch; without a name, this process."""
        pid = self._processes.get(name) if name else os.getpid()
        if pid is None:
            reply(asker, {"error": f"{name} has ended"})
            return
        file = os.pidfd_open(pid)
        with contextlib.suppress(ClosedError):
            asker.send({}, (file,))
        os.close(file)


def _node_main(planned: dict[str, Any], control: Connection) -> None:
    """Run as the first process of a node; never returns."""
    try:
        node.enter(planned)
        control.send({})
        control.receive()
        made = node.Node(planned, control)
        made.build()
        control.send({})
        made.serve()
    except tool.ToolError as error:
        reply(control, {"error": error.complaint, "command": error.command})
    except (OSError, ClosedError) as error:
        reply(control, {"error": str(error), "command": "start"})
    finally:
        os._exit(1)
