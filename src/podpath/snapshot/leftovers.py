"""Temporary files and folders; a command that is ended by a signal removes them first.

SIGKILL lets nobody remove anything: what a killed process left is removed by the next one that writes there. It is known by its
lock, which the kernel takes from a process that ends.
"""

import atexit
import fcntl
import os
import re
import secrets
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path
from re import Pattern
from typing import Final

_HELD: Final[set[str]] = set()
_PID: Final = os.getpid()
_LOCKS: Final[dict[str, int]] = {}
"""Descriptors of folders that are locked, by path."""
_FOLDERS: Final = re.compile(r"podpath-[0-9a-f]{16}")
LOG: Final = ".wal"
"""Suffix that DuckDB gives to the log of a database; the log has no lock."""
_FRESH: Final = 60.0
"""Seconds in which a new file may not have its lock yet."""


def hold(path: Path) -> Path:
    """Register a path to be removed if the command ends now; it need not exist yet."""
    _HELD.add(os.path.abspath(path))  # noqa: PTH100 - no link is followed
    return path


def let_go(path: Path) -> None:
    """Unregister a path."""
    _HELD.discard(os.path.abspath(path))  # noqa: PTH100 - as above


def temporary() -> Path:
    """Return the path of a new temporary folder, registered but not created."""
    return hold(Path(tempfile.gettempdir()) / f"podpath-{secrets.token_hex(8)}")


def make(path: Path) -> Path:
    """Create a folder of :func:`temporary`, locked while it exists, and remove what killed processes left beside it.

    Raises:
        OSError: it cannot be made.
    """
    name = str(path)
    if name not in _LOCKS:
        path.mkdir(mode=0o700, exist_ok=True)
        _LOCKS[name] = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        with suppress(OSError):  # not every file system has locks; then nobody takes it for forgotten
            fcntl.flock(_LOCKS[name], fcntl.LOCK_EX | fcntl.LOCK_NB)
        _sweep_once(name.rpartition("/")[0])
    return path


@cache
def _sweep_once(folder: str) -> None:
    sweep(Path(folder), _FOLDERS)


def sweep(folder: Path, names: Pattern[str]) -> None:
    """Remove what killed processes left: files and folders of our own user that no process has locked.

    Args:
        folder: where they may be.
        names: matches their whole names.
    """
    with suppress(OSError), os.scandir(folder) as found:
        for entry in found:
            if names.fullmatch(entry.name) and os.path.abspath(entry.path) not in _HELD and _is_forgotten(entry):  # noqa: PTH100
                _remove(entry.path)
                _remove(entry.path + LOG)


def _is_forgotten(entry: os.DirEntry[str]) -> bool:
    """Say whether a file or folder is ours, was not made just now, and is locked by nobody (DuckDB locks its files by fcntl)."""
    try:
        status = entry.stat(follow_symlinks=False)
        if status.st_uid != os.geteuid() or entry.is_symlink() or time.time() - status.st_mtime < _FRESH:
            return False
        if entry.name.endswith(LOG) and os.path.lexists(entry.path.removesuffix(LOG)):
            return False
        if entry.is_dir():
            return _takes_lock(entry.path, os.O_RDONLY | os.O_DIRECTORY)
        return entry.is_file() and _takes_lock(entry.path, os.O_RDWR)
    except OSError:
        return False


def _takes_lock(path: str, flags: int) -> bool:
    descriptor = os.open(path, flags | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        if flags & os.O_RDWR:
            fcntl.lockf(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    finally:
        os.close(descriptor)
    return True


def remove(path: Path) -> None:
    """Remove a file, or a folder with its contents, if it exists."""
    _remove(str(path))
    let_go(path)
    if (descriptor := _LOCKS.pop(str(path), None)) is not None:
        os.close(descriptor)


@contextmanager
def folder() -> Iterator[Path]:
    """Create a temporary folder, and remove it at the end."""
    path = temporary()
    try:
        yield make(path)
    finally:
        remove(path)


def remove_all() -> None:
    """Remove all registered paths; a forked process owns none."""
    if os.getpid() == _PID:
        for path in tuple(_HELD):
            _remove(path)


atexit.register(remove_all)


def _remove(path: str) -> None:
    # No shutil, no pathlib: this may run within a signal handler, at any moment.
    with suppress(OSError):
        if os.path.isdir(path) and not os.path.islink(path):  # noqa: PTH112, PTH114
            for name in os.listdir(path):  # noqa: PTH208
                _remove(f"{path}/{name}")
            os.rmdir(path)  # noqa: PTH106
        else:
            os.unlink(path)  # noqa: PTH108
