"""Databases of snapshots: where a file holds one, and what is said of a file that does not."""

import secrets
from pathlib import Path
from typing import Final

import duckdb

from podpath.snapshot import leftovers
from podpath.snapshot.packed import SMALL_BLOCKS, STORAGE_VERSION, PackedError, is_packed, unpack
from podpath.snapshot.umask import private_files

"""What new files deny to others."""


class SnapshotError(Exception):
    """A snapshot that cannot be opened, with what to do about it."""


# Of a damaged file DuckDB says so by errors of its own, and by those of whatever stumbled over it.
DAMAGED: Final = (duckdb.Error, RuntimeError, ValueError, OverflowError, MemoryError)


def first_line(error: BaseException) -> str:
    """Return an error on one line."""
    return " ".join((str(error) or type(error).__name__).split())[:200]


def connected(path: Path | None, *, read_only: bool, small: bool = False) -> duckdb.DuckDBPyConnection:
    """Open a database; a new file is its owner's alone, and so is its log."""
    config: dict[str, str | bool | int | float | list[str]] = {"storage_compatibility_version": STORAGE_VERSION}
    if small:
        config["default_block_size"] = SMALL_BLOCKS
    with private_files():
        return duckdb.connect(str(path) if path else ":memory:", read_only=read_only, config=config)


def unpacked(path: Path, folder: Path) -> Path:
    """Return the database that a file is, or holds.

    Args:
        path: the file.
        folder: where a packed one is unpacked.

    Raises:
        SnapshotError: the file cannot be unpacked.
    """
    try:
        if not is_packed(path):
            return path
        database = leftovers.make(folder) / f"{secrets.token_hex(8)}.duckdb"
        unpack(path, database)
    except PackedError as error:
        raise SnapshotError(f"{path}: not a podpath snapshot, or damaged ({error})") from None
    except OSError as error:
        raise SnapshotError(f"{path}: cannot be opened ({error.strerror or error}: {error.filename or path})") from None
    return database
