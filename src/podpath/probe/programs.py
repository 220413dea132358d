# SPDX-License-Identifier: MIT OR GPL-2.0-only
"""The programs that run in the kernel, as text of podpath's assembler.

This file alone is licensed under MIT or GPL-2.0, as you choose; the rest of podpath is Apache-2.0. The kernel lends the helper
that reads its memory only to programs that declare a GPL-compatible licence, and these declare it.

A program looks at a packet where a tracepoint shows it, keeps it if it belongs to the probe's flow, and writes a record of fixed
size (:mod:`podpath.probe.observation`) into a ring buffer. It changes nothing, and a packet that is not the probe's costs it one
read of 16 bytes. Where the ring buffer is full, it counts what is lost.
"""

from typing import Final, NamedTuple

from podpath.probe.assembler import Assembler, Helper, Op, Reg, When
from podpath.probe.btf import Btf
from podpath.probe.flow import GENEVE_PORT, Flow
from podpath.probe.observation import PACKET, RECORD, Point

LICENCE: Final = b"Dual MIT/GPL"

TRACEPOINTS: Final = {Point.OUT: "net_dev_start_xmit", Point.IN: "netif_receive_skb", Point.DROP: "kfree_skb"}

_EVENT: Final = -RECORD.size
"""Where on the stack the record is made; above it the headers that are looked at."""
_IP: Final = _EVENT - 72
_L4: Final = _IP + 40
_L4_BYTES: Final = 24
_IP_BYTES: Final = 16
"""Bytes of an IP header that are read of every packet: version, fragment, protocol."""
_DEPTH: Final = 3
"""Headers that are looked through: the packet's, that of a tunnel's content, and that which an ICMP error quotes."""
_UNKNOWN_REASON: Final = 0xFFFFFFFF
_SPAN: Final = 1 << 16
"""Sequence numbers of a probe: a handshake, and a little data."""
_UDP, _GRE, _ETHERNET, _VXLAN = 17, 47, 14, 8
_TEB: Final = 0x6558
_IP_IN_IP: Final = (4, 41)
_FRAGMENT: Final = 44
_ICMP_ERRORS: Final = {1: (3, 11, 12), 58: (1, 2, 3, 4)}
_REAL_ETHERTYPES: Final = 0x600
_INET_FAMILIES: Final = (2, 10)
_REASON, _RX_SOCKET = 2, 3
"""Arguments of kfree_skb: the reason since Linux 5.17, the socket since 6.11."""
_V4_HEADER_WORDS: Final = 0x0F


class Places(NamedTuple):
    """Offsets of the kernel's structures that the programs use, in bytes.

    Attributes:
        head, data, network, mac, length, protocol, dev, sock: members of ``struct sk_buff``.
        ifindex, dev_net: members of ``struct net_device``.
        family, sock_net: members of ``struct sock``.
        inode: of ``struct net``.
    """

    head: int
    data: int
    network: int
    mac: int
    length: int
    protocol: int
    dev: int
    sock: int
    ifindex: int
    dev_net: int
    family: int
    sock_net: int
    inode: int


def places(btf: Btf) -> Places:
    """Return where this kernel keeps what the programs read.

    Raises:
        ObstacleError: this kernel's structures are not those that podpath knows.
    """
    return Places._make(btf.member(structure, path).offset for structure, path in MEMBERS)


MEMBERS: Final = (
    *(("sk_buff", name) for name in ("head", "data", "network_header", "mac_header", "len", "protocol", "dev", "sk")),
    *(("net_device", name) for name in ("ifindex", "nd_net.net")),
    *(("sock", f"__sk_common.{name}") for name in ("skc_family", "skc_net.net")),
    ("net", "ns.inum"),
)
"""The members whose offsets are :class:`Places`, in its order."""


