"""The SNAPSHOT arguments of the command line: files, directories, ``-``, in whatever encoding they come."""

import codecs
import io
import lzma
import re
import sys
from collections.abc import Callable, Container, Iterator, Sequence
from contextlib import contextmanager, suppress
from itertools import pairwise
from pathlib import Path
from typing import IO, Final, NamedTuple, TextIO

from podpath.collect.bundle_names import COMMANDS
from podpath.readers.lines import Lines
from podpath.readers.registry import is_program
from podpath.state import xz
from podpath.state.address import Ip, parse_ip

_SUFFIXES: Final = frozenset([".txt", ".log", ".out", ".md", ".json", ".yaml", ".yml", ".text", ".dump", ".conf", ".typescript"])
_MAGIC: Final = b"DUCK"
_MAGIC_AT: Final = 8
_HEAD: Final = 4096
GZIP: Final = b"\x1f\x8b"
BZIP: Final = b"BZh"
ZIP: Final = b"PK\x03\x04"
ZSTD: Final = b"\x28\xb5\x2f\xfd"
_TAR: Final = b"ustar"
_TAR_AT: Final = 257
_BINARY: Final = (b"\x7fELF", ZIP, GZIP)
_NOT_TEXT: Final = re.compile(rb"[\x00-\x06\x0e-\x1a\x1c-\x1f]")
_MOST_CONTROL: Final = 0.03
ROOTS: Final = frozenset(("proc", "etc"))
"""Folders of a node's root whose files support tools copy."""
_OF_NODES: Final = frozenset(("nodes", "hosts"))
"""Folders in which each folder is a machine."""
_SUPPORTCONFIG: Final = "basic-environment.txt"
"""A file that each supportconfig has: then all files beside it are one node's."""
_SOSREPORT: Final = "sos_commands"
"""A folder that each sosreport has: then all files beside it, and below it, are one node's."""
_SKIPPED_DIRS: Final = frozenset((".git", "__pycache__", "node_modules"))


class InputError(Exception):
    """Input that cannot be read at all, with the file and what to do."""


class TextFile(NamedTuple):
    """A text to read.

    Attributes:
        name: name for evidence, as the person gave it.
        node: name of the node it belongs to until a heading says otherwise.
        address: underlay address that the name states.
        path: the file; none is standard input.
        command: the command that the file's name tells, as sosreport names its files.
    """

    name: str
    node: str
    address: Ip | None
    path: Path | None
    command: str = ""


def node_name(stem: str) -> tuple[str, Ip | None]:
    """Return the name and the address that a file's name gives to its node."""
    for word in re.split(r"[-_\s()]+", stem):
        try:
            return stem, parse_ip(word)
        except ValueError:
            continue
    return stem, None


def stem_of(path: Path) -> str:
    """Return a file's name without an ending that only says it is text (addresses have dots too)."""
    return path.stem if path.suffix.lower() in _SUFFIXES else path.name


def is_snapshot(path: Path) -> bool:
    """Say whether a file is a snapshot: a database, or one that xz packed.

    Raises:
        InputError: the file cannot be opened.
    """
    if not path.is_file():
        return False
    size = _MAGIC_AT + len(_MAGIC)
    try:
        with path.open("rb") as file:
            head = file.read(_HEAD)
    except OSError as error:
        raise InputError(_sentence(str(path), error)) from None
    if head.startswith(xz.MAGIC):
        with suppress(lzma.LZMAError):
            head = lzma.LZMADecompressor(lzma.FORMAT_XZ, xz.MEMORY).decompress(head, size)
    return head[_MAGIC_AT:size] == _MAGIC


def is_archive(path: Path) -> bool:
    """Say whether a file is an archive, or packed, by what it begins with (:mod:`podpath.collect.bundles` reads it).

    Raises:
        InputError: it cannot be opened.
    """
    try:
        with path.open("rb") as file:
            head = file.read(_HEAD)
    except OSError as error:
        raise InputError(_sentence(str(path), error)) from None
    return head.startswith((GZIP, BZIP, xz.MAGIC, ZIP, ZSTD)) or is_tar(head)


def is_tar(head: bytes) -> bool:
    """Say whether a file that begins so is a tar archive (POSIX.1, ustar)."""
    return head[_TAR_AT:].startswith(_TAR)


def _sentence(name: str, error: OSError) -> str:
    return f"{name}: {error.strerror or error}"


def text_files(argument: str) -> list[TextFile]:
    """Return the texts that an argument names; a directory's sub-directories are a node each.

    Raises:
        InputError: there is no such file, or the directory cannot be listed.
    """
    if argument == "-":
        return [TextFile("standard input", "stdin", None, None)]
    path = Path(argument)
    try:
        if not path.is_dir():
            path.stat()
            return [_text_file(path, stem_of(path))]
        return list(_in_directory(path))
    except OSError as error:
        raise InputError(_sentence(argument, error)) from None


def _text_file(path: Path, node: str, command: str = "") -> TextFile:
    return TextFile(str(path), *node_name(node), path, command)


