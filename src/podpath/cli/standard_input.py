"""Text on standard input that no argument asks for."""

import argparse
import fcntl
import os
import select
import stat
import struct
import sys
import termios
from typing import Final

from podpath.cli.endings import tell
from podpath.language import tr

_PATIENCE: Final = 1.0
"""Seconds to wait for a silent pipe before a message is printed."""
_NOT_READ: Final = ("rows", "script", "live", "allow_probe", "ssh", "missing")
"""Options that say what is read, or that ask this node itself."""
_READING: Final = frozenset(("check", "trace", "veth", "map", "sql", "collect", "explain-policy"))


def wanted(options: argparse.Namespace) -> bool:
    """Return whether neither a SNAPSHOT nor an option of a command line names what is read."""
    asked = any(getattr(options, name, None) for name in _NOT_READ) or getattr(options, "kube", None) is not None
    return options.command in _READING and not options.snapshots and not asked


def has_text() -> bool:
    """Return whether standard input is a file or a pipe that is not empty.

    It waits for a silent pipe, and prints a message. It does not wait in a command that sshd started without a terminal, whose
    standard input is the connection's, and mostly stays open and empty.
    """
    try:
        number = sys.stdin.fileno()
        kind = os.fstat(number)
    except (OSError, ValueError):
        return False  # closed, or no file
    if stat.S_ISREG(kind.st_mode):
        return kind.st_size > os.lseek(number, 0, os.SEEK_CUR)
    if not (stat.S_ISFIFO(kind.st_mode) or stat.S_ISSOCK(kind.st_mode)):
        return False
    if not select.select([number], [], [], _PATIENCE)[0]:
        if "SSH_CONNECTION" in os.environ and "SSH_TTY" not in os.environ:
            return False
        tell(tr("waiting for text on standard input (to read this node instead, add </dev/null)"))
        select.select([number], [], [])
    # FIONREAD of ioctl_tty(2) and socket(7): bytes that can be read, none of which is taken; at the end there is none.
    (available,) = struct.unpack("i", fcntl.ioctl(number, termios.FIONREAD, bytes(4)))
    return bool(available)
