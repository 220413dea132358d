"""bpf(2): maps, programs, and their attachment to tracepoints. The kernel removes all of it when its descriptors close."""

import ctypes
import errno
import platform
import struct
from pathlib import Path
from typing import Final

from podpath.netlink.libc import call
from podpath.probe.obstacle import Obstacle, ObstacleError

_NUMBERS: Final = {"x86_64": 321, "aarch64": 280, "riscv64": 280, "loongarch64": 280, "ppc64le": 361}
"""Number of the system call, by processor."""
_MAP_CREATE, _PROG_LOAD, _RAW_TRACEPOINT_OPEN = 0, 5, 17
_RINGBUF, _ARRAY = 27, 2
_MMAPABLE: Final = 1 << 10
_TRACING, _TRACE_RAW_TP = 26, 23
_SIZE: Final = 128
_NAME_AT: Final = 48
_LOG: Final = 1 << 18
_LOCKDOWN: Final = Path("/sys/kernel/security/lockdown")
_SAID: Final = 200
_TOO_OLD: Final = frozenset((errno.ENOSYS, errno.EINVAL, errno.EOPNOTSUPP))


def _bpf(command: int, attributes: bytes) -> int:
    number = _NUMBERS.get(platform.machine())
    if number is None:
        raise ObstacleError(Obstacle.MACHINE, platform.machine())
    buffer = ctypes.create_string_buffer(attributes, _SIZE)
    return call("syscall", number, command, buffer, _SIZE)  # its descriptors close on exec(2)


def locked_down() -> bool:
    """Say whether the kernel is in lockdown for confidentiality (kernel_lockdown(7))."""
    try:
        return "[confidentiality]" in _LOCKDOWN.read_text(encoding="ascii", errors="replace")
    except OSError:
        return False


def _obstacle(error: OSError, said: str = "") -> ObstacleError:
    """Return why the kernel refused, as a typed error."""
    if locked_down():
        return ObstacleError(Obstacle.LOCKDOWN)
    if error.errno in {errno.EPERM, errno.EACCES} and not said:
        return ObstacleError(Obstacle.PERMISSION)
    if error.errno in _TOO_OLD and not said:
        return ObstacleError(Obstacle.KERNEL, error.strerror or "")
    return ObstacleError(Obstacle.REFUSED, " ".join([error.strerror or "", said[-_SAID:]]).strip())


def ring_buffer(size: int) -> int:
    """Make a ring buffer of so many bytes, a power of two, and return its descriptor.

    Raises:
        ObstacleError: the kernel refuses it.
    """
    try:
        return _bpf(_MAP_CREATE, struct.pack("=IIII", _RINGBUF, 0, 0, size))
    except OSError as error:
        raise _obstacle(error) from None


def counters(count: int) -> int:
    """Make an array of 64-bit numbers that can be mapped into memory, and return its descriptor.

    Raises:
        ObstacleError: the kernel refuses it.
    """
    try:
        return _bpf(_MAP_CREATE, struct.pack("=IIIII", _ARRAY, 4, 8, count, _MMAPABLE))
    except OSError as error:
        raise _obstacle(error) from None


def program(code: bytes, licence: bytes, tracepoint: int) -> int:
    """Load a program for a tracepoint with typed arguments, and return its descriptor.

    Args:
        code: its instructions.
        licence: what it declares; helpers for GPL-compatible programs ask for it.
        tracepoint: number of the tracepoint's type in the kernel's BTF.

    Raises:
        ObstacleError: the kernel refuses it.
    """
    instructions, declared = ctypes.create_string_buffer(code, len(code)), ctypes.create_string_buffer(licence)
    log = ctypes.create_string_buffer(_LOG)

    def attributes(level: int) -> bytes:
        place = (level, _LOG, ctypes.addressof(log)) if level else (0, 0, 0)
        texts = (ctypes.addressof(instructions), ctypes.addressof(declared))
        first = struct.pack("=IIQQIIQ", _TRACING, len(code) // 8, *texts, *place)
        kind = struct.pack("=16sII36xI", b"podpath", 0, _TRACE_RAW_TP, tracepoint)
        return first.ljust(_NAME_AT, b"\0") + kind

    try:
        return _bpf(_PROG_LOAD, attributes(0))
    except OSError as error:
        first = error
    try:
        return _bpf(_PROG_LOAD, attributes(1))
    except OSError:
        raise _obstacle(first, log.value.decode(errors="replace").strip()) from None


def attach(descriptor: int) -> int:
    """Run a program at its tracepoint from now on, until the descriptor that is returned closes.

    Raises:
        ObstacleError: the kernel refuses it.
    """
    try:
        return _bpf(_RAW_TRACEPOINT_OPEN, struct.pack("=QI", 0, descriptor))
    except OSError as error:
        raise _obstacle(error) from None
