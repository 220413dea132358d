"""One packet at one place of the kernel, as its tracepoints show it."""

import struct
import sys
from enum import IntEnum
from typing import Final, NamedTuple


class Point(IntEnum):
    """Where in the kernel a packet was seen."""

    OUT = 1
    """A device began to send it (net_dev_start_xmit)."""
    IN = 2
    """A device handed it to the kernel (netif_receive_skb)."""
    DROP = 3
    """The kernel dropped it (kfree_skb)."""

    @property
    def word(self) -> str:
        """The word for it in JSON."""
        return self.name.lower()


PACKET: Final = 144
"""Bytes of a packet that are kept, from its IP header on: an outer IPv6 header, Geneve, an inner one, and a mark."""
RECORD: Final = struct.Struct(f"=QQQIIIIHBB4x14s2x{PACKET}s")
"""What a program writes: time, skb, location, reason, interface, namespace, length, protocol, point, MAC header, packet."""


class Observation(NamedTuple):
    """A packet at one place.

    Attributes:
        time: nanoseconds of the monotonic clock.
        skb: address of the kernel's buffer: the same packet has the same one, until it is copied or freed.
        location: address of the instruction that dropped it; 0 where it was not dropped.
        reason: number of the kernel's drop reason, valid for this kernel alone; 0 where it was not dropped.
        ifindex: number of the device; 0 where there was none yet.
        netns: inode of the network namespace; 0 where it is not known.
        length: bytes of the packet, with what headers the kernel counts there.
        ethertype: protocol (0x0800 IPv4, 0x0806 ARP, 0x86dd IPv6).
        point: where it was seen.
        mac: the Ethernet header; zeroes where there is none.
        packet: its first bytes from the network header on.
    """

    time: int
    skb: int
    location: int
    reason: int
    ifindex: int
    netns: int
    length: int
    ethertype: int
    point: Point
    mac: bytes
    packet: bytes


def decode(record: bytes) -> Observation:
    """Return what a program wrote.

    Raises:
        struct.error: the record has another length.
        ValueError: it has no point that is known.
    """
    *numbers, ethertype, point, _, mac, packet = RECORD.unpack(record)
    if sys.byteorder == "little":
        ethertype = ethertype >> 8 | (ethertype & 0xFF) << 8
    return Observation._make((*numbers, ethertype, Point(point), mac, packet))
