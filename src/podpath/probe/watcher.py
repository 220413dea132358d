"""Watches the kernel's tracepoints while a block lasts."""

import mmap
import os
import struct
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from types import TracebackType
from typing import Final, Self

from podpath.probe import bpf
from podpath.probe.btf import Btf, load
from podpath.probe.flow import Flow
from podpath.probe.observation import Observation, Point, decode
from podpath.probe.programs import LICENCE, TRACEPOINTS, places, program
from podpath.probe.ring import Ring

SMALL: Final = 1 << 18
"""Bytes of a ring buffer for one flow: 1,300 observations that nobody has read yet."""
LARGE: Final = 1 << 22
_REASONS: Final = "skb_drop_reason"
_PREFIX: Final = "SKB_DROP_REASON_"
_SUBSYSTEM: Final = 16


class Watcher:
    """Shows packets where the kernel's tracepoints see them.

    Args:
        points: where to look.
        flow: the packets that are wanted; none wants all that belong to a network.
        size: bytes of the ring buffer, a power of two.
        btf: the kernel's types, if they are at hand.

    Everything that it makes hangs on its descriptors: the kernel removes it, also where the process is killed.

    Raises:
        ObstacleError: the kernel cannot be watched.
    """

    def __init__(
        self, points: Sequence[Point] = tuple(Point), flow: Flow | None = None, size: int = SMALL, btf: Btf | None = None
    ) -> None:
        self._btf = btf or load()
        self._reasons = reasons(self._btf)
        with ExitStack() as stack:
            ring, lost = self._keep(stack, bpf.ring_buffer(size)), self._keep(stack, bpf.counters(1))
            at = places(self._btf)
            for point in points:
                number, arguments = self._btf.tracepoint(TRACEPOINTS[point])
                code = program(point, at, arguments, flow, ring, lost)
                loaded = self._keep(stack, bpf.program(code, LICENCE, number))
                self._keep(stack, bpf.attach(loaded))
            self._lost = stack.enter_context(mmap.mmap(lost, mmap.PAGESIZE, mmap.MAP_SHARED, mmap.PROT_READ))
            self._ring = Ring(ring, size)
            stack.callback(self._ring.close)
            self._stack = stack.pop_all()

    @staticmethod
    def _keep(stack: ExitStack, descriptor: int) -> int:
        stack.callback(os.close, descriptor)
        return descriptor

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._stack.close()

    def count_lost(self) -> int:
        """Return how many observations did not fit into the ring buffer until now."""
        return int(struct.unpack_from("=Q", self._lost)[0])

    def records(self, seconds: float) -> Iterator[bytes]:
        """Yield what the programs write in the next so many seconds, as it comes."""
        yield from self._ring.until(time.monotonic() + seconds)

    def observations(self, seconds: float) -> Iterator[Observation]:
        """Yield what is seen in the next so many seconds, as it comes."""
        yield from map(decode, self.records(seconds))

    def reason(self, number: int) -> str:
        """Return the name of a drop reason on this kernel: ``OTHERHOST``.

        A subsystem's own reasons (Open vSwitch, mac80211) have numbers in the upper half, and names in its module alone.
        A kernel without drop reasons (before Linux 5.17) leaves the name empty.
        """
        return self._reasons.get(number, "") if number < 1 << _SUBSYSTEM else self._of_subsystem(number)

    def reason_names(self) -> list[str]:
        """Return the names of all drop reasons of this kernel; none before Linux 5.17."""
        return list(self._reasons.values())

    def _of_subsystem(self, number: int) -> str:
        if not self._btf.has_enum(f"{_REASONS}_subsys"):
            return ""
        names = self._btf.enum(f"{_REASONS}_subsys")
        name = names.get(number >> _SUBSYSTEM, str(number >> _SUBSYSTEM))
        return f"{name.removeprefix(f'{_PREFIX}SUBSYS_')}_{number & 0xFFFF}"


ENUMS: Final = (_REASONS,)
"""Enums of which a node must say the values."""


def reason_of(number: int, values: Mapping[int, str]) -> str:
    """Return the name of a drop reason of a kernel whose enum has these values."""
    name = values.get(number, "")
    return name.removeprefix(_PREFIX) if _names(number, name) else f"{number >> _SUBSYSTEM}_{number & 0xFFFF}" if values else ""


def reasons(btf: Btf) -> dict[int, str]:
    """Return the kernel's drop reasons by number; empty before Linux 5.17."""
    if not btf.has_enum(_REASONS):
        return {}
    return {number: name.removeprefix(_PREFIX) for number, name in btf.enum(_REASONS).items() if _names(number, name)}


def _names(number: int, name: str) -> bool:
    """Say whether a value is a reason: not its two values for packets that are no drops, its end, or its mask."""
    return number > 0 and name.startswith(_PREFIX) and name != f"{_PREFIX}MAX"
