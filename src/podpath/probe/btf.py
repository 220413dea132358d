"""The kernel's own description of its types (BTF): offsets of members, values of enums, arguments of tracepoints.

The layout is that of ``include/uapi/linux/btf.h``. Only what is asked for is decoded: reading the types of a whole kernel
takes longer than the probe itself.
"""

import struct
import sys
from bisect import bisect_left
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import Final, NamedTuple

from podpath.probe.obstacle import Obstacle, ObstacleError

VMLINUX: Final = Path("/sys/kernel/btf/vmlinux")
_MAGIC: Final = 0xEB9F
_HEADER: Final = struct.Struct("=HBBIIIII")
_WORD: Final = 4
_STRUCT, _UNION, _ENUM, _TYPEDEF, _FUNC_PROTO = 4, 5, 6, 8, 13
_QUALIFIERS: Final = frozenset((_TYPEDEF, 9, 10, 11, 18))
"""Kinds that stand for another type: typedef, volatile, const, restrict, type tag."""
_POINTER: Final = 2
_KINDS: Final = 20
_LONGEST: Final = 32
"""Names and qualifiers that may stand before a type."""
_MASK: Final = (1 << 32) - 1
# Words that follow the three of each type, by kind: so many, and so many for each member.
_FIXED: Final = {1: 1, 3: 3, 14: 1, 17: 1}
_EACH: Final = {_STRUCT: 3, _UNION: 3, _ENUM: 2, _FUNC_PROTO: 2, 15: 3, 19: 3}


class Member(NamedTuple):
    """A member of a structure.

    Attributes:
        offset: bytes from the beginning of the outermost structure.
        size: its size in bytes; 0 where it is neither an integer nor a pointer.
    """

    offset: int
    size: int


