"""BPF programs that no netlink message shows: those attached by tcx and netkit links (bpf(2), BPF_PROG_QUERY)."""

import ctypes
import os
import platform
from collections.abc import Iterator
from struct import pack_into, unpack_from
from typing import Final

from podpath.state.link import Program

_NR_BPF: Final = {"x86_64": 321, "aarch64": 280, "riscv64": 280, "loongarch64": 280, "s390x": 351, "ppc64le": 361}
_PROG_GET_FD_BY_ID, _OBJ_GET_INFO_BY_FD, _PROG_QUERY = 13, 15, 16
# enum bpf_attach_type (linux/bpf.h).
_HOOKS: Final = ((46, "tcx ingress"), (47, "tcx egress"))
_NETKIT_HOOKS: Final = ((54, "netkit primary"), (55, "netkit peer"))
_MOST: Final = 64
_ATTR_SIZE: Final = 128
_INFO_SIZE: Final = 256
_NAME_AT, _NAME_SIZE = 64, 16  # struct bpf_prog_info


def _bpf(command: int, attributes: bytearray) -> int:
    """Call bpf(2).

    Raises:
        OSError: the kernel refuses, or its number on this machine is not known.
    """
    number = _NR_BPF.get(platform.machine())
    if number is None:
        raise OSError(38, "bpf(2) has no known number on this machine")
    libc = ctypes.CDLL(None, use_errno=True)
    buffer = (ctypes.c_char * len(attributes)).from_buffer(attributes)
    result = int(libc.syscall(number, command, buffer, len(attributes)))
    if result < 0:
        error = ctypes.get_errno()
        raise OSError(error, os.strerror(error))
    return result


def program_name(identifier: int) -> str | None:
    """Return the name of a BPF program; None where it has none or it may not be seen."""
    attributes = bytearray(_ATTR_SIZE)
    pack_into("=I", attributes, 0, identifier)
    try:
        descriptor = _bpf(_PROG_GET_FD_BY_ID, attributes)
    except OSError:
        return None
    try:
        info = (ctypes.c_char * _INFO_SIZE)()
        attributes = bytearray(_ATTR_SIZE)
        pack_into("=IIQ", attributes, 0, descriptor, _INFO_SIZE, ctypes.addressof(info))
        _bpf(_OBJ_GET_INFO_BY_FD, attributes)
        return info.raw[_NAME_AT : _NAME_AT + _NAME_SIZE].partition(b"\0")[0].decode(errors="replace") or None
    except OSError:
        return None
    finally:
        os.close(descriptor)


def programs(dev: str, index: int, kind: str | None) -> Iterator[Program]:
    """Yield the programs on a device of the calling thread's namespace.

    Raises:
        OSError: the kernel does not know the question (before 6.6), or forbids it.
    """
    for hook, name in _NETKIT_HOOKS if kind == "netkit" else _HOOKS:
        found = (ctypes.c_uint32 * _MOST)()
        attributes = bytearray(_ATTR_SIZE)
        pack_into("=IIIIQI", attributes, 0, index, hook, 0, 0, ctypes.addressof(found), _MOST)
        _bpf(_PROG_QUERY, attributes)
        (count,) = unpack_from("=I", attributes, 24)
        for identifier in found[:count]:
            yield Program(dev, name, "bpf", program_name(identifier), identifier)
