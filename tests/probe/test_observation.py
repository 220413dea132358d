"""Observations."""

import struct
import sys

import pytest

from podpath.probe.observation import PACKET, RECORD, Point, decode


def test_a_record_is_read_as_it_was_written() -> None:
    """The protocol is in network order, as the kernel has it."""
    ethertype = int.from_bytes(b"\x86\xdd", sys.byteorder)
    record = RECORD.pack(1, 2, 3, 4, 5, 6, 7, ethertype, 3, 0, b"m" * 14, b"p" * PACKET)
    seen = decode(record)
    assert seen == (1, 2, 3, 4, 5, 6, 7, 0x86DD, Point.DROP, b"m" * 14, b"p" * PACKET)
    assert seen.point.word == "drop"


def test_another_length_is_refused() -> None:
    """A record of a program that is not ours."""
    with pytest.raises(struct.error):
        decode(b"short")