def program(point: Point, at: Places, arguments: int, flow: Flow | None, ring: int, lost: int) -> bytes:
    """Return the program of a tracepoint.

    Args:
        point: which one.
        at: offsets of this kernel.
        arguments: how many the tracepoint hands over.
        flow: the packets that are wanted; none wants all that belong to a network.
        ring: descriptor of the ring buffer.
        lost: descriptor of the counter of what did not fit.
    """
    # R6: the tracepoint's arguments, R7: the packet's buffer, R8: where a header begins.
    asm = Assembler().do(Op.MOV, Reg.R6, Reg.R1).load(8, Reg.R7, Reg.R6)
    if point is Point.DROP and arguments > _REASON:
        # 0 and 1 are no drops: SKB_NOT_DROPPED_YET and SKB_CONSUMED.
        asm.load(8, Reg.R1, Reg.R6, 8 * _REASON).jump(When.LE, Reg.R1, 1, "reject")
    _network_header(asm, point, at)
    asm.store(8, Reg.FP, _IP - 8, Reg.R8)
    if flow is None:
        _belongs_to_a_network(asm, at)
    else:
        _is_of(asm, flow)
    asm.label("accept")
    _record(asm, point, at, arguments)
    _write(asm, ring, lost)
    return asm.label("reject").do(Op.MOV, Reg.R0, 0).exit().code()


def _read(asm: Assembler, to: int, size: int, base: Reg, offset: int = 0) -> Assembler:
    """Copy kernel memory onto the stack; zeroes where it cannot be read."""
    asm.do(Op.MOV, Reg.R1, Reg.FP).do(Op.ADD, Reg.R1, to).do(Op.MOV, Reg.R2, size).do(Op.MOV, Reg.R3, base)
    if offset:
        asm.do(Op.ADD, Reg.R3, offset)
    return asm.call(Helper.PROBE_READ_KERNEL)


def _network_header(asm: Assembler, point: Point, at: Places) -> None:
    """Set R8: a device that receives has not set the offset of the header yet, and the data begins there."""
    if point is Point.IN:
        asm.load(8, Reg.R8, Reg.R7, at.data)
        return
    asm.load(2, Reg.R1, Reg.R7, at.network).load(8, Reg.R8, Reg.R7, at.head).do(Op.ADD, Reg.R8, Reg.R1)
    if point is Point.DROP:
        asm.jump(When.NE, Reg.R1, 0, "set").load(8, Reg.R8, Reg.R7, at.data).label("set")


def _belongs_to_a_network(asm: Assembler, at: Places) -> None:
    """Leave out buffers of local sockets (unix, netlink): they have no protocol, and no socket of IP."""
    asm.load(2, Reg.R1, Reg.R7, at.protocol).from_network(Reg.R1, 16).jump(When.GE, Reg.R1, _REAL_ETHERTYPES, "accept")
    asm.load(8, Reg.R1, Reg.R7, at.sock).jump(When.EQ, Reg.R1, 0, "reject").load(2, Reg.R1, Reg.R1, at.family)
    for family in _INET_FAMILIES:
        asm.jump(When.EQ, Reg.R1, family, "accept")
    asm.goto("reject")


def _is_of(asm: Assembler, flow: Flow) -> None:
    """Look through the headers for the flow's mark; what does not have it is rejected."""
    for depth in range(_DEPTH):
        last = depth == _DEPTH - 1
        asm.label(f"ip{depth}")
        _read(asm, _IP, _IP_BYTES, Reg.R8)
        asm.load(1, Reg.R1, Reg.FP, _IP).do(Op.SHR, Reg.R1, 4)
        asm.jump(When.EQ, Reg.R1, 6, f"six{depth}").jump(When.NE, Reg.R1, 4, "reject")
        # IPv4: a fragment that is not the first has no ports.
        asm.load(2, Reg.R1, Reg.FP, _IP + 6).from_network(Reg.R1, 16).do(Op.AND, Reg.R1, 0x1FFF)
        asm.jump(When.NE, Reg.R1, 0, "reject")
        asm.load(1, Reg.R2, Reg.FP, _IP).do(Op.AND, Reg.R2, _V4_HEADER_WORDS).do(Op.SHL, Reg.R2, 2)
        asm.do(Op.ADD, Reg.R8, Reg.R2).load(1, Reg.R9, Reg.FP, _IP + 9)
        _transport(asm, flow, 4, depth, last=last)
        asm.label(f"six{depth}").do(Op.ADD, Reg.R8, 40).load(1, Reg.R9, Reg.FP, _IP + 6)
        asm.jump(When.NE, Reg.R9, _FRAGMENT, f"whole{depth}")
        _read(asm, _L4, 8, Reg.R8)
        asm.load(1, Reg.R9, Reg.FP, _L4).load(2, Reg.R1, Reg.FP, _L4 + 2).from_network(Reg.R1, 16)
        asm.do(Op.SHR, Reg.R1, 3).jump(When.NE, Reg.R1, 0, "reject").do(Op.ADD, Reg.R8, 8)
        asm.label(f"whole{depth}")
        _transport(asm, flow, 6, depth, last=last)


