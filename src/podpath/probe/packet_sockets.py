"""Packet sockets in the namespaces that a path leads through (packet(7)): devices are seen, drops are not.

The second rung, where the kernel's tracepoints may not be used. A classic BPF filter keeps other packets away.
"""

import ctypes
import fcntl
import select
import socket
import struct
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, suppress
from types import TracebackType
from typing import Final, Self

from podpath.netlink.libc import call
from podpath.probe.flow import GENEVE_PORT, Flow
from podpath.probe.observation import PACKET, Observation, Point

_ETH_P_ALL: Final = 3
_SOL_PACKET, _PACKET_STATISTICS, _SO_ATTACH_FILTER, _SO_RCVBUFFORCE = 263, 6, 26, 33
_SO_TIMESTAMPNS: Final = 35
_SIOCGIFINDEX: Final = 0x8933
_OUTGOING: Final = 4
_BUFFER: Final = 1 << 22
_SPAN: Final = 1 << 16
_TIME: Final = struct.Struct("=qq")
_INSTRUCTION: Final = struct.Struct("=HBBI")
_ADDRESS: Final = struct.Struct("=HH16x")
# linux/bpf_common.h: loads from the packet, comparisons, arithmetic, returns.
_LD_B, _LD_W_X, _LD_H_X = 0x30, 0x40, 0x48
_LDX_HEADER, _LDX = 0xB1, 0x01
_JEQ, _JGE, _RSH, _SUB, _RET = 0x15, 0x35, 0x74, 0x14, 0x06
_UDP: Final = 17
_CARRIERS: Final = (4, 41, 47)

Inside = Callable[[Callable[[], None]], None]
_Code = list[tuple[int, int, int, int]]


class PacketSockets:
    """Shows packets of a flow where the devices of some namespaces see them.

    Args:
        flow: the packets that are wanted.
        spaces: what does work inside each namespace, by its inode.

    Raises:
        PermissionError: CAP_NET_RAW is lacking, or a namespace may not be entered.
        OSError: a socket cannot be made.
    """

    def __init__(self, flow: Flow, spaces: Mapping[int, Inside]) -> None:
        self.lost = 0
        self._sockets: dict[int, tuple[int, socket.socket]] = {}
        self._indexes: dict[tuple[int, str], int] = {}
        self._poll = select.poll()
        with ExitStack() as stack:
            for inode, inside in spaces.items():
                made: list[socket.socket] = []
                inside(lambda made=made: made.append(_opened(flow)))  # type: ignore[misc]
                stack.callback(made[0].close)
                self._sockets[made[0].fileno()] = (inode, made[0])
                self._poll.register(made[0].fileno(), select.POLLIN)
            self._stack = stack.pop_all()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._stack.close()

    def observations(self, seconds: float) -> Iterator[Observation]:
        """Yield what is seen in the next so many seconds, as it comes."""
        deadline = time.monotonic() + seconds
        while True:
            ready = self._poll.poll(max(0.0, deadline - time.monotonic()) * 1000)
            for descriptor, _ in ready:
                yield from self._taken(*self._sockets[descriptor])
            if not ready and time.monotonic() >= deadline:
                return

    def _taken(self, inode: int, opened: socket.socket) -> Iterator[Observation]:
        with suppress(BlockingIOError):
            while True:
                packet, ancillary, _, address = opened.recvmsg(PACKET, 64)
                name, ethertype, kind = address[:3]
                when = next((_TIME.unpack(data[:16]) for _, what, data in ancillary if what == _SO_TIMESTAMPNS), (0, 0))
                yield Observation(
                    when[0] * 10**9 + when[1],
                    0,
                    0,
                    0,
                    self._index(inode, opened, name),
                    inode,
                    len(packet),
                    ethertype,
                    Point.OUT if kind == _OUTGOING else Point.IN,
                    bytes(14),
                    packet.ljust(PACKET, b"\0"),
                )

    def _index(self, inode: int, opened: socket.socket, name: str) -> int:
        """Return the number of a device in the namespace of a socket; 0 if it is gone."""
        if (inode, name) not in self._indexes:
            request = struct.pack("=16si20x", name.encode(errors="surrogateescape"), 0)
            try:
                answer = fcntl.ioctl(opened.fileno(), _SIOCGIFINDEX, request)
            except OSError:
                return 0
            self._indexes[inode, name] = int(struct.unpack_from("=16si", answer)[1])
        return self._indexes[inode, name]

    def count_lost(self) -> int:
        """Return how many packets did not fit into the sockets' buffers until now."""
        for _, opened in self._sockets.values():
            _, dropped = struct.unpack("=II", opened.getsockopt(_SOL_PACKET, _PACKET_STATISTICS, 8))
            self.lost += dropped
        return self.lost


