"""BPF programs that no netlink message shows: those attached by tcx and netkit links (bpf(2), BPF_PROG_QUERY)."""

import ctypes
import errno
import os
import platform
import sys
from collections.abc import Iterator
from struct import pack_into, unpack_from
from typing import Final

from podpath.netlink.libc import call
from podpath.state.link import Program

_NR_BPF: Final = {"x86_64": 321, "aarch64": 280, "riscv64": 280, "loongarch64": 280, "s390x": 351, "ppc64le": 361}
_PROG_GET_NEXT_ID, _PROG_GET_FD_BY_ID, _OBJ_GET_INFO_BY_FD, _PROG_QUERY = 11, 13, 15, 16
_SCHED_CLS: Final = 3  # enum bpf_prog_type: the only type that tcx and netkit take
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
    buffer = (ctypes.c_char * len(attributes)).from_buffer(attributes)
    return call("syscall", number, command, buffer, len(attributes))


def _info(identifier: int) -> bytes:
    """Return the struct bpf_prog_info of a program; empty where it is gone or may not be seen."""
    attributes = bytearray(_ATTR_SIZE)
    pack_into("=I", attributes, 0, identifier)
    try:
        descriptor = _bpf(_PROG_GET_FD_BY_ID, attributes)
    except OSError:
        return b""
    try:
        info = (ctypes.c_char * _INFO_SIZE)()
        attributes = bytearray(_ATTR_SIZE)
        pack_into("=IIQ", attributes, 0, descriptor, _INFO_SIZE, ctypes.addressof(info))
        _bpf(_OBJ_GET_INFO_BY_FD, attributes)
    except OSError:
        return b""
    else:
        return info.raw
    finally:
        os.close(descriptor)


def program_name(identifier: int) -> str | None:
    """Return the name of a BPF program, or None if it has none or it may not be seen."""
    return _info(identifier)[_NAME_AT : _NAME_AT + _NAME_SIZE].partition(b"\0")[0].decode(errors="replace") or None


def any_program() -> bool:
    """Say whether the kernel has loaded a program that tcx could attach; if not, no device needs to be asked.

    Raises:
        OSError: the kernel does not permit the question.
    """
    identifier = 0
    while True:
        attributes = bytearray(_ATTR_SIZE)
        pack_into("=I", attributes, 0, identifier)
        try:
            _bpf(_PROG_GET_NEXT_ID, attributes)
        except FileNotFoundError:
            return False
        (identifier,) = unpack_from("=I", attributes, 4)
        kind = _info(identifier)[:4]
        if kind in {b"", _SCHED_CLS.to_bytes(4, sys.byteorder)}:
            return True


def programs(dev: str, index: int, kind: str | None) -> Iterator[Program]:
    """Yield the programs on a device of the calling thread's namespace.

    Raises:
        OSError: the kernel does not permit the request.
    """
    for hook, name in _NETKIT_HOOKS if kind == "netkit" else _HOOKS:
        found = (ctypes.c_uint32 * _MOST)()
        attributes = bytearray(_ATTR_SIZE)
        pack_into("=IIIIQI", attributes, 0, index, hook, 0, 0, ctypes.addressof(found), _MOST)
        try:
            _bpf(_PROG_QUERY, attributes)
        except OSError as error:
            if error.errno == errno.EINVAL:  # before 6.6 there is no such hook, so nothing is on it
                return
            raise
        (count,) = unpack_from("=I", attributes, 24)
        for identifier in found[:count]:
            yield Program(dev, name, "bpf", program_name(identifier), identifier)
