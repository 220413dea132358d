"""The user's own ``kubectl``, run so that it never asks anything, never hangs, and fails in words that are understood."""

import os
import resource
import shlex
import signal
import subprocess
from collections.abc import Sequence
from contextlib import suppress
from enum import Enum
from pathlib import Path
from typing import Final, NamedTuple

from podpath.state.pattern import lazy
from podpath.state.visible import visible

_LONGEST: Final = 300
_ERROR: Final = 1 << 16
_MOST: Final = 1 << 30
"""Bytes that one call may print: the pods of the largest clusters fit in."""


class Trouble(Enum):
    """Why kubectl did not do it."""

    FORBIDDEN = "forbidden"
    """The user has not the right."""
    NO_RESOURCE = "no such resource"
    """The cluster has no resource of this name."""
    CUT_OFF = "cut off"
    """It did not end in time, or printed too much."""
    OTHER = "failed"
    """Nothing of this: no cluster answers, there is no such context, …"""


# What kubectl and the API server say (k8s.io/kubectl, k8s.io/apimachinery/pkg/api/errors); the status is the same, 1, for all.
_SAID: Final = (
    (Trouble.FORBIDDEN, lazy(r"\(Forbidden\)|is forbidden:|cannot (?:list|get|create) resource")),
    (Trouble.NO_RESOURCE, lazy(r"doesn't have a resource type|could not find the requested resource|no matches for kind")),
)  # fmt: skip


class Failed(NamedTuple):
    """What kubectl did not do.

    Attributes:
        trouble: why.
        text: what it said, in a line.
    """

    trouble: Trouble
    text: str


class Kubectl(NamedTuple):
    """How kubectl is run.

    Attributes:
        context: name of the context, or None for the current one.
        timeout: seconds that one call may take.
    """

    context: str | None = None
    timeout: float = 60.0

    def command(self, *words: str) -> list[str]:
        """Return the command line of a command in this context."""
        context = ["--context", self.context] if self.context is not None else []
        return ["kubectl", *context, *words]

    def typed(self, *words: str) -> str:
        """Return a command in this context as a person types it."""
        return shlex.join(self.command(*words))

    def run(self, words: Sequence[str], to: Path) -> Failed | None:
        """Run a command, and return why it failed, or None if it did not.

        It gets nothing on standard input, so that nothing can wait for an answer there.

        Args:
            words: its words.
            to: file for what it prints.

        Raises:
            FileNotFoundError: there is no kubectl.
        """
        said = to.with_name(f"{to.name}.said")
        with to.open("wb") as out, said.open("w+b") as error:
            process = subprocess.Popen(  # noqa: S603 - a list of words, no shell
                self.command(*words), stdin=subprocess.DEVNULL, stdout=out, stderr=error, start_new_session=True
            )
            status = self._watched(process)
            error.seek(max(0, os.fstat(error.fileno()).st_size - _ERROR))
            text = error.read(_ERROR).decode(errors="replace")
        said.unlink()
        if status is None:
            return Failed(Trouble.CUT_OFF, f"kubectl did not end within {self.timeout:g} s (--timeout)")
        # What it printed before the limit held counts, too.
        if to.stat().st_size >= _MOST or status == -signal.SIGXFSZ:
            return Failed(Trouble.CUT_OFF, f"kubectl printed more than {_MOST >> 20} MiB")
        return None if status == 0 else _failed(text, status)

    def _watched(self, process: "subprocess.Popen[bytes]") -> int | None:
        """Return the status with which kubectl ends, or None if it does not in time; nothing that it started is left then."""
        with suppress(ProcessLookupError, PermissionError):
            resource.prlimit(process.pid, resource.RLIMIT_FSIZE, (_MOST, _MOST))
        try:
            return process.wait(self.timeout)
        except subprocess.TimeoutExpired:
            return None
        finally:
            if process.returncode is None:  # it is late, or somebody has interrupted
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()


def _failed(said: str, status: int) -> Failed:
    lines = [line for line in said.splitlines() if line.strip() and not line.startswith(("Warning:", "Defaulted container"))]
    trouble = next((kind for kind, pattern in _SAID if any(pattern.search(line) for line in lines)), Trouble.OTHER)
    # The last line says what came of it; the first may be a warning of a plugin.
    line = lines[-1].removeprefix("error: ") if lines else f"kubectl ended with status {status}"
    return Failed(trouble, visible(line.strip())[:_LONGEST])
