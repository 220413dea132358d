"""Long results on a terminal, in the pager that a person has (PAGER, else less(1)), as git(1) does it."""

import os
import shutil
import signal
import subprocess
import sys
from contextlib import suppress
from typing import Final

_USUAL: Final = "less"
_QUIET: Final = "FRX"
"""Options of less where the person has set none: it ends where a screen is enough, keeps colours, and leaves the text there."""
_NOT_STARTED: Final = (126, 127)
"""What a shell ends with where there is no such program (POSIX, 2.8.2)."""


def paged(text: str) -> bool:
    """Show a text in the pager if it is longer than the terminal, and say whether that was done.

    Args:
        text: what would be written on standard output.
    """
    pager = _pager(text)
    if pager is None:
        return False
    environ = {"LESS": _QUIET, **os.environ}
    try:
        process = subprocess.Popen(["sh", "-c", pager], stdin=subprocess.PIPE, env=environ)  # noqa: S607, S603 - the person's own
    except OSError:
        return False
    # Ctrl-C is for the pager.
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        with suppress(BrokenPipeError):  # it was left before the end
            process.communicate(text.encode(sys.stdout.encoding or "ascii", "backslashreplace"))
        process.wait()
    finally:
        signal.signal(signal.SIGINT, before)
    return process.returncode not in _NOT_STARTED


def _pager(text: str) -> str | None:
    """Return the command of the pager, or None if there is none, or none is needed."""
    if not (sys.stdout.isatty() and sys.stdin.isatty()) or os.environ.get("TERM") in {None, "", "dumb"}:
        return None
    if text.count("\n") < shutil.get_terminal_size().lines:
        return None
    pager = os.environ.get("PAGER", _USUAL)
    return pager if pager not in {"", "cat"} and (pager != _USUAL or shutil.which(_USUAL)) else None
