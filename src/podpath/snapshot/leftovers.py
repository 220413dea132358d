"""Files and folders that are there only as long as something is being done; a signal that ends the command removes them first."""

import atexit
import os
import secrets
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

_HELD: Final[set[str]] = set()
_PID: Final = os.getpid()


def hold(path: Path) -> Path:
    """Note that a path is a leftover if the command ends now; it need not be there yet."""
    _HELD.add(os.path.abspath(path))  # noqa: PTH100 - no link is followed
    return path


def let_go(path: Path) -> None:
    """Note that a path is none any more."""
    _HELD.discard(os.path.abspath(path))  # noqa: PTH100 - as above


def temporary() -> Path:
    """Return the path of a temporary folder of our own, held but not made."""
    return hold(Path(tempfile.gettempdir()) / f"podpath-{secrets.token_hex(8)}")


def remove(path: Path) -> None:
    """Remove a file, or a folder with all that is in it, where it is there."""
    _remove(str(path))
    let_go(path)


@contextmanager
def folder() -> Iterator[Path]:
    """Make a temporary folder, and remove it in the end."""
    path = temporary()
    try:
        path.mkdir(mode=0o700)
        yield path
    finally:
        remove(path)


def remove_all() -> None:
    """Remove whatever is held; of a process that was forked, nothing is its own."""
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
