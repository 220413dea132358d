"""What a trace says: the path of one packet there and back, step by step, and where and why it ends."""

from enum import StrEnum
from typing import NamedTuple

from podpath.state.evidence import Unknown
from podpath.state.finding import Evidence, Finding
from podpath.state.live import Live
from podpath.state.policing import Policed
from podpath.state.step import Facts


class Verdict(StrEnum):
    """How the path of a packet ends, the best first."""

    DELIVERED = "delivered"
    """The destination has it, and a process there takes it."""
    REFUSED = "refused"
    """The packet arrived, but nothing listens, and the sender gets an error."""
    REJECTED = "rejected"
    """A rule rejects the packet with an error."""
    TOO_BIG = "too-big"
    """The packet exceeds an MTU and must not be fragmented; the sender gets an error."""
    UNREACHABLE = "unreachable"
    """A host or router on the path has no route, and the sender gets an error."""
    LOOP = "loop"
    """It loops until its hop limit is used up."""
    DROPPED = "dropped"
    """It vanishes; the sender waits."""
    UNKNOWN = "unknown"
    """The evidence does not tell."""

    @property
    def rank(self) -> int:
        """Order by severity: the verdict of the worst of several random branches counts for all."""
        return list(Verdict).index(self)


class Headers(NamedTuple):
    """Source, destination and protocol of a packet, as people are shown them.

    Attributes:
        source: source address, as text.
        destination: destination address, as text.
        proto: icmp, icmpv6, tcp, udp, sctp, or another protocol's name or number.
        port: destination port, or None if there is none or it is not known.
        source_port: source port, or None if it says nothing.
    """

    source: str
    destination: str
    proto: str
    port: int | None = None
    source_port: int | None = None

    @property
    def text(self) -> str:
        """The packet in a few words: ``10.42.0.10 → 10.42.1.17:5432 tcp``."""
        return f"{_with_port(self.source, self.source_port)} → {_with_port(self.destination, self.port)} {self.proto}"

    @property
    def reply(self) -> "Headers":
        """The headers of the packet that answers it."""
        return Headers(self.destination, self.source, self.proto, self.source_port, self.port)


def _with_port(address: str, port: int | None) -> str:
    if port is None:
        return address
    return f"[{address}]:{port}" if ":" in address else f"{address}:{port}"


class TraceStep(NamedTuple):
    """One thing that happened to the packet.

    Attributes:
        node: node it happened on.
        netns: namespace there, as ``kind:name``; empty for the host's own.
        interface: interface it happened at; empty where none is concerned.
        facts: what happened, typed by the part of the kernel that did it.
        packet: the packet after it, or None if it is the same as before, or none of IP.
        evidence: the entries that decided it.
        teaches: a sentence for somebody who learns, where ``--explain`` asked for it.
    """

    node: str
    netns: str
    interface: str
    facts: Facts
    packet: Headers | None
    evidence: tuple[Evidence, ...] = ()
    teaches: str = ""


