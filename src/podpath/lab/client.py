"""A lab from Python: ``with lab.cluster("canal") as c: …`` builds it, and takes it away whatever happens."""

import contextlib
import os
import re
import shlex
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

from podpath.lab.plan import Plan
from podpath.lab.reading import NAME
from podpath.lab.wire import ClosedError, Connection, close_all, readable

BUILD_LIMIT: Final = 120.0
"""Seconds that a build may take."""
_SOURCES: Final = str(Path(__file__).parents[2])
_NAME_SPACE: Final = "\0podpath-lab/"


class LabError(Exception):
    """A lab cannot be built, found or used; the message says what happened, where, and what to do."""


@dataclass(frozen=True)
class Done:
    """A command that ended.

    Attributes:
        code: its exit status; negative if a signal ended it.
        out: what it printed.
        err: what it complained.
    """

    code: int
    out: str
    err: str


class Running:
    """A command that runs in a lab; its output may be read at any time."""

    def __init__(self, connection: Connection, out: int, err: int, command: str) -> None:
        self._connection = connection
        self._out, self._err = out, err
        self._command = command
        self._done: Done | None = None

    @property
    def out(self) -> str:
        """What it printed so far."""
        return self._done.out if self._done else _contents(self._out)

    @property
    def err(self) -> str:
        """What it complained so far."""
        return self._done.err if self._done else _contents(self._err)

    def wait(self, timeout: float) -> Done:
        """Wait for its end; end it when the time is up.

        Raises:
            TimeoutError: it did not end in time.
            LabError: the lab ended.
        """
        if self._done is not None:
            return self._done
        self._connection.stream.settimeout(timeout)
        try:
            message, _ = self._connection.receive()
        except ClosedError:
            late = self._connection.stream.gettimeout() is not None and self._alive()
            self._close()
            if late:
                raise TimeoutError(f"{self._command} did not end within {timeout:g} seconds") from None
            raise LabError("the lab has ended") from None
        if "error" in message:
            self._close()
            raise LabError(message["error"])
        self._done = Done(message["exit"], self.out, self.err)
        self._close()
        return self._done

    def end(self, number: int = signal.SIGTERM, timeout: float = 5) -> Done:
        """End it with a signal and return what it printed.

        Raises:
            TimeoutError: it would not go.
        """
        if self._done is None:
            with contextlib.suppress(ClosedError):
                self._connection.send({"do": "kill", "signal": int(number)})
        return self.wait(timeout)

    def _alive(self) -> bool:
        """Say whether the other side still runs, to distinguish silence from its end."""
        self._connection.stream.settimeout(0)
        try:
            return bool(self._connection.stream.recv(1, socket.MSG_PEEK))
        except BlockingIOError:
            return True
        except OSError:
            return False

    def _close(self) -> None:
        self._connection.close()  # the node ends what nobody waits for
        close_all((self._out, self._err))
        self._out = self._err = -1


def _contents(file: int) -> str:
    return os.pread(file, os.fstat(file).st_size, 0).decode(errors="replace") if file >= 0 else ""


