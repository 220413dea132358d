"""Archives of outputs, as support tools write them (sosreport, supportconfig, a folder that somebody packed): tar and zip.

A member's name is its command (``sos_commands/networking/ip_-d_address``) or its path (``proc/net/route``). Only members that
may be read are unpacked. Links, devices and names that leave the folder are passed over, and what an archive may hold is bounded,
packed and unpacked.
"""

import bz2
import gzip
import lzma
import re
import stat
import tarfile
import zipfile
from collections.abc import Callable, Iterator
from contextlib import suppress
from importlib import import_module
from pathlib import Path, PurePosixPath
from shlex import quote
from typing import IO, Any, Final, cast

from podpath.collect.bundle_names import COMMANDS, FOLDERS
from podpath.collect.files import BZIP, GZIP, ROOTS, ZIP, ZSTD, InputError, TextFile, is_tar, is_text_name, text_files
from podpath.readers.registry import is_program
from podpath.state import xz


def _zstd(path: Path, mode: str) -> Any:  # noqa: ANN401 - each library has a type of its own
    """Open a file that zstd packed: Python unpacks it from 3.14 on, before that with a library that may be missing.

    Raises:
        InputError: nothing here unpacks it.
    """
    for name in ("compression.zstd", "backports.zstd"):
        with suppress(ImportError):
            return import_module(name).open(path, mode)
    raise InputError(f"{path}: packed by zstd; unpack it first: zstd -d {quote(path.name)} (or: pip install 'podpath[zstd]')")


_OPENERS: Final[dict[bytes, Callable[[Path, str], Any]]] = {GZIP: gzip.open, BZIP: bz2.open, xz.MAGIC: lzma.open, ZSTD: _zstd}
_HEAD: Final = 512
_SNAPSHOT: Final = ".podpath"
_MOST_UNPACKED: Final = 8 << 30
"""Maximum number of bytes that are unpacked from an archive, including skipped members."""
_MOST_KEPT: Final = 1 << 30
"""Maximum number of bytes that are kept from it."""
_MOST_MEMBERS: Final = 20_000
_BLOCK: Final = 1 << 20


def unpacked(path: Path, folder: Path) -> list[TextFile]:
    """Unpack what may be read of an archive into a folder, and return its texts; their names say that they are members.

    Args:
        path: the archive.
        folder: an empty folder of our own.

    Raises:
        InputError: the archive is damaged, too large, or holds nothing to read.
    """
    _unpack(path, folder)
    found = text_files(str(_root(folder)))
    if not found:
        raise InputError(f"{path}: no member of the archive is the output of a command that podpath reads")
    return [one._replace(name=f"{path}:{Path(one.name).relative_to(folder)}") for one in found]


def _root(folder: Path) -> Path:
    """Return the folder that holds the nodes: an archive of one folder of folders is that one."""
    while True:
        inside = list(folder.iterdir())
        if len(inside) != 1 or not inside[0].is_dir() or _is_node(inside[0]):
            return folder
        folder = inside[0]


def _is_node(folder: Path) -> bool:
    """Say whether a folder is one node's: it holds outputs, or the folders of a support tool."""
    return any(one.is_file() or one.name in {"sos_commands", *FOLDERS, *ROOTS} for one in folder.iterdir())


def _unpack(path: Path, folder: Path) -> None:
    kept = count = 0
    try:
        for name, file in _members(path):
            target = _target(folder, name)
            if target is None:
                continue
            count += 1
            target.parent.mkdir(parents=True, exist_ok=True)
            with target.open("xb") as out:
                while block := file.read(_BLOCK):
                    kept += out.write(block)
                    if kept > _MOST_KEPT or count > _MOST_MEMBERS:
                        most = f"more than {_MOST_KEPT >> 20} MB or {_MOST_MEMBERS:,} files to read"
                        raise InputError(f"{path}: {most}; unpack it, and give a part of it")
    except (tarfile.TarError, zipfile.BadZipFile, lzma.LZMAError, EOFError, OSError, RuntimeError, ValueError) as error:
        raise InputError(f"{path}: the archive cannot be read ({error})") from None


def _target(folder: Path, name: str) -> Path | None:
    """Return where a member goes, or None if it is not wanted, or would leave the folder."""
    parts = PurePosixPath(name).parts
    if not parts or ".." in parts or parts[0] == "/" or any(part.startswith("~") for part in parts):
        return None
    target = folder.joinpath(*parts)
    return target if _is_wanted(parts) and not target.exists() else None


def _is_wanted(parts: tuple[str, ...]) -> bool:
    """Say whether a member may be read: a copied file, a text, a snapshot, or the output of a command by its name; no log is."""
    *folders, name = parts
    if "log" in folders:
        return False
    if name in COMMANDS:
        return True
    return bool(ROOTS & set(folders)) or is_text_name(name) or name.endswith(_SNAPSHOT) or is_program(re.split(r"[_.]", name)[0])


def _members(path: Path) -> Iterator[tuple[str, IO[bytes]]]:
    """Yield the regular files of an archive with their names, one after the other; a text that is packed alone is one."""
    with path.open("rb") as raw:
        head = raw.read(_HEAD)
    if head.startswith(ZIP):
        yield from _of_zip(path)
        return
    with _opened(path, head) as packed:
        alone = not is_tar(_Bounded(packed, path).read(_HEAD))
    with _opened(path, head) as packed:
        bounded = cast("IO[bytes]", _Bounded(packed, path))
        if alone:
            yield path.stem if "." in path.stem else f"{path.stem}.txt", bounded
            return
        with tarfile.open(fileobj=bounded, mode="r|") as archive:
            for member in archive:
                file = archive.extractfile(member) if member.isreg() else None
                if file is not None:
                    yield member.name, file


def _opened(path: Path, head: bytes) -> IO[bytes]:
    """Open a file, which is packed if its first bytes say so."""
    opener = next((opener for magic, opener in _OPENERS.items() if head.startswith(magic)), open)
    return opener(path, "rb")


def _of_zip(path: Path) -> Iterator[tuple[str, IO[bytes]]]:
    with zipfile.ZipFile(path) as archive:
        for info in archive.infolist():
            kind = stat.S_IFMT(info.external_attr >> 16)
            if not info.is_dir() and kind in {0, stat.S_IFREG}:
                with archive.open(info) as file:
                    yield info.filename, cast("IO[bytes]", _Bounded(file, path))


class _Bounded:
    """A stream that raises an error beyond the largest size that is read."""

    def __init__(self, file: IO[bytes], path: Path) -> None:
        self._file, self._path, self._left = file, path, _MOST_UNPACKED

    def read(self, size: int = -1) -> bytes:
        """Read as the file does.

        Raises:
            InputError: too much was read.
        """
        try:
            block = self._file.read(size)
        except Exception as error:
            if type(error).__name__ == "ZstdError":  # two libraries have one, and no error that all of the others share
                raise OSError(str(error)) from None
            raise
        self._left -= len(block)
        if self._left < 0:
            raise InputError(f"{self._path}: more than {_MOST_UNPACKED >> 30} GB unpacked")
        return block