def _in_directory(top: Path) -> Iterator[TextFile]:
    if (top / _SOSREPORT).is_dir():
        yield from (_of_node(file, top, ()) for file in _below(top))
        return
    whole = (top / _SUPPORTCONFIG).is_file()
    for path in sorted(top.iterdir()):
        if path.name.startswith(".") or path.name in _SKIPPED_DIRS or path.is_symlink():
            continue
        if path.is_file():
            yield _text_file(path, top.name if whole else stem_of(path))
        elif path.is_dir():
            files = _below(path)
            machines = _machines(files, path)
            for file in files:
                yield _of_node(file, path, machines)


def _below(folder: Path) -> list[Path]:
    """Return the files of a folder and of those in it; links are not followed."""
    return [file for file in sorted(folder.rglob("*")) if file.is_file() and not file.is_symlink() and file.name[0] != "."]


def _machines(files: Sequence[Path], folder: Path) -> frozenset[Path]:
    """Return the folders inside a folder that are a machine each.

    They stand in a folder ``nodes``, or the output of one command is in several folders beside each other.
    """
    found = {
        one for file in files for one in file.parents if one.parent.name in _OF_NODES and folder in {one.parent, *one.parents}
    }
    outputs: dict[str, list[tuple[str, ...]]] = {}
    for file in files:
        parts = file.relative_to(folder).parts
        if _copied(parts) is None and (file.stem in COMMANDS or _is_output(file.stem)):
            outputs.setdefault(file.name, []).append(parts[:-1])
    for places in outputs.values():
        for one, other in pairwise(places):
            at = next((at for at, pair in enumerate(zip(one, other, strict=False)) if pair[0] != pair[1]), None)
            if at is not None and one[at + 1 :] == other[at + 1 :]:
                found |= {folder.joinpath(*one[: at + 1]), folder.joinpath(*other[: at + 1])}
    return frozenset(found)


def _is_output(stem: str) -> bool:
    """Say whether a file's name begins with a program whose output is a node's own."""
    program = re.split(r"[_.-]", stem)[0]
    return program != "kubectl" and is_program(program)


def _of_node(file: Path, folder: Path, machines: Container[Path]) -> TextFile:
    """Return a file of a sub-directory: an output of the folder's node, or a node of its own where an address names it."""
    stem = stem_of(file)
    node = next((one for one in file.parents if one in machines), folder)
    copied = _copied(file.relative_to(folder).parts)
    if copied is None and node_name(stem)[1] is not None:
        return _text_file(file, stem)
    return _text_file(file, node.name, copied or COMMANDS.get(stem) or stem.replace("_", " "))


def _copied(parts: tuple[str, ...]) -> str | None:
    """Return the command that prints a file which was copied from a node (``proc/net/route``), or None for an output."""
    at = next((number for number, part in enumerate(parts[:-1]) if part in ROOTS), None)
    return None if at is None else f"cat /{'/'.join(parts[at:])}"


def is_text_name(name: str) -> bool:
    """Say whether a file's name ends as that of a text does."""
    return Path(name).suffix.lower() in _SUFFIXES


def lines_of(text: TextFile, last: int | None = None, read: Callable[[int], None] | None = None) -> Lines:
    """Return the lines of a text, decoded, without line ends and without what only a terminal understands.

    UTF-8 and UTF-16 are known by their marks or their shape; a byte that is neither becomes U+FFFD. Iterating raises
    :exc:`InputError` where it cannot be opened, or is no text.

    Args:
        text: the text.
        last: number of the last line that is read; none means all.
        read: told how many lines each block has that was read.
    """

    @contextmanager
    def opened() -> Iterator[TextIO]:
        try:
            raw = text.path.open("rb") if text.path is not None else _standard_input()
            with raw, _decoded(text.name, raw) as decoded:
                yield decoded
        except OSError as error:
            raise InputError(_sentence(text.name, error)) from None

    return Lines(opened, last, read)


def _standard_input() -> IO[bytes]:
    return open(sys.stdin.fileno(), "rb", closefd=False)


def _decoded(name: str, raw: IO[bytes]) -> io.TextIOWrapper:
    buffered = raw if isinstance(raw, io.BufferedReader) else io.BufferedReader(raw)  # type: ignore[type-var]
    head = buffered.peek(_HEAD)[:_HEAD]
    return io.TextIOWrapper(buffered, encoding=_encoding(name, head), errors="replace", newline=None)


def _encoding(name: str, head: bytes) -> str:
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    half = len(head) // 2
    if half and head[1::2].count(0) > half * 0.7 and head[::2].count(0) < half * 0.1:
        return "utf-16-le"
    if half and head[::2].count(0) > half * 0.7 and head[1::2].count(0) < half * 0.1:
        return "utf-16-be"
    if len(_NOT_TEXT.findall(head)) > len(head) * _MOST_CONTROL or head.startswith(_BINARY):
        raise InputError(f"{name}: binary data, not text and not a podpath snapshot")
    return "utf-8-sig"