def _transport(asm: Assembler, flow: Flow, family: int, depth: int, *, last: bool) -> None:
    """Judge the header behind that of IP: R8 leads to it, R9 is its protocol."""
    own, icmp = flow.number(family), 1 if family == 4 else 58  # noqa: PLR2004 - IPv4
    here = f"{family}{depth}"
    # What is neither the probe's protocol nor a tunnel ends here, without another read.
    inside = () if last else (icmp, _UDP, _GRE, *_IP_IN_IP)
    for protocol in dict.fromkeys((own, *inside)):
        asm.jump(When.EQ, Reg.R9, protocol, f"known{here}")
    asm.goto("reject").label(f"known{here}")
    _read(asm, _L4, _L4_BYTES, Reg.R8)
    asm.jump(When.NE, Reg.R9, own, f"other{here}")
    _marked(asm, flow)
    asm.label(f"other{here}")
    if last:
        asm.goto("reject")
        return
    below = f"ip{depth + 1}"
    for protocol in _IP_IN_IP:
        asm.jump(When.EQ, Reg.R9, protocol, below)
    asm.jump(When.EQ, Reg.R9, _UDP, f"udp{here}").jump(When.EQ, Reg.R9, _GRE, f"gre{here}")
    asm.jump(When.NE, Reg.R9, icmp, "reject").load(1, Reg.R1, Reg.FP, _L4).do(Op.ADD, Reg.R8, 8)
    for error in _ICMP_ERRORS[icmp]:
        asm.jump(When.EQ, Reg.R1, error, below)
    asm.goto("reject")
    _udp_tunnels(asm, flow, here, below)
    _gre(asm, here, below)


def _marked(asm: Assembler, flow: Flow) -> None:
    """Accept what has the probe's mark; go on where it has not."""
    if flow.proto == "tcp":
        for offset in (4, 8):  # the sequence number, or that which is acknowledged
            asm.load(4, Reg.R1, Reg.FP, _L4 + offset).from_network(Reg.R1, 32).do(Op.SUB, Reg.R1, flow.sequence, narrow=True)
            asm.jump(When.LE, Reg.R1, _SPAN, "accept")
        return
    asm.load(8, Reg.R1, Reg.FP, _L4 + 8).from_network(Reg.R1, 64).do(Op.SHR, Reg.R1, 16)
    asm.constant(Reg.R2, int.from_bytes(flow.mark, "big")).jump(When.EQ, Reg.R1, Reg.R2, "accept")
    if flow.proto == "udp":
        asm.load(2, Reg.R1, Reg.FP, _L4 + 2).from_network(Reg.R1, 16)
        for port in flow.ports:
            asm.jump(When.EQ, Reg.R1, port, "accept")


def _udp_tunnels(asm: Assembler, flow: Flow, here: str, below: str) -> None:
    """Go into VXLAN (RFC 7348) and Geneve (RFC 8926)."""
    asm.label(f"udp{here}").load(2, Reg.R1, Reg.FP, _L4 + 2).from_network(Reg.R1, 16)
    asm.do(Op.ADD, Reg.R8, 8 + _VXLAN + _ETHERNET)
    for port in flow.vxlan_ports:
        asm.jump(When.EQ, Reg.R1, port, below)
    asm.jump(When.NE, Reg.R1, GENEVE_PORT, "reject")
    asm.load(1, Reg.R1, Reg.FP, _L4 + 8).do(Op.AND, Reg.R1, 0x3F).do(Op.SHL, Reg.R1, 2).do(Op.ADD, Reg.R8, Reg.R1)
    asm.goto(below)


