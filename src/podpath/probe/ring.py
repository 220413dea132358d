"""The ring buffer that a program fills, mapped into memory (``kernel/bpf/ringbuf.c``)."""

import mmap
import select
import struct
import time
from collections.abc import Iterator
from typing import Final

_HEADER: Final = 8
_BUSY: Final = 1 << 31
_DISCARDED: Final = 1 << 30
_LENGTH: Final = _DISCARDED - 1
_POSITION: Final = struct.Struct("=Q")
_WORD: Final = struct.Struct("=I")


class Ring:
    """Reads what programs have written.

    Args:
        descriptor: of the map; whoever made it closes it.
        size: its size in bytes.
    """

    def __init__(self, descriptor: int, size: int) -> None:
        page = mmap.PAGESIZE
        self._size = size
        self._consumer = mmap.mmap(descriptor, page, mmap.MAP_SHARED, mmap.PROT_READ | mmap.PROT_WRITE)
        # The data is mapped twice in a row, so that a record across the end is in one piece.
        self._producer = mmap.mmap(descriptor, page + 2 * size, mmap.MAP_SHARED, mmap.PROT_READ, offset=page)
        self._poll = select.poll()
        self._poll.register(descriptor, select.POLLIN)

    def close(self) -> None:
        """Give the memory back."""
        self._consumer.close()
        self._producer.close()

    def records(self) -> Iterator[bytes]:
        """Yield the complete records, and remove each."""
        page, data = mmap.PAGESIZE, self._producer
        (at,) = _POSITION.unpack_from(self._consumer)
        (end,) = _POSITION.unpack_from(data)
        while at < end:
            place = page + at % self._size
            (word,) = _WORD.unpack_from(data, place)
            if word & _BUSY:
                return
            length = word & _LENGTH
            record = data[place + _HEADER : place + _HEADER + length]
            at += (length + _HEADER + 7) & ~7
            _POSITION.pack_into(self._consumer, 0, at)
            if not word & _DISCARDED:
                yield record

    def wait(self, seconds: float) -> bool:
        """Wait until there is something to read, at most so long; return whether there is."""
        return bool(self._poll.poll(max(0.0, seconds) * 1000))

    def until(self, deadline: float) -> Iterator[bytes]:
        """Yield records until a moment of the monotonic clock, as they come."""
        while True:
            yield from self.records()
            left = deadline - time.monotonic()
            if left <= 0:
                return
            self.wait(left)
