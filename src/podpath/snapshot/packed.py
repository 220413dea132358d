"""Small files: a snapshot is a database of DuckDB, packed by xz where that is worth it.

DuckDB gives most columns of a table a block of their own, so the database of a small node is nearly empty: xz makes 30 kB of
8 MB. It also finds each bit that fell over since. ``xz -dc FILE`` gives back what DuckDB itself opens.
"""

import lzma
import shutil
from pathlib import Path
from typing import IO, Final

from podpath.snapshot.whole_file import settle, written
from podpath.state.xz import MAGIC, MEMORY

SMALL_BLOCKS: Final = 16_384
"""Bytes in a block of a small database: the least that DuckDB takes. Large ones, of small blocks, would be larger and slower."""
STORAGE_VERSION: Final = "v1.4.0"
"""Form in which DuckDB writes: what the oldest release that podpath works with reads (pyproject.toml), and so all later ones."""
FEW_ROWS: Final = 200_000
"""Number of rows up to which a database is small."""
MOST_PACKED: Final = 16 << 20
"""Maximum size of a database that is packed, in bytes: a larger one would take longer to unpack than to open."""
MOST_UNPACKED: Final = 1 << 30
"""Maximum number of bytes that a packed file may hold: as much as an archive may."""
_PRESET: Final = 1
"""xz's second fastest: a tenth of the time of its best, for files that are a tenth larger."""
_BLOCK: Final = 1 << 20


class PackedError(Exception):
    """A packed file that cannot be unpacked, with the reason."""


def settle_packed(database: Path, path: Path, mode: int) -> None:
    """Give a closed database its place: packed, or as it is where it is too large for that.

    Args:
        database: its file.
        path: the place.
        mode: who may read and write it.

    Raises:
        OSError: it cannot be written there.
    """
    large = database.stat().st_size > MOST_PACKED
    if large and database.parent == path.parent:
        settle(database, path, mode)
        return
    with written(path, mode) as out, database.open("rb") as file:
        if large:
            shutil.copyfileobj(file, out, _BLOCK)
        else:
            with lzma.open(out, "wb", preset=_PRESET, check=lzma.CHECK_CRC64) as packed:
                shutil.copyfileobj(file, packed, _BLOCK)


def is_packed(path: Path) -> bool:
    """Say whether a file is packed by xz.

    Raises:
        OSError: it cannot be read.
    """
    with path.open("rb") as file:
        return file.read(len(MAGIC)) == MAGIC


def unpack(path: Path, database: Path) -> None:
    """Write the database that a packed file holds.

    Args:
        path: the packed file, from anywhere.
        database: a new file; if it cannot be whole, there is none.

    Raises:
        OSError: one of them cannot be read or written.
        PackedError: it is damaged, or holds too much.
    """
    try:
        with path.open("rb") as file, database.open("xb") as out:
            _unpack(file, out)
    except lzma.LZMAError as error:
        database.unlink()
        raise PackedError(str(error)) from None
    except (OSError, PackedError):
        database.unlink(missing_ok=True)
        raise


def _unpack(file: IO[bytes], out: IO[bytes]) -> None:
    unpacker = lzma.LZMADecompressor(lzma.FORMAT_XZ, memlimit=MEMORY)
    left = MOST_UNPACKED
    while not unpacker.eof:
        block = file.read(_BLOCK) if unpacker.needs_input else b""
        if not block and unpacker.needs_input:
            raise PackedError("its end is missing")
        left -= out.write(unpacker.decompress(block, _BLOCK))
        if left < 0:
            raise PackedError(f"it holds more than {MOST_UNPACKED >> 20} MB")
    if unpacker.unused_data or file.read(1):
        raise PackedError("something follows its end")