def _gre(asm: Assembler, here: str, below: str) -> None:
    """Go into GRE (RFC 2784, RFC 2890): checksum, key and sequence number have 4 bytes each, where they are."""
    asm.label(f"gre{here}").do(Op.ADD, Reg.R8, 4).load(1, Reg.R1, Reg.FP, _L4)
    for bit in (0x80, 0x20, 0x10):
        skip = f"gre{here}without{bit}"
        asm.do(Op.MOV, Reg.R2, Reg.R1).do(Op.AND, Reg.R2, bit).jump(When.EQ, Reg.R2, 0, skip).do(Op.ADD, Reg.R8, 4).label(skip)
    asm.load(2, Reg.R1, Reg.FP, _L4 + 2).from_network(Reg.R1, 16).jump(When.NE, Reg.R1, _TEB, below)
    asm.do(Op.ADD, Reg.R8, _ETHERNET).goto(below)


def _record(asm: Assembler, point: Point, at: Places, arguments: int) -> None:
    """Make the record on the stack."""
    for offset in range(_EVENT, _EVENT + 64, 8):
        asm.store(8, Reg.FP, offset, 0)
    asm.call(Helper.KTIME_GET_NS).store(8, Reg.FP, _EVENT, Reg.R0).store(8, Reg.FP, _EVENT + 8, Reg.R7)
    if point is Point.DROP:
        asm.load(8, Reg.R1, Reg.R6, 8).store(8, Reg.FP, _EVENT + 16, Reg.R1)
        if arguments > _REASON:
            asm.load(8, Reg.R1, Reg.R6, 8 * _REASON).store(4, Reg.FP, _EVENT + 24, Reg.R1)
        else:
            asm.store(4, Reg.FP, _EVENT + 24, _UNKNOWN_REASON - (1 << 32))
    asm.load(4, Reg.R1, Reg.R7, at.length).store(4, Reg.FP, _EVENT + 36, Reg.R1)
    asm.load(2, Reg.R1, Reg.R7, at.protocol).store(2, Reg.FP, _EVENT + 40, Reg.R1)
    asm.store(1, Reg.FP, _EVENT + 42, point)
    _place(asm, point, at, arguments)
    asm.load(2, Reg.R1, Reg.R7, at.mac).jump(When.EQ, Reg.R1, 0xFFFF, "no-mac")
    asm.load(8, Reg.R9, Reg.R7, at.head).do(Op.ADD, Reg.R9, Reg.R1)
    _read(asm, _EVENT + 48, _ETHERNET, Reg.R9)
    asm.label("no-mac").load(8, Reg.R8, Reg.FP, _IP - 8)
    _read(asm, _EVENT + 64, PACKET, Reg.R8)


def _place(asm: Assembler, point: Point, at: Places, arguments: int) -> None:
    """Write the device and the namespace: the device's, else that of the socket that sends, else of the one that receives."""
    asm.load(8, Reg.R1, Reg.R7, at.dev).jump(When.EQ, Reg.R1, 0, "no-device")
    asm.load(4, Reg.R2, Reg.R1, at.ifindex).store(4, Reg.FP, _EVENT + 28, Reg.R2)
    asm.load(8, Reg.R1, Reg.R1, at.dev_net).jump(When.NE, Reg.R1, 0, "namespace").label("no-device")
    asm.load(8, Reg.R1, Reg.R7, at.sock).jump(When.NE, Reg.R1, 0, "socket")
    if point is Point.DROP and arguments > _RX_SOCKET:
        asm.load(8, Reg.R1, Reg.R6, 8 * _RX_SOCKET).jump(When.EQ, Reg.R1, 0, "nowhere")
        asm.load(8, Reg.R1, Reg.R1, at.sock_net).goto("namespace")
    else:
        asm.goto("nowhere")
    asm.label("socket").load(8, Reg.R1, Reg.R1, at.sock_net)
    asm.label("namespace").load(4, Reg.R1, Reg.R1, at.inode).store(4, Reg.FP, _EVENT + 32, Reg.R1).label("nowhere")


def _write(asm: Assembler, ring: int, lost: int) -> None:
    asm.map(Reg.R1, ring).do(Op.MOV, Reg.R2, Reg.FP).do(Op.ADD, Reg.R2, _EVENT).do(Op.MOV, Reg.R3, RECORD.size)
    asm.do(Op.MOV, Reg.R4, 0).call(Helper.RINGBUF_OUTPUT).jump(When.EQ, Reg.R0, 0, "reject")
    asm.map_value(Reg.R1, lost).do(Op.MOV, Reg.R2, 1).add_atomically(Reg.R1, Reg.R2)