class Cluster:
    """A lab that is up. Methods may be called from several threads.

    Args:
        control: a connection to its supervisor.
        guard: the process that holds it, where it is a child of this one.
        mine: whether to take it down at the end of a ``with`` statement.
    """

    def __init__(self, control: Connection, guard: "subprocess.Popen[bytes] | None" = None, *, mine: bool = False) -> None:
        self._control = control
        self._guard = guard
        self._mine = mine
        self._lock = threading.Lock()
        self._plan: Plan | None = None

    def __enter__(self) -> Self:
        """Return the lab."""
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        """Take it down, if this object built it."""
        if self._mine:
            self.down()
        else:
            self.close()

    def _ask(self, message: dict[str, Any]) -> tuple[dict[str, Any], list[int]]:
        with self._lock:
            try:
                answer, files = self._control.ask(message)
            except ClosedError:
                raise LabError("the lab has ended") from None
        if "error" in answer:
            raise LabError(answer["error"])
        return answer, files

    @property
    def plan(self) -> Plan:
        """What it was built from."""
        if self._plan is None:
            self._plan = Plan.of_message(self.describe()["plan"])
        return self._plan

    def describe(self) -> dict[str, Any]:
        """Return what the supervisor knows: the plan, notes, since when it is up, which nodes live, their processes."""
        return self._ask({"do": "describe"})[0]

    def note(self, name: str, value: object) -> None:
        """Store a JSON value with the lab, for later commands."""
        self._ask({"do": "note", "name": name, "value": value})

    def connect(self, node: str, to: str | None = None) -> Connection:
        """Return a connection of one's own to a node, or to the process of an end of it (``""``: its own network's)."""
        _, files = self._ask({"do": "connect", "node": node, "to": to})
        return Connection(socket.socket(fileno=files[0]))

    def place(self, where: str) -> tuple[str, str]:
        """Return node and pod (or "") of a name: ``n1``, ``n1/p1``, or ``p1`` where one pod is called so.

        Raises:
            LabError: nothing is called so, or several things are; the message lists what there is.
        """
        node_name, _, pod_name = where.partition("/")
        pods = [(node.name, pod.name) for node in self.plan.nodes for pod in node.pods]
        names = [node.name for node in self.plan.nodes] + [self.plan.switch.name]
        if pod_name and (node_name, pod_name) in pods:
            return node_name, pod_name
        if where in names:
            return where, ""
        found = [pair for pair in pods if pair[1] == where]
        if len(found) == 1:
            return found[0]
        if found:
            raise LabError(f'"{where}" names {len(found)} pods: {", ".join("/".join(pair) for pair in found)}. Which one?')
        shown = [*names, *("/".join(pair) for pair in pods)]
        more = f" and {len(shown) - 12} more" if len(shown) > 12 else ""  # noqa: PLR2004
        raise LabError(f'nothing in this lab is called "{where}"; there are {", ".join(shown[:12])}{more}')

    def start(self, where: str, command: str | Sequence[str], *, text: str = "", env: Mapping[str, str] | None = None) -> Running:
        """Start a command on a node or in a pod, and do not wait for it.

        Args:
            where: ``n1``, ``n1/p1``, ``sw`` (the switch).
            command: words, or one string that is split as a shell would, without running one.
            text: its standard input.
            env: added to its environment.

        Raises:
            LabError: there is no such place.
        """
        node, pod = self.place(where)
        argv = shlex.split(command) if isinstance(command, str) else list(command)
        given, out, err = (os.memfd_create(name) for name in ("in", "out", "err"))
        try:
            os.write(given, text.encode())
            os.lseek(given, 0, os.SEEK_SET)
            connection = self.connect(node)
            message = {"do": "run", "argv": argv, "pod": pod, "env": dict(env or {})}
            connection.send(message, (given, out, err))
        except (ClosedError, LabError) as error:
            close_all((out, err))
            raise LabError(str(error) or "the lab has ended") from None
        finally:
            os.close(given)
        return Running(connection, out, err, shlex.join(argv))

    def run(
        self,
        where: str,
        command: str | Sequence[str],
        *,
        text: str = "",
        env: Mapping[str, str] | None = None,
        timeout: float = 20,
    ) -> Done:
        """Run a command on a node or in a pod to its end; as :meth:`start`.

        Raises:
            TimeoutError: it took longer than ``timeout`` seconds.
            LabError: there is no such place.
        """
        return self.start(where, command, text=text, env=env).wait(timeout)

    def do(self, where: str, *commands: str) -> str:
        """Run commands that must succeed, one after the other, and return what they printed.

        Raises:
            LabError: one failed; the message quotes it.
        """
        printed = []
        for command in commands:
            done = self.run(where, command)
            if done.code:
                raise LabError(f"{where}: {command}: {done.err.strip() or done.out.strip() or f'exit status {done.code}'}")
            printed.append(done.out)
        return "".join(printed)

    def enter(self, node: str) -> int:
        """Return a pidfd with which setns(2) enters a node or the switch; the caller closes it."""
        return self._ask({"do": "enter", "node": node})[1][0]

    def down(self) -> None:
        """Remove the lab; returns when its last process has ended."""
        with self._lock, contextlib.suppress(ClosedError):
            # The kernel calls the first process ended only when it has ended and reaped all others.
            _, (last, *_) = self._control.ask({"do": "enter", "node": ""})
            self._control.send({"do": "down"})
            try:
                readable(last, 10)
            finally:
                os.close(last)
        self.close()
        if self._guard is not None:
            try:
                self._guard.wait(10)
            except subprocess.TimeoutExpired:
                self._guard.kill()
                self._guard.wait()

    def close(self) -> None:
        """Close the connection; the lab stays."""
        self._control.close()


