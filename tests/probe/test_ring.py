"""The ring buffer, as memory that a file stands for: the kernel's own is read in test_watcher.py."""

import mmap
import os
import struct
from collections.abc import Iterator

import pytest

from podpath.probe.ring import Ring

SIZE = 4096


class Memory:
    """Two pages and the data twice, in a file in memory."""

    def __init__(self) -> None:
        self.file = os.memfd_create("ring")
        os.ftruncate(self.file, 2 * mmap.PAGESIZE + 2 * SIZE)

    def write(self, at: int, content: bytes, bits: int = 0) -> int:
        """Write a record, and return where the next begins."""
        word = struct.pack("=II", len(content) | bits, 0)
        place = at % SIZE
        for shift in (0, SIZE):
            data = word + content
            for number, byte in enumerate(data):
                os.pwrite(self.file, bytes((byte,)), 2 * mmap.PAGESIZE + (place + number) % SIZE + shift)
        return at + (len(content) + 15 & ~7)

    def produced(self, end: int) -> None:
        """Say how much was written."""
        os.pwrite(self.file, struct.pack("=Q", end), mmap.PAGESIZE)


@pytest.fixture
def memory(monkeypatch: pytest.MonkeyPatch) -> Iterator[Memory]:
    """Return the memory; a file in it cannot be waited for."""
    made = Memory()

    class Poll:
        def register(self, *_: object) -> None: ...

        def poll(self, _: float) -> list[int]:
            return []

    monkeypatch.setattr("podpath.probe.ring.select.poll", Poll)
    yield made
    os.close(made.file)


def test_records_come_once_and_in_order(memory: Memory) -> None:
    """What was discarded is left out, and what is still being written waits."""
    ring = Ring(memory.file, SIZE)
    end = memory.write(0, b"first")
    end = memory.write(end, b"gone", 1 << 30)
    busy = memory.write(end, b"second record")
    last = memory.write(busy, b"third", 1 << 31)
    memory.produced(last)
    assert list(ring.records()) == [b"first", b"second record"]
    assert list(ring.records()) == []
    memory.write(busy, b"third")
    assert list(ring.until(0)) == [b"third"]
    ring.close()


def test_a_record_across_the_end_is_whole(memory: Memory) -> None:
    """The data is mapped twice in a row."""
    ring = Ring(memory.file, SIZE)
    end = memory.write(0, bytes(SIZE - 40))
    memory.produced(end)
    assert [len(record) for record in ring.records()] == [SIZE - 40]
    memory.produced(memory.write(end, b"0123456789" * 4))
    assert list(ring.records()) == [b"0123456789" * 4]
    ring.close()