class Hop(NamedTuple):
    """A packet at a device, where the kernel can be seen to have it (``podpath trace --live``).

    Attributes:
        node: node of the device.
        netns: namespace there, as ``kind:name``; empty for the host's own.
        interface: the device.
        out: the device begins to send it; otherwise it hands it to the kernel.
        step: number of the step that it belongs to, from 0.
        inode: number of the namespace on its node, or None if the snapshot does not have it.
        observable: a tracepoint shows it; what a device hands on to the one that stands on it, none does.
        dport: destination port there, inside of all tunnels, or None if there is none, or chance decides.
    """

    node: str
    netns: str
    interface: str
    out: bool
    step: int
    inode: int | None
    observable: bool = True
    dport: int | None = None


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
    """One path that chance may choose.

    Attributes:
        verdict: how it ends.
        probability: of this path, from 0 to 1, or None if it cannot be told.
        steps: the steps in order.
        error: error number that the sending program sees, by name (EHOSTUNREACH …); empty where it sees none.
        path_mtu: the largest packet that passes whole, in bytes, or None if nothing was passed.
        cause: what ended it, or None if it was delivered.
        unknowns: what the evidence leaves open, with the command that would show it.
        assumed: what a person said with ``--assume``, and this rests on.
        left: where it left the captured nodes for one that was not captured, or None if it did not.
        hops: devices that it crosses, in order.
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
    hops: tuple[Hop, ...] = ()


class Sent(NamedTuple):
    """What a packet that proves a trace must be like.

    Attributes:
        netns: the namespace that sends it, as ``kind:name``; empty for the host's own.
        inode: its number, or None if the snapshot does not have it.
        node: its node.
        source: its source address, or None if the kernel chooses.
        destination: its destination address.
        proto: icmp, tcp, udp or sctp.
        port: destination port, or None for ICMP.
    """

    netns: str
    inode: int | None
    node: str
    source: str | None
    destination: str
    proto: str
    port: int | None


class Leg(NamedTuple):
    """The path in one direction.

    Attributes:
        verdict: that of the worst branch.
        probability: of the worst verdict.
        branches: all paths that chance may choose, the worst first.
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
    """The path of a packet, and the path of its reply.

    Attributes:
        source: the sender, as a person names it.
        destination: the receiver, likewise.
        flow: what is sent.
        verdict: of the worse leg.
        error: error number that the sending program sees, by name.
        cause: what stops it, or None if it is delivered both ways.
        forward: the path there.
        reply: the return path, or None if the packet did not arrive.
        remarks: what is worth knowing although it works: another return path, an address changed on the path …
        unknowns: what the evidence leaves open.
        assumed: what a person said with ``--assume``, and the answer rests on.
        findings: what else is wrong with what was asked: rules that are not what the objects of a service or of policies say.
        sent: what a packet that proves it must be like, or None if nothing of this snapshot's moment can send it.
        live: what was seen of real packets, or None if none were sent.
        policies: what the objects of network policies say of the flow at its pods; empty where none were captured.
    """

    source: str
    destination: str
    flow: Headers
    verdict: Verdict
    error: str
    cause: Finding | None
    forward: Leg
    reply: Leg | None
    remarks: tuple[str, ...] = ()
    unknowns: tuple[Unknown, ...] = ()
    assumed: tuple[str, ...] = ()
    findings: tuple[Finding, ...] = ()
    sent: Sent | None = None
    live: Live | None = None
    policies: tuple[Policed, ...] = ()

    @property
    def last(self) -> Leg:
        """The leg that says how the flow ends: the reply's, if the packet arrives."""
        return self.reply if self.forward.verdict is Verdict.DELIVERED and self.reply is not None else self.forward

    @property
    def left(self) -> Left | None:
        """Where the packet, or its answer, left the captured nodes, or None if it did not."""
        return self.last.left

    @property
    def reaches_edge(self) -> bool:
        """Whether nothing is open but what is beyond the captured nodes."""
        return self.last.reaches_edge


class PairCause(NamedTuple):
    """What several pairs have in common.

    Attributes:
        verdict: how they end.
        finding: why, or None if the evidence does not tell.
        unknowns: what would have to be learnt.
        pairs: the pairs, as (source, destination).
    """

    verdict: Verdict
    finding: Finding | None
    unknowns: tuple[Unknown, ...]
    pairs: tuple[tuple[str, str], ...]


class PairMatrix(NamedTuple):
    """The pairs that reach each other.

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


class Alike(NamedTuple):
    """Pairs of pods of which the same is true.

    Attributes:
        pairs: their names, sender first.
        trace: the trace of the first of them.
    """

    pairs: tuple[tuple[str, str], ...]
    trace: Trace


class Several(NamedTuple):
    """What is true of every pair where a name means several pods.

    Attributes:
        source: the sender, as a person named it.
        destination: the receiver, likewise.
        groups: the pairs, those that differ apart; the worst first.
        left_out: pairs of which there is no trace, each with the reason: a pod without an address, for one.
    """

    source: str
    destination: str
    groups: tuple[Alike, ...]
    left_out: tuple[tuple[str, str, str], ...] = ()

    @property
    def worst(self) -> Trace:
        """The trace with the worst verdict."""
        return self.groups[0].trace

    @property
    def verdict(self) -> Verdict:
        """The worst verdict; a pair that was left out is unknown."""
        found = self.worst.verdict
        return Verdict.UNKNOWN if self.left_out and found is Verdict.DELIVERED else found