def build(plan: Plan, topology: str, *, name: str | None = None, limit: float | None = None, rootless: bool = False) -> Cluster:
    """Build a lab and return when it is up.

    Args:
        plan: what to build.
        topology: what people call it.
        name: under which :func:`find` finds it; with a name it outlives this process, without one it ends with it.
        limit: seconds after which the kernel ends it.
        rootless: create a user namespace even as root.

    Raises:
        LabError: the name is taken, the kernel forbids it, or a command failed; nothing is left behind.
    """
    files: list[int] = []
    listening = _reserve(name) if name is not None else None
    if listening is not None:
        files.append(listening.fileno())
    mine, theirs = Connection.pair()
    code = f"import sys; sys.path.insert(0, {_SOURCES!r}); from podpath.lab.supervisor import main; main({theirs.fileno()})"
    guard = subprocess.Popen(  # noqa: S603 - this Python
        [sys.executable, "-I", "-S", "-c", code],
        pass_fds=(theirs.fileno(),),
        stdin=subprocess.DEVNULL,
        # A lab that outlives its parent must not hold its outputs: `podpath lab up | cat` would never end.
        stdout=subprocess.DEVNULL if name is not None else None,
        stderr=subprocess.DEVNULL if name is not None else None,
        cwd="/",
    )
    theirs.close()
    order = {
        "plan": plan.as_message(),
        "topology": topology,
        "parent": os.getpid(),
        "limit": limit,
        "as_root": os.geteuid() == 0 and not rootless,
    }
    try:
        mine.stream.settimeout(BUILD_LIMIT)
        answer, _ = mine.ask(order, files)
        mine.stream.settimeout(None)
    except BaseException as error:
        guard.kill()
        guard.wait()
        mine.close()
        if isinstance(error, ClosedError):
            raise LabError("the supervisor of the lab ended before the lab was up") from None
        raise
    finally:
        if listening is not None:
            listening.close()
    if "error" in answer:
        mine.close()
        guard.wait()
        place = f"{answer['node']}: " if answer["node"] else ""
        command = f"{answer['command']}: " if answer["command"] else ""
        raise LabError(f"{place}{command}{answer['error']}")
    if name is not None:
        guard.wait()
        return Cluster(mine, mine=True)
    return Cluster(mine, guard, mine=True)


def _address(name: str) -> str:
    # Not a file but an abstract name (unix(7)): the kernel forgets it with the lab, whatever happens.
    return f"{_NAME_SPACE}{os.geteuid()}/{name}"


def _reserve(name: str) -> socket.socket:
    """Take a name for a lab, in one step that cannot race.

    Raises:
        LabError: a lab has it.
    """
    listening = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        listening.bind(_address(name))
    except OSError:
        listening.close()
        raise LabError(
            f'a lab named "{name}" is up; `podpath lab down {name}` takes it down, --name gives another name'
        ) from None
    listening.listen()
    return listening


def find(name: str) -> Cluster:
    """Return a lab that is up.

    Raises:
        LabError: there is none of this name; the message lists those there are.
    """
    stream = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        stream.connect(_address(name))
    except OSError:
        stream.close()
        up = names()
        there = f"up are {', '.join(up)}" if up else "none is up; `podpath lab up` builds one"
        raise LabError(f'there is no lab named "{name}": {there}') from None
    owner = int.from_bytes(stream.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, 12)[4:8], sys.byteorder)
    if owner != os.geteuid():
        stream.close()
        raise LabError(f'the name "{name}" is held by user {owner}, not by a lab of yours')
    return Cluster(Connection(stream))


def names() -> list[str]:
    """Return the names of this user's labs that are up."""
    prefix = _address("").replace("\0", "@")
    found = set()
    with contextlib.suppress(OSError), Path("/proc/net/unix").open(encoding="utf-8", errors="replace") as table:
        for line in table:
            address = line.rstrip("\n").rpartition(" ")[2]
            # Any user can take any abstract name: what is no name of a lab is none.
            if address.startswith(prefix) and re.fullmatch(NAME, address.removeprefix(prefix)):
                found.add(address.removeprefix(prefix))
    return sorted(found)


@contextlib.contextmanager
def alone(cluster: Cluster) -> Iterator[Cluster]:
    """Close the connection to a lab afterwards, and leave the lab."""
    try:
        yield cluster
    finally:
        cluster.close()


def wait_until_gone(name: str, timeout: float = 10) -> None:
    """Wait until a name is free again.

    Raises:
        LabError: it is not, in time.
    """
    until = time.monotonic() + timeout
    while name in names():
        if time.monotonic() > until:
            raise LabError(f'the lab "{name}" does not end')
        time.sleep(0.005)