class Btf:
    """Types of a kernel.

    Args:
        raw: content of ``/sys/kernel/btf/vmlinux``.

    Raises:
        ObstacleError: it is no BTF of this machine's byte order.
    """

    def __init__(self, raw: bytes) -> None:
        try:
            magic, version, _, header, types, types_size, strings, strings_size = _HEADER.unpack_from(raw)
        except struct.error:
            raise ObstacleError(Obstacle.BTF, "the file is too short") from None
        whole = max(types + types_size, strings + strings_size) + header <= len(raw) and types_size % _WORD == 0
        if magic != _MAGIC or version != 1 or not whole:
            raise ObstacleError(Obstacle.BTF, "the file is damaged, or of another version")
        self._types = raw[header + types : header + types + types_size]
        self._words = memoryview(self._types).cast("I")
        self._strings = raw[header + strings : header + strings + strings_size]

    @cached_property
    def _starts(self) -> list[int]:
        """Return the word at which each type begins, by its number; number 0 is void."""
        words, fixed, each = self._words, [3] * 32, [0] * 32
        for kind, extra in _FIXED.items():
            fixed[kind] += extra
        for kind, extra in _EACH.items():
            each[kind] = extra
        starts, at, end = [0], 0, len(words)
        add = starts.append
        while at < end:
            add(at)
            info = words[at + 1]
            at += fixed[info >> 24 & 31] + (info & 0xFFFF) * each[info >> 24 & 31]
        return starts

    def _name(self, offset: int) -> str:
        return self._strings[offset : self._strings.find(b"\0", offset)].decode(errors="replace")

    def _named(self, kind: int, name: str) -> int:
        """Return the word at which the type of a kind and name begins.

        Raises:
            ObstacleError: there is none.
        """
        at = self._strings.find(b"\0" + name.encode() + b"\0")
        wanted = (at + 1).to_bytes(_WORD, sys.byteorder)
        found = self._types.find(wanted) if at >= 0 else -1
        while found >= 0:
            word = found // _WORD
            # A member has the number of its type where a type has its kind: numbers of types stay below 2 ** 24.
            if not found % _WORD and word + 2 < len(self._words) and self._words[word + 1] >> 24 & 31 == kind:
                return word
            found = self._types.find(wanted, found + 1)
        raise ObstacleError(Obstacle.BTF, f"it does not have {name}")

    def enum(self, name: str) -> dict[int, str]:
        """Return the names of an enum's values.

        Raises:
            ObstacleError: there is no such enum.
        """
        at = self._named(_ENUM, name)
        values = range(at + 3, at + 3 + 2 * (self._words[at + 1] & 0xFFFF), 2)
        with _damage():
            return {_signed(self._words[value + 1]): self._name(self._words[value]) for value in values}

    def has_enum(self, name: str) -> bool:
        """Say whether the kernel has an enum of this name."""
        try:
            self._named(_ENUM, name)
        except ObstacleError:
            return False
        return True

    def member(self, structure: str, path: str) -> Member:
        """Return where a member is, through members of members: ``member("net", "ns.inum")``.

        Raises:
            ObstacleError: the structure or the member does not exist.
        """
        at, offset, type_id = self._named(_STRUCT, structure), 0, 0
        with _damage():
            for depth, name in enumerate(path.split(".")):
                if depth:
                    at = self._starts[self._resolved(type_id)]
                found = self._find(at, name)
                if found is None:
                    raise ObstacleError(Obstacle.BTF, f"struct {structure} has no {path}")
                offset += found[0]
                type_id = found[1]
            return Member(offset, self._size(type_id))

    def _find(self, at: int, name: str) -> tuple[int, int] | None:
        """Return a member's offset in bytes and the number of its type, within unnamed members, too."""
        info = self._words[at + 1]
        if info >> 24 & 31 not in {_STRUCT, _UNION}:
            return None
        for member in range(at + 3, at + 3 + 3 * (info & 0xFFFF), 3):
            bits = self._words[member + 2] & (0xFFFFFF if info >> 31 else _MASK)
            own = self._name(self._words[member])
            if own == name:
                return bits // 8, self._words[member + 1]
            inside = None if own else self._find(self._starts[self._resolved(self._words[member + 1])], name)
            if inside is not None:
                return bits // 8 + inside[0], inside[1]
        return None

    def _resolved(self, type_id: int) -> int:
        """Return the number of the type that a name or a qualifier stands for."""
        for _ in range(_LONGEST):
            if not type_id or self._words[self._starts[type_id] + 1] >> 24 & 31 not in _QUALIFIERS:
                return type_id
            type_id = self._words[self._starts[type_id] + 2]
        raise RecursionError

    def _size(self, type_id: int) -> int:
        at = self._starts[self._resolved(type_id)]
        kind = self._words[at + 1] >> 24 & 31
        return 8 if kind == _POINTER else self._words[at + 2] if kind in {1, _ENUM, _KINDS - 1} else 0

    def tracepoint(self, name: str) -> tuple[int, int]:
        """Return the number of a tracepoint's type, and how many arguments a program gets there.

        Raises:
            ObstacleError: the kernel has no such tracepoint.
        """
        at = self._named(_TYPEDEF, f"btf_trace_{name}")
        with _damage():
            number = bisect_left(self._starts, at, lo=1)
            pointer = self._starts[self._words[at + 2]]
            prototype = self._starts[self._words[pointer + 2]]
            return number, (self._words[prototype + 1] & 0xFFFF) - 1


@contextmanager
def _damage() -> Iterator[None]:
    """Turn what a damaged file leads to into the error for it: a type that is not there, or that holds itself."""
    try:
        yield
    except (IndexError, RecursionError):
        raise ObstacleError(Obstacle.BTF, "the file is damaged") from None


def _signed(word: int) -> int:
    return word - (1 << 32) if word >> 31 else word


def load(path: Path = VMLINUX) -> Btf:
    """Return the types of the running kernel.

    Raises:
        ObstacleError: the kernel does not describe them, or hides the file.
    """
    try:
        return Btf(path.read_bytes())
    except OSError as error:
        raise ObstacleError(Obstacle.BTF, error.strerror or str(error)) from None
