"""Files that are there whole or not at all: each is written beside its place, under a name of its own, and then gets its name.

However many write one file at once, and whenever one of them is killed or the disk is full: what stands there is what one of
them wrote, or what was there before.
"""

import errno
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Final

from podpath.snapshot.leftovers import hold, let_go, remove

MODE: Final = 0o600
"""Who may read what podpath writes, unless somebody asks for more: it shows how a network is built."""
_LONGEST: Final = 200


def place_of(path: Path) -> Path:
    """Return where a file is to be: of a link, what it leads to.

    Raises:
        OSError: something else than a file is there, which would be lost.
    """
    target = path.resolve() if path.is_symlink() else path
    if target.exists() and not target.is_file():
        raise OSError(errno.EINVAL, "Is not a regular file", str(path))
    return target


def beside(path: Path) -> Path:
    """Return a name for what is to become a file, in its folder, which nobody else has."""
    part = hold(path.with_name(f".{path.name[:_LONGEST]}.{secrets.token_hex(8)}.part"))
    hold(Path(f"{part}.wal"))
    return part


def beginning_of(path: Path) -> str:
    """Return how all names begin that :func:`beside` gives for a file."""
    return f".{path.name[:_LONGEST]}."


def settle(part: Path, path: Path, mode: int | None = None) -> None:
    """Give a file that is whole its name.

    Args:
        part: what :func:`beside` called it.
        path: its place; of a link, what the link leads to.
        mode: who may read and write it; none means its owner alone.

    Raises:
        OSError: it cannot be renamed.
    """
    if mode is not None:
        part.chmod(mode)
    part.replace(place_of(path))
    let_go(part)


@contextmanager
def written(path: Path, mode: int | None = None) -> Iterator[IO[bytes]]:
    """Open a file to be written; it gets its name once all is written.

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
            yield file
        settle(part, target, mode)
    finally:
        discard(part)


def discard(part: Path) -> None:
    """Remove what is half-written of a file, a database's log included."""
    remove(part)
    remove(Path(f"{part}.wal"))
