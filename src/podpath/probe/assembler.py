"""Writes programs for the kernel's BPF machine: registers, jumps to labels, calls of helpers.

The instruction set is RFC 9669; the numbers of helpers are those of ``include/uapi/linux/bpf.h``.
"""

import struct
from enum import IntEnum
from typing import TYPE_CHECKING, Final, Self

if TYPE_CHECKING:
    from collections.abc import Callable

_INSTRUCTION: Final = struct.Struct("=BBhi")
_LOAD_64: Final = 0x18
_CALL, _EXIT, _GOTO = 0x85, 0x95, 0x05
_LOAD, _STORE, _STORE_IMMEDIATE, _ATOMIC = 0x61, 0x63, 0x62, 0xDB
_SIZES: Final = {1: 0x10, 2: 0x08, 4: 0x00, 8: 0x18}
_FROM_REGISTER: Final = 0x08
_LARGEST: Final = (1 << 31) - 1


class Reg(IntEnum):
    """A register: R0 has results, R1 to R5 arguments, R6 to R9 survive calls, FP is the end of the stack."""

    R0 = 0
    R1 = 1
    R2 = 2
    R3 = 3
    R4 = 4
    R5 = 5
    R6 = 6
    R7 = 7
    R8 = 8
    R9 = 9
    FP = 10


class Helper(IntEnum):
    """A function of the kernel that a program may call."""

    KTIME_GET_NS = 5
    PROBE_READ_KERNEL = 113
    RINGBUF_OUTPUT = 130


class Op(IntEnum):
    """Arithmetic on 64 bits; with ``narrow`` on the lower 32, which clears the upper ones."""

    ADD = 0x07
    SUB = 0x17
    AND = 0x57
    SHL = 0x67
    SHR = 0x77
    MOV = 0xB7


class When(IntEnum):
    """Condition of a jump; numbers are compared without a sign."""

    EQ = 0x15
    NE = 0x55
    GT = 0x25
    GE = 0x35
    LE = 0xB5


class Assembler:
    """A program as it is written, one instruction after another."""

    def __init__(self) -> None:
        self._code: list[Callable[[int], bytes]] = []
        self._labels: dict[str, int] = {}

    def _add(self, op: int, dst: int = 0, src: int = 0, offset: int = 0, immediate: int = 0) -> Self:
        word = _INSTRUCTION.pack(op, src << 4 | dst, offset, immediate)
        self._code.append(lambda _: word)
        return self

    def label(self, name: str) -> Self:
        """Name the next instruction.

        Raises:
            ValueError: the name is taken.
        """
        if name in self._labels:
            raise ValueError(f"the label {name} is set twice")
        self._labels[name] = len(self._code)
        return self

    def do(self, op: Op, dst: Reg, value: Reg | int, *, narrow: bool = False) -> Self:
        """Calculate: ``dst = dst op value``; a number has 32 bits with a sign."""
        code = op & ~0x07 | (0x04 if narrow else 0x07)
        if isinstance(value, Reg):
            return self._add(code | _FROM_REGISTER, dst, value)
        return self._add(code, dst, immediate=value - (1 << 32) if value > _LARGEST else value)

    def from_network(self, dst: Reg, bits: int) -> Self:
        """Turn the lower 16, 32 or 64 bits of a register from network order, and clear the others."""
        return self._add(0xDC, dst, immediate=bits)

    def constant(self, dst: Reg, value: int) -> Self:
        """Load a number of 64 bits."""
        value &= (1 << 64) - 1
        return self._wide(dst, 0, value & 0xFFFFFFFF, value >> 32)

    def map(self, dst: Reg, descriptor: int) -> Self:
        """Load the address of a map."""
        return self._wide(dst, 1, descriptor, 0)

    def map_value(self, dst: Reg, descriptor: int) -> Self:
        """Load the address of the first value of an array map."""
        return self._wide(dst, 2, descriptor, 0)

    def _wide(self, dst: Reg, kind: int, low: int, high: int) -> Self:
        signed = [part - (1 << 32) if part > _LARGEST else part for part in (low, high)]
        self._add(_LOAD_64, dst, kind, 0, signed[0])
        return self._add(0, immediate=signed[1])

    def load(self, size: int, dst: Reg, base: Reg, offset: int = 0) -> Self:
        """Load 1, 2, 4 or 8 bytes from memory, in the machine's order."""
        return self._add(_LOAD | _SIZES[size], dst, base, offset)

    def store(self, size: int, base: Reg, offset: int, value: Reg | int) -> Self:
        """Store 1, 2, 4 or 8 bytes."""
        if isinstance(value, Reg):
            return self._add(_STORE | _SIZES[size], base, value, offset)
        return self._add(_STORE_IMMEDIATE | _SIZES[size], base, 0, offset, value)

    def add_atomically(self, base: Reg, value: Reg) -> Self:
        """Add a register to 8 bytes of memory that other processors change, too."""
        return self._add(_ATOMIC, base, value)

    def jump(self, when: When, dst: Reg, value: Reg | int, label: str) -> Self:
        """Jump to a label if a comparison holds."""
        op, src = (when | _FROM_REGISTER, value) if isinstance(value, Reg) else (int(when), 0)
        return self._branch(op, dst, src, 0 if isinstance(value, Reg) else value, label)

    def goto(self, label: str) -> Self:
        """Jump to a label."""
        return self._branch(_GOTO, 0, 0, 0, label)

    def _branch(self, op: int, dst: int, src: int, immediate: int, label: str) -> Self:
        self._code.append(
            lambda here: _INSTRUCTION.pack(op, src << 4 | dst, self._labels[label] - here - 1, immediate)
        )  # fmt: skip
        return self

    def call(self, helper: Helper) -> Self:
        """Call a helper; R1 to R5 are lost."""
        return self._add(_CALL, immediate=helper)

    def exit(self) -> Self:
        """End the program; R0 is its result."""
        return self._add(_EXIT)

    def code(self) -> bytes:
        """Return the program.

        Raises:
            KeyError: a jump leads to a label that is not set.
        """
        return b"".join(word(here) for here, word in enumerate(self._code))
