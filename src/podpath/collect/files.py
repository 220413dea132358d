"""The SNAPSHOT arguments of the command line: files, directories, ``-``, in whatever encoding they come."""

import codecs
import io
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from shlex import quote
from typing import IO, Final, NamedTuple

from podpath.state.address import Ip, parse_ip

_SUFFIXES: Final = frozenset([".txt", ".log", ".out", ".md", ".json", ".yaml", ".yml", ".text", ".dump", ".conf", ".typescript"])
_MAGIC: Final = b"DUCK"
_MAGIC_AT: Final = 8
_HEAD: Final = 4096
GZIP: Final = b"\x1f\x8b"
BZIP: Final = b"BZh"
XZ: Final = b"\xfd7zXZ\x00"
ZIP: Final = b"PK\x03\x04"
_ZSTD: Final = b"\x28\xb5\x2f\xfd"
_TAR: Final = b"ustar"
_TAR_AT: Final = 257
_BINARY: Final = (b"\x7fELF", ZIP, GZIP)
_NOT_TEXT: Final = re.compile(rb"[\x00-\x06\x0e-\x1a\x1c-\x1f]")
_MOST_CONTROL: Final = 0.03
_LONGEST: Final = 256 * 1024 * 1024
# C0, DEL and C1 (some terminals take U+009B for the begin of a sequence), and what turns the direction of writing.
_ALONE: Final = r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufeff]"
_CONTROL: Final = re.compile(
    r"(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]"  # CSI sequences: colours, cursor
    r"|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)"  # OSC: window titles
    r"|\x1b[@-Z\\^_()][0-9A-B]?"
    r"|.\x08"  # overstrike
    rf"|{_ALONE}"
)
_ANY_CONTROL: Final = re.compile(_ALONE)
ROOTS: Final = frozenset(("proc", "etc"))
"""Folders of a node's root whose files support tools copy."""
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
    """Say whether a file is a snapshot's database.

    Raises:
        InputError: the file cannot be opened.
    """
    if not path.is_file():
        return False
    try:
        with path.open("rb") as file:
            return file.read(_MAGIC_AT + len(_MAGIC))[_MAGIC_AT:] == _MAGIC
    except OSError as error:
        raise InputError(_sentence(str(path), error)) from None


def is_archive(path: Path) -> bool:
    """Say whether a file is an archive, or packed, by what it begins with (:mod:`podpath.collect.bundles` reads it).

    Raises:
        InputError: it cannot be opened, or is packed by zstd, which Python's library does not unpack.
    """
    try:
        with path.open("rb") as file:
            head = file.read(_HEAD)
    except OSError as error:
        raise InputError(_sentence(str(path), error)) from None
    if head.startswith(_ZSTD):
        raise InputError(f"{path}: packed by zstd; unpack it first: zstd -d {quote(path.name)}")
    return head.startswith((GZIP, BZIP, XZ, ZIP)) or is_tar(head)


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
    for path in sorted(top.iterdir()):
        if path.name.startswith(".") or path.name in _SKIPPED_DIRS or path.is_symlink():
            continue
        if path.is_file():
            yield _text_file(path, stem_of(path))
        elif path.is_dir():
            for file in sorted(path.rglob("*")):
                if file.is_file() and not file.is_symlink() and not file.name.startswith("."):
                    yield _of_node(file, path)


def _of_node(file: Path, folder: Path) -> TextFile:
    """Return a file of a sub-directory: an output of the folder's node, or a node of its own where an address names it."""
    stem = stem_of(file)
    copied = _copied(file.relative_to(folder).parts)
    if copied is None and node_name(stem)[1] is not None:
        return _text_file(file, stem)
    return _text_file(file, folder.name, copied or stem.replace("_", " "))


def _copied(parts: tuple[str, ...]) -> str | None:
    """Return the command that prints a file which was copied from a node (``proc/net/route``); none for an output."""
    at = next((number for number, part in enumerate(parts[:-1]) if part in ROOTS), None)
    return None if at is None else f"cat /{'/'.join(parts[at:])}"


def is_text_name(name: str) -> bool:
    """Say whether a file's name ends as that of a text does."""
    return Path(name).suffix.lower() in _SUFFIXES


def lines_of(text: TextFile) -> Iterator[str]:
    """Yield the lines of a text, decoded, without line ends and without what only a terminal understands.

    UTF-8 and UTF-16 are known by their marks or their shape; a byte that is neither becomes U+FFFD.

    Raises:
        InputError: it cannot be opened, or is no text.
    """
    try:
        raw = text.path.open("rb") if text.path is not None else _standard_input()
        with raw, _decoded(text.name, raw) as decoded:
            yield from _clean(decoded)
    except OSError as error:
        raise InputError(_sentence(text.name, error)) from None


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


def _clean(file: io.TextIOWrapper) -> Iterator[str]:
    search, substitute = _ANY_CONTROL.search, _CONTROL.sub
    while True:
        line = file.readline(_LONGEST)
        if not line:
            return
        line = line.rstrip("\n")
        yield substitute("", line) if search(line) else line
