"""The process that starts everything of an engine in its namespaces, and ends it all.

It is run by tests/engines.py with the engine's folder and prefix, takes questions as JSON lines on
standard input, and ends when that closes, which happens even when the tests are killed.
"""

import contextlib
import ctypes
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any, Final

_SUBREAPER: Final = 36  # PR_SET_CHILD_SUBREAPER, prctl(2)


def _hold() -> None:
    """Be the process that starts everything in the namespaces, and ends it all."""
    prctl = ctypes.CDLL(None, use_errno=True).prctl
    prctl(_SUBREAPER, 1, 0, 0, 0)  # whatever a daemon leaves behind becomes a child of this process
    for command in (
        ["mount", "-t", "tmpfs", "tmpfs", "/run"], ["mount", "-t", "tmpfs", "tmpfs", "/var/lib"],
        # A node's own namespace is that of process 1: here it is this process.
        ["mount", "--bind", f"/proc/{os.getpid()}", "/proc/1"], ["ip", "link", "set", "lo", "up"],
    ):  # fmt: skip
        subprocess.run(command, check=True, stdin=subprocess.DEVNULL)
    # Ctrl-C and the end of a time limit reach the whole process group, but are for the tests; the pipe closes then. A handler
    # that does nothing is no longer there in what is started, as a signal that is ignored would be.
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda *_: None)
    print("ready", flush=True)  # noqa: T201 - this is the answer to the tests
    for line in sys.stdin:
        print(json.dumps(_do(json.loads(line))), flush=True)  # noqa: T201
    _end((sys.argv[2], "docker", "default", "libpod_parent"))
    shutil.rmtree(sys.argv[1], ignore_errors=True)


def _do(question: dict[str, Any]) -> dict[str, Any]:
    if "start" in question:
        with Path(question["log"]).open("ab") as log:
            child = subprocess.Popen(question["start"], stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True)
        return {"pid": child.pid}
    if "stop" in question:
        with contextlib.suppress(ProcessLookupError, ChildProcessError):
            os.kill(question["stop"], signal.SIGKILL)
            os.waitpid(question["stop"], 0)
        return {}
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


def _groups(processes: set[int]) -> set[str]:
    """Return the control groups of processes, as lines of /proc/PID/cgroup."""
    found: set[str] = set()
    for process in processes:
        with contextlib.suppress(OSError):
            found |= set(Path(f"/proc/{process}/cgroup").read_text(encoding="utf-8").splitlines())
    return found


def _end(own: tuple[str, ...]) -> None:
    """Kill all that came of this process, and remove the control groups that it made.

    Args:
        own: names of control groups that engines make around their containers; they stay while others use them.
    """
    groups = {f"0::/{name}" for name in own}
    end = time.monotonic() + 20
    while time.monotonic() < end and (children := _descendants()):
        groups |= _groups(children)  # of all first: one that has ended has none any more
        for child in children:
            with contextlib.suppress(OSError):
                os.kill(child, signal.SIGKILL)
        with contextlib.suppress(ChildProcessError):
            while os.waitpid(-1, os.WNOHANG) != (0, 0):
                pass
        time.sleep(0.01)
    groups -= _groups({os.getpid()})
    tops = [Path("/sys/fs/cgroup"), *(path for path in Path("/sys/fs/cgroup").iterdir() if path.is_dir())]
    for path in sorted({line.split(":", 2)[2].strip("/") for line in groups}, key=len, reverse=True):
        for top in tops:
            _remove(top, top / path)


def _remove(top: Path, folder: Path) -> None:
    """Remove a control group and those around it, as far as they are empty."""
    with contextlib.suppress(OSError):
        while folder != top:
            folder.rmdir()
            folder = folder.parent


if __name__ == "__main__":
    _hold()
