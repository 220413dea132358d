"""What a trace says: the way of one packet there and back, step by step, and where and why it ends."""

from enum import StrEnum
from typing import NamedTuple

from podpath.state.evidence import Unknown
from podpath.state.finding import Evidence, Finding
from podpath.state.step import Facts


class Verdict(StrEnum):
    """How the way of a packet ends, the best first."""

    DELIVERED = "delivered"
    """The destination has it, and a process there takes it."""
    REFUSED = "refused"
    """The destination has it, nothing listens, and the sender is told so."""
    REJECTED = "rejected"
    """A rule answers with an error, and the sender is told so."""
    TOO_BIG = "too-big"
    """It does not fit, may not be cut, and the sender is told so."""
    UNREACHABLE = "unreachable"
    """A host on the way knows no way on, and the sender is told so."""
    LOOP = "loop"
    """It goes round in a circle until its hop limit is used up."""
    DROPPED = "dropped"
    """It vanishes; the sender waits."""
    UNKNOWN = "unknown"
    """The evidence does not tell."""

    @property
    def rank(self) -> int:
        """Order by harm: of branches that chance chooses among, the worst one's verdict stands for all."""
        return list(Verdict).index(self)


class TraceStep(NamedTuple):
    """One thing that happened to the packet.

    Attributes:
        node: node it happened on.
        netns: namespace there, as ``kind:name``; empty for the host's own.
        interface: interface it happened at; empty where none is concerned.
        facts: what happened, typed by the part of the kernel that did it.
        packet: the packet after it, in a few words.
        evidence: the entries that decided it.
        teaches: a sentence for somebody who learns, where ``--explain`` asked for it.
    """

    node: str
    netns: str
    interface: str
    facts: Facts
    packet: str
    evidence: tuple[Evidence, ...] = ()
    teaches: str = ""


class Left(NamedTuple):
    """Where a packet went that is for a host which was not captured.

    Attributes:
        node: the last captured node.
        interface: device that it left by.
        source: its source address there, after all translation.
    """

    node: str
    interface: str
    source: str


class Branch(NamedTuple):
    """One way that chance may choose.

    Attributes:
        verdict: how it ends.
        probability: of this way, from 0 to 1; none where it cannot be told.
        steps: the steps in order.
        error: error number that the sending program sees, by name (EHOSTUNREACH …); empty where it sees none.
        path_mtu: the largest packet that passes whole, in bytes; none where nothing was passed.
        cause: what ended it; none when it was delivered.
        unknowns: what the evidence leaves open, with the command that tells.
        assumed: what a person said with ``--assume``, and this rests on.
        left: where it left the captured nodes for one that was not captured; none where it did not.
    """

    verdict: Verdict
    probability: float | None
    steps: tuple[TraceStep, ...]
    error: str = ""
    path_mtu: int | None = None
    cause: Finding | None = None
    unknowns: tuple[Unknown, ...] = ()
    assumed: tuple[str, ...] = ()
    left: Left | None = None


class Leg(NamedTuple):
    """The way in one direction.

    Attributes:
        verdict: that of the worst branch.
        probability: of the worst verdict.
        branches: all ways that chance may choose, the worst first.
    """

    verdict: Verdict
    probability: float | None
    branches: tuple[Branch, ...]

    @property
    def worst(self) -> Branch:
        """The branch that says how the leg ends."""
        return self.branches[0]

    @property
    def left(self) -> Left | None:
        """Where the packet left the captured nodes, if all its branches do at one place."""
        places = {branch.left for branch in self.branches}
        return places.pop() if len(places) == 1 else None

    @property
    def reaches_edge(self) -> bool:
        """Whether nothing is open but what is beyond the captured nodes."""
        return all(branch.left is not None and len(branch.unknowns) == 1 for branch in self.branches)


class Trace(NamedTuple):
    """A packet's way there, and its answer's way back.

    Attributes:
        source: the sender, as a person names it.
        destination: the receiver, likewise.
        flow: what is sent, in words (``10.42.0.10 → 10.42.1.17:5432 tcp``).
        verdict: of the worse leg.
        error: error number that the sending program sees, by name.
        cause: what stops it; none when it is delivered both ways.
        forward: the way there.
        reply: the way back; none where the packet did not arrive.
        remarks: what is worth knowing although it works: another way back, an address changed on the way …
        unknowns: what the evidence leaves open.
        assumed: what a person said with ``--assume``, and the answer rests on.
        findings: what else is wrong with what was asked: rules of a service that are not what its objects say.
    """

    source: str
    destination: str
    flow: str
    verdict: Verdict
    error: str
    cause: Finding | None
    forward: Leg
    reply: Leg | None
    remarks: tuple[str, ...] = ()
    unknowns: tuple[Unknown, ...] = ()
    assumed: tuple[str, ...] = ()
    findings: tuple[Finding, ...] = ()

    @property
    def left(self) -> Left | None:
        """Where the packet, or its answer, left the captured nodes; none where it did not."""
        leg = self.reply if self.forward.verdict is Verdict.DELIVERED and self.reply is not None else self.forward
        return leg.left

    @property
    def reaches_edge(self) -> bool:
        """Whether nothing is open but what is beyond the captured nodes."""
        leg = self.reply if self.forward.verdict is Verdict.DELIVERED and self.reply is not None else self.forward
        return leg.reaches_edge


class PairCause(NamedTuple):
    """What several pairs have in common.

    Attributes:
        verdict: how they end.
        finding: why; none where the evidence does not tell.
        unknowns: what would have to be learnt.
        pairs: the pairs, as (source, destination).
    """

    verdict: Verdict
    finding: Finding | None
    unknowns: tuple[Unknown, ...]
    pairs: tuple[tuple[str, str], ...]


class PairMatrix(NamedTuple):
    """Who reaches whom.

    Attributes:
        sources: the senders.
        targets: the receivers.
        verdicts: verdict of each pair that was looked at.
        causes: why some do not arrive, the one with most pairs first.
        walked: number of pairs that were walked; the others have all in common with one of them.
    """

    sources: tuple[str, ...]
    targets: tuple[str, ...]
    verdicts: dict[tuple[str, str], Verdict]
    causes: tuple[PairCause, ...]
    walked: int
