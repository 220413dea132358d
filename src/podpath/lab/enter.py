"""Running a command in a lab with the caller's own terminal: `podpath lab exec`, `podpath lab shell`."""

import contextlib
import os
import signal
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from podpath.lab import kernel, tool
from podpath.lab.client import Cluster, LabError
from podpath.lab.kernel import Namespace

_KINDS: Final = Namespace.MOUNT | Namespace.NET | Namespace.UTS | Namespace.IPC | Namespace.PID
_NOT_FOUND: Final = 127
_NOT_ALLOWED: Final = 126


def run(cluster: Cluster, where: str, argv: Sequence[str]) -> int:
    """Run a command in a node or a pod, with this process's terminal, and return its exit status (128 + a signal).

    This process itself enters the node, so it is of no use for anything else afterwards.

    Raises:
        LabError: there is no such place, or the kernel does not let this process in.
    """
    node, pod = cluster.place(where)
    own_user = Path("/proc/self/ns/user").readlink().name
    kinds = _KINDS if cluster.describe()["user_namespace"] == own_user else _KINDS | Namespace.USER
    env = next((planned.env for planned in cluster.plan.nodes if planned.name == node), {})
    target = cluster.enter(node)
    cluster.close()
    here = Path.cwd()
    try:
        kernel.setns(target, kinds)
    except OSError as error:
        raise LabError(f"cannot enter {where}: {error.strerror}") from None
    finally:
        os.close(target)
    with contextlib.suppress(OSError):
        os.chdir(here)
    words = ["ip", "netns", "exec", pod, *argv] if pod else list(argv)
    child = os.fork()  # a process enters a PID namespace by being born there
    if child == 0:
        _become(words, tool.environment() | env)
    for number in (signal.SIGINT, signal.SIGQUIT):
        signal.signal(number, signal.SIG_IGN)  # the terminal sends them to the command as well
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    return code if code >= 0 else 128 - code


def _become(words: list[str], env: dict[str, str]) -> None:
    """Become the command; never returns."""
    with contextlib.suppress(OSError):
        kernel.die_with_parent()
    try:
        os.execve(tool.find(words[0], env), words, env)  # noqa: S606 - what the user typed
    except OSError as error:
        os.write(2, f"podpath: {words[0]}: {error.strerror}\n".encode())
        os._exit(_NOT_FOUND if isinstance(error, FileNotFoundError) else _NOT_ALLOWED)
