"""The process of one end of a lab (a pod, or a node's own network): it listens, and it sends probes when asked."""

import os
import signal
from collections import deque
from functools import partial
from pathlib import Path
from typing import Any

from podpath.lab import kernel, probes, tool
from podpath.lab.kernel import Mount, Namespace
from podpath.lab.loop import Loop
from podpath.lab.server import Server
from podpath.lab.wire import ClosedError, Connection, Message, close_all


def enter_pod(name: str) -> None:
    """Become the process of a pod: a network namespace of its own, known to `ip netns` under its name."""
    kernel.unshare(Namespace.NET)
    place = Path("/run/netns", name)
    place.touch(mode=0o444)
    kernel.mount("/proc/self/ns/net", str(place), None, Mount.BIND)
    kernel.set_process_name(name)
    kernel.set_up("lo")


def join_pod(name: str, command: list[str]) -> None:
    """Become a process in the network namespace of another one, and give that a name for `ip netns`.

    Raises:
        ToolError: the command that names the process failed, or named none.
    """
    said = tool.run(command)
    process = said.split()[-1:]  # an engine may warn of something before its answer, as podman 5 does of cgroup v1
    if not process or not process[0].isdecimal():
        raise tool.ToolError(" ".join(command), said or "no process was named")
    space = os.open(f"/proc/{process[0]}/ns/net", os.O_RDONLY | os.O_CLOEXEC)
    kernel.setns(space, Namespace.NET)
    os.close(space)
    place = Path("/run/netns", name)
    place.touch(mode=0o444)
    kernel.mount("/proc/self/ns/net", str(place), None, Mount.BIND)
    kernel.set_process_name(name)


def set_up_pod(pod: dict[str, Any]) -> None:
    """Give a pod its addresses and routes; its cable is there already.

    Raises:
        ToolError: a command failed.
    """
    write_settings(pod["settings"])
    tool.batch(("ip", "-batch", "-"), pod["ip"])
    write_settings(pod["device_settings"])


def write_settings(settings: dict[str, str]) -> None:
    """Write sysctls.

    Raises:
        ToolError: the kernel has no such setting.
    """
    for name, value in settings.items():
        try:
            kernel.write_setting(name, value)
        except OSError as error:
            raise tool.ToolError(f"sysctl -w {name.replace('/', '.')}={value}", error.strerror or str(error)) from None


class Endpoint:
    """Listens and probes until its node ends.

    Args:
        control: the node's end of it: ``attach`` brings other connections.
        name: what it answers to ``WHO``.
    """

    def __init__(self, control: Connection, name: str) -> None:
        self._loop = Loop()
        self._server = Server(self._loop, name)
        self._server.listen()
        self._loop.watch(control, partial(self._attached, control))

    def run(self) -> None:
        """Serve forever; the end of the node ends it."""
        signal.signal(signal.SIGCHLD, signal.SIG_IGN)
        self._loop.run()

    def _attached(self, control: Connection) -> None:
        try:
            _, files = control.receive()
        except ClosedError:
            os._exit(0)
        for file in files:
            asker = adopt(file)
            self._loop.watch(asker, partial(self._asked, asker))

    def _asked(self, asker: Connection) -> None:
        try:
            message, files = asker.receive()
        except ClosedError:
            self._loop.forget(asker)
            asker.close()
            return
        close_all(files)
        if message.get("do") == "probe":
            Round(self._loop, asker, message)
        elif message.get("do") == "listen":
            self._server.listen(message["addresses"])
            reply(asker, {})
        elif message.get("do") == "offloads-off":  # a device that came later has them on
            kernel.offloads_off()
            reply(asker, {})


def adopt(file: int) -> Connection:
    """Make a connection of a socket that was passed; a peer that stalls in the middle of a message is cut off."""
    import socket

    stream = socket.socket(fileno=file)
    stream.settimeout(10)
    return Connection(stream)


def reply(asker: Connection, message: Message) -> None:
    """Answer, if the asker is still there."""
    try:
        asker.send(message)
    except ClosedError:
        return


class Round:
    """The probes of one request, a number of them at a time; answers when all have reported."""

    def __init__(self, loop: Loop, asker: Connection, request: Message) -> None:
        self._loop, self._asker = loop, asker
        self._timeout = float(request["timeout"])
        self._waiting = deque(probes.Target(*target) for target in request["targets"])
        self._missing = 2 * len(self._waiting)
        self._outcomes: list[probes.Outcome] = []
        # The next target starts when both probes of one are back.
        for _ in range(min(int(request["window"]), len(self._waiting))):
            self._next()
        self._tell_if_done()

    def _next(self) -> None:
        if self._waiting:
            left = [2]
            probes.start(self._loop, self._waiting.popleft(), self._timeout, lambda outcome: self._came(outcome, left))

    def _came(self, outcome: probes.Outcome, left: list[int]) -> None:
        self._outcomes.append(outcome)
        self._missing -= 1
        left[0] -= 1
        if not left[0]:
            self._next()
        self._tell_if_done()

    def _tell_if_done(self) -> None:
        if not self._missing:
            self._missing = -1
            reply(self._asker, {"outcomes": self._outcomes})