def _opened(flow: Flow) -> socket.socket:
    """Open a packet socket of the namespace that the thread is in, which takes what may be the flow's."""
    # No protocol: nothing comes before the filter is there.
    made = socket.socket(socket.AF_PACKET, socket.SOCK_DGRAM, 0)
    try:
        _prepare(made, flow)
    except OSError:
        made.close()
        raise
    return made


def _prepare(made: socket.socket, flow: Flow) -> None:
    code = b"".join(_INSTRUCTION.pack(*word) for word in filter_of(flow))
    kept = ctypes.create_string_buffer(code, len(code))
    program = struct.pack("@HP", len(code) // _INSTRUCTION.size, ctypes.addressof(kept))
    made.setsockopt(socket.SOL_SOCKET, _SO_ATTACH_FILTER, program)
    made.setsockopt(socket.SOL_SOCKET, _SO_TIMESTAMPNS, 1)
    with suppress(OSError):
        made.setsockopt(socket.SOL_SOCKET, _SO_RCVBUFFORCE, _BUFFER)
    made.setblocking(False)  # noqa: FBT003 - its only form
    # struct sockaddr_ll for all devices, which socket.bind() has no words for.
    address = _ADDRESS.pack(socket.AF_PACKET, socket.htons(_ETH_P_ALL))
    call("bind", made.fileno(), ctypes.create_string_buffer(address, len(address)), len(address))


class _Filter:
    """A classic BPF program as it is written; jumps lead to labels further on."""

    def __init__(self) -> None:
        self._code: list[tuple[int, str, str, int]] = []
        self._labels: dict[str, int] = {}

    def add(self, op: int, value: int = 0, then: str = "", otherwise: str = "") -> Self:
        """Add an instruction; a comparison leads to one of two labels, or on where one is empty."""
        self._code.append((op, then, otherwise, value))
        return self

    def label(self, name: str) -> Self:
        """Name the next instruction."""
        self._labels[name] = len(self._code)
        return self

    def code(self) -> _Code:
        """Return the program."""
        return [
            (op, self._labels[then] - at - 1 if then else 0, self._labels[otherwise] - at - 1 if otherwise else 0, value)
            for at, (op, then, otherwise, value) in enumerate(self._code)
        ]


def filter_of(flow: Flow) -> _Code:
    """Return a program that takes a flow's packets, ICMP errors, and all that a tunnel may carry them in.

    Packets inside tunnels are judged when they are read: classic BPF cannot look through headers of any length.
    """
    asm = _Filter().add(_LD_B, 0).add(_RSH, 4).add(_JEQ, 6, "six").add(_JEQ, 4, "", "no")
    asm.add(_LDX_HEADER, 0).add(_LD_B, 9)
    _judge(asm, flow, 4)
    asm.label("six").add(_LDX, 40).add(_LD_B, 6)
    _judge(asm, flow, 6)
    return asm.label("yes").add(_RET, PACKET).label("no").add(_RET, 0).code()


def _judge(asm: _Filter, flow: Flow, family: int) -> None:
    """Judge the header behind that of IP: X is where it begins, A its protocol."""
    own, icmp = flow.number(family), 1 if family == 4 else 58  # noqa: PLR2004 - IPv4
    for protocol in _CARRIERS:
        asm.add(_JEQ, protocol, "yes")
    asm.add(_JEQ, own, f"own{family}")
    if own != icmp:
        asm.add(_JEQ, icmp, "yes")
    asm.add(_JEQ, _UDP, f"udp{family}", "no").label(f"own{family}")
    if flow.proto == "tcp":
        for offset in (4, 8):
            asm.add(_LD_W_X, offset).add(_SUB, flow.sequence).add(_JGE, _SPAN, "", "yes")
        asm.add(_RET, 0)
    else:
        begin, rest = int.from_bytes(flow.mark[:4], "big"), int.from_bytes(flow.mark[4:], "big")
        other = f"udp{family}" if flow.proto == "udp" else "yes"  # an ICMP error has no mark
        asm.add(_LD_W_X, 8).add(_JEQ, begin, "", other).add(_LD_H_X, 12).add(_JEQ, rest, "yes", other)
    asm.label(f"udp{family}").add(_LD_H_X, 2)
    for port in dict.fromkeys((*flow.vxlan_ports, GENEVE_PORT, *(flow.ports if flow.proto == "udp" else ()))):
        asm.add(_JEQ, port, "yes")
    asm.add(_RET, 0)
