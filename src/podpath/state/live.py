"""What was seen of real packets (``podpath trace --live``), beside what the walk predicts of them."""

from enum import StrEnum
from typing import NamedTuple


class Rung(StrEnum):
    """How packets were watched, the best first; where the kernel forbids one, the next is taken."""

    TRACEPOINTS = "tracepoints"
    """The kernel's tracepoints, in every namespace of the node."""
    SOCKETS = "packet-sockets"
    """Packet sockets in the namespaces that the walk leads through: devices are seen, drops are not."""
    COUNTERS = "counters"
    """Counters of devices and protocols, before and after."""
    NOTHING = "nothing"
    """Only what the sender's socket got."""


class Fate(StrEnum):
    """What happened to the packets that were sent."""

    ANSWERED = "answered"
    """The sender got the answer."""
    ARRIVED = "arrived"
    """The destination got them; an answer was not to be expected, or none came (UDP)."""
    ERROR = "error"
    """The sender got an error."""
    SILENT = "silent"
    """The sender got nothing."""


class Agreement(StrEnum):
    """What prediction and observation say together."""

    AGREED = "predicted-and-seen"
    """What was seen is what was predicted."""
    NETWORK = "network"
    """The nodes do what was predicted, and the network between them does not carry the packet."""
    UNSHOWN = "not-in-the-state"
    """The kernel dropped the packet for a reason that no table shows: a wrong checksum, a full queue."""
    DISAGREED = "disagreed"
    """The model and the kernel differ: a fault of podpath, or of its capture."""
    SEEN = "seen"
    """Nothing was predicted (evidence was missing), and this was seen."""
    UNSEEN = "unseen"
    """Nothing could be observed that would decide it."""


class Sight(StrEnum):
    """Whether a packet was seen where it was predicted."""

    SEEN = "seen"
    MISSED = "missed"
    HIDDEN = "not-observable"


class SeenHop(NamedTuple):
    """What was seen at a hop that was predicted.

    Attributes:
        sight: whether the packet was seen there.
        microseconds: since the first hop of its direction, or None if it was not seen.
    """

    sight: Sight
    microseconds: float | None = None


class SeenDrop(NamedTuple):
    """A packet that the kernel dropped.

    Attributes:
        node: node that dropped it.
        netns: namespace, as ``kind:name``; empty for the host's own; ``?`` where it is not known.
        interface: device; empty where the packet had none.
        reason: the kernel's name of the reason; empty on a kernel without reasons.
        function: function that dropped it; empty if the kernel hides its symbols.
        meaning: what the reason means, in a few words; empty if podpath does not know it.
        causes: names of causes with which packets are dropped for this reason.
        microseconds: since the first hop of its direction, or None if that was not seen.
    """

    node: str
    netns: str
    interface: str
    reason: str
    function: str
    meaning: str
    causes: tuple[str, ...]
    microseconds: float | None = None


class Lower(NamedTuple):
    """A better way of watching that was not possible.

    Attributes:
        rung: the way.
        reason: why not, in words.
        remedy: what would help; empty if nothing.
    """

    rung: Rung
    reason: str
    remedy: str = ""


class Live(NamedTuple):
    """What was seen of the packets of a trace.

    Attributes:
        rung: how they were watched.
        lower: better ways that were not possible.
        agreement: what prediction and observation say together.
        fate: what happened to the packets.
        error: error number that the sender got, by name; empty if it got none.
        sent: number of packets.
        answered: number of answers.
        alike: number of packets that were seen to take the same path to the same end.
        microseconds: time until the first answer or error, or None if there was none.
        forward: what was seen of the hops of the path there.
        reply: of the return path; empty if none was predicted.
        backwards: the agreement and its place are about the return path.
        hop: number of the hop, in its direction, at which prediction and observation part, from 0; or that was seen last.
        drop: the drop that ended the packet, or None if none was seen.
        lost: observations that could not be recorded.
        path_mtu: the largest packet that passed whole, in bytes, as measured, or None if it was not measured.
    """

    rung: Rung
    agreement: Agreement
    fate: Fate
    sent: int
    answered: int
    alike: int
    error: str = ""
    microseconds: float | None = None
    forward: tuple[SeenHop, ...] = ()
    reply: tuple[SeenHop, ...] = ()
    backwards: bool = False
    hop: int | None = None
    drop: SeenDrop | None = None
    lower: tuple[Lower, ...] = ()
    lost: int = 0
    path_mtu: int | None = None

    @property
    def disagrees(self) -> bool:
        """Whether the kernel showed something else than was predicted."""
        return self.agreement is Agreement.DISAGREED
