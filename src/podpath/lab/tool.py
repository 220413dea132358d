"""Running `ip`, `bridge`, `nft` … inside a lab's process: no threads, no pipes, text in, complaint out."""

import os
import re
import signal
from collections.abc import Mapping, Sequence
from typing import Final

from podpath.lab.components import registry

_SYSTEM_PATHS: Final = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
CNI_FOLDERS: Final = ("/usr/lib/cni", "/opt/cni/bin", "/usr/libexec/cni")
"""Where Debian, upstream and Fedora put the plugins."""
_MOST_OUTPUT: Final = 1 << 16
_RESET_SIGNALS: Final = (signal.SIGPIPE, signal.SIGCHLD, signal.SIGINT)


class ToolError(Exception):
    """A command that builds the lab failed.

    Attributes:
        command: what was run.
        complaint: what it printed.
    """

    def __init__(self, command: str, complaint: str) -> None:
        super().__init__(f"{command}: {complaint}")
        self.command = command
        self.complaint = complaint


def environment() -> dict[str, str]:
    """Return the environment of commands in a lab: the caller's, with the administrator's folders on PATH."""
    inherited = dict(os.environ)
    built = ":".join(str(source.folder) for source in registry.SOURCES)  # so that people find kubectl
    inherited["PATH"] = f"{inherited.get('PATH', '')}:{_SYSTEM_PATHS}:{built}".lstrip(":")
    return inherited


def start(argv: Sequence[str], files: Sequence[int], env: Mapping[str, str]) -> int:
    """Start a command in a session of its own and return its process id.

    Args:
        argv: the command; found by the PATH of ``env``.
        files: what becomes its standard input, output and error.
        env: its environment.

    Raises:
        OSError: there is no such command.
    """
    actions = [(os.POSIX_SPAWN_DUP2, file, number) for number, file in enumerate(files)]
    path = find(argv[0], env)
    shown = argv[0] if "/" in argv[0] else path.rpartition("/")[2]  # pidof knows no program by the name real:kube-proxy
    return os.posix_spawn(path, [shown, *argv[1:]], env, file_actions=actions, setsid=True,
                          setsigmask=(), setsigdef=_RESET_SIGNALS)  # fmt: skip


def find(command: str, env: Mapping[str, str]) -> str:
    """Return the path of a command; ``cni:bridge`` is a plugin of CNI, ``real:etcd`` is in the cache of real programs.

    Raises:
        FileNotFoundError: it is not on PATH.
    """
    if "/" in command:
        return command
    kind, _, name = command.rpartition(":")
    match kind:
        case "real":
            folders = [str(registry.source_of(name).folder)]
        case "cni":
            folders = list(CNI_FOLDERS)
        case _:
            folders = env.get("PATH", _SYSTEM_PATHS).split(":")
    for folder in folders:
        path = f"{folder}/{name}"
        if os.access(path, os.X_OK):
            return path
    raise FileNotFoundError(2, "no such command", command)


def run(argv: Sequence[str], text: str = "", env: Mapping[str, str] | None = None) -> str:
    """Run a command to its end, with a text as its standard input and more environment, and return what it printed.

    Raises:
        ToolError: it is missing, or exits with something else than 0.
    """
    given, printed = os.memfd_create("in"), os.memfd_create("out")
    try:
        os.write(given, text.encode())
        os.lseek(given, 0, os.SEEK_SET)
        try:
            process = start(argv, (given, printed, printed), environment() | dict(env or {}))
        except OSError as error:
            raise ToolError(argv[0], error.strerror or str(error)) from None
        _, status = os.waitpid(process, 0)
        said = os.pread(printed, _MOST_OUTPUT, 0).decode(errors="replace").strip()
        if status:
            raise ToolError(" ".join(argv), said or f"exit status {os.waitstatus_to_exitcode(status)}")
        return said
    finally:
        os.close(given)
        os.close(printed)


def load(argv: Sequence[str], text: str) -> None:
    """Run a command that reads rules (`iptables-restore`, `nft -f -`); nothing is run for no text.

    Raises:
        ToolError: it failed; the message quotes the line that it complains about.
    """
    if not text:
        return
    try:
        run(argv, text)
    except ToolError as error:
        said = " ".join(line.strip() for line in error.complaint.splitlines() if not line.startswith("Try `"))
        found = re.search(r"\bline:? (\d+)", said)  # "Error occurred at line: 7"
        lines = text.splitlines()
        quoted = f": {lines[int(found[1]) - 1]}" if found and 0 < int(found[1]) <= len(lines) else ""
        raise ToolError(error.command, f"{said}{quoted}") from None


def batch(argv: Sequence[str], lines: Sequence[str]) -> None:
    """Run a command that reads one command a line (`ip -batch -`); nothing is run for no lines.

    Raises:
        ToolError: a line failed; the message quotes it.
    """
    if not lines:
        return
    try:
        run(argv, "\n".join(lines) + "\n")
    except ToolError as error:
        # iproute2 ends with "Command failed -:7".
        number = error.complaint.rpartition(":")[2].strip()
        line = lines[int(number) - 1] if number.isdigit() and 0 < int(number) <= len(lines) else ""
        said = "; ".join(part for part in error.complaint.splitlines() if not part.startswith("Command failed"))
        raise ToolError(f"{argv[0]} {line}".strip(), said or error.complaint) from None
