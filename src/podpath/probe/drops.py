"""Counts what the kernel drops: by reason, place and flow."""

import time
from collections import Counter
from collections.abc import Callable, Iterator
from typing import NamedTuple

from podpath.probe.headers import layers
from podpath.probe.observation import Observation
from podpath.state.drop import Drop, Layer


class Where(NamedTuple):
    """A namespace and a device in words.

    Attributes:
        netns: as ``kind:name``; empty for the host's own; ``?`` where it is not known.
        interface: the device; empty where there is none.
    """

    netns: str
    interface: str


class Tally:
    """Counts observations of dropped packets.

    Args:
        reason: the name of a reason's number.
        function: the name of the function at an address.
        where: names of a namespace's inode and a device's number.
    """

    def __init__(self, reason: Callable[[int], str], function: Callable[[int], str], where: Callable[[int, int], Where]) -> None:
        self._reason, self._function, self._where = reason, function, where
        self._counts: Counter[Drop] = Counter()
        self._began = time.monotonic()

    def add(self, seen: Observation) -> Drop:
        """Count a packet, and return the kind that it was counted as."""
        place = self._where(seen.netns, seen.ifindex)
        kind = Drop(
            self._reason(seen.reason),
            self._function(seen.location),
            *place,
            tuple(map(_flow, layers(seen.ethertype, seen.packet))),
            seen.ethertype,
            0,
            0.0,
        )
        self._counts[kind] += 1
        return kind

    def count(self, kind: Drop) -> None:
        """Count a packet of a kind that another tally has found."""
        self._counts[kind] += 1

    def forget(self, kind: Drop) -> None:
        """Take one packet of a kind back: it was not asked for."""
        self._counts[kind] -= 1

    def drops(self) -> Iterator[Drop]:
        """Yield what was counted since the beginning or the last :meth:`clear`, the most frequent first."""
        seconds = time.monotonic() - self._began
        for kind, count in self._counts.most_common():
            if count > 0:
                yield kind._replace(packets=count, seconds=seconds)

    def clear(self) -> None:
        """Begin again."""
        self._counts.clear()
        self._began = time.monotonic()


def _flow(layer: Layer) -> Layer:
    """Return a layer without what differs between packets of one client: its port, and that of a tunnel's outer header."""
    return layer._replace(sport=None)
