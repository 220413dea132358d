"""Files that exist whole or not at all: each is written under a temporary name in the same folder, and then renamed.

However many write one file at once, and whenever one of them is killed or the disk is full: what stands there is what one of
them wrote, or what was there before.
"""

import errno
import fcntl
import os
import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Final

from podpath.snapshot.leftovers import LOG, hold, let_go, remove, sweep

MODE: Final = 0o600
"""Default permissions of the files that podpath writes: they show how a network is built."""
_LONGEST: Final = 200


def place_of(path: Path) -> Path:
    """Return the path of a file; for a link, that of its target.

    Raises:
        OSError: something else than a file is there, which would be lost.
    """
    target = path.resolve() if path.is_symlink() else path
    if target.exists() and not target.is_file():
        raise OSError(errno.EINVAL, "Is not a regular file", str(path))
    return target


def beside(path: Path) -> Path:
    """Return a unique temporary name for a file, in its folder."""
    part = hold(path.with_name(f".{path.name[:_LONGEST]}.{secrets.token_hex(8)}.part"))
    hold(Path(f"{part}{LOG}"))
    return part


def names_beside(path: Path) -> re.Pattern[str]:
    """Return a pattern for all names that :func:`beside` gives for a file, and for those of a database's log."""
    return re.compile(rf"\.{re.escape(path.name[:_LONGEST])}\.[0-9a-f]{{16}}\.part(?P<log>{re.escape(LOG)})?")


def settle(part: Path, path: Path, mode: int | None = None) -> None:
    """Rename a finished file, and remove what killed writers left.

    Args:
        part: what :func:`beside` called it.
        path: its place; of a link, what the link leads to.
        mode: who may read and write it; none means its owner alone.

    Raises:
        OSError: it cannot be renamed.
    """
    if mode is not None:
        part.chmod(mode)
    place = place_of(path)
    part.replace(place)
    let_go(part)
    sweep(place.parent, names_beside(place))


@contextmanager
def written(path: Path, mode: int | None = None) -> Iterator[IO[bytes]]:
    """Open a file for writing; it is renamed once it is complete.

    A device or a pipe is written to as it is.

    Args:
        path: its place.
        mode: who may read and write it; none means its owner alone.

    Raises:
        OSError: it cannot be written; what was there before is there still.
    """
    if path.exists() and not path.is_file():
        with path.open("wb") as file:
            yield file
        return
    target = place_of(path)
    part = beside(target)
    try:
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, MODE), "wb") as file:
            with suppress(OSError):  # not every file system has locks
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            yield file
        settle(part, target, mode)
    finally:
        discard(part)


def discard(part: Path) -> None:
    """Remove an incomplete file, with the log of a database."""
    remove(part)
    remove(Path(f"{part}{LOG}"))
