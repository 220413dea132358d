"""What happens to a packet next, and how a way ends: the words that stages speak.

A stage takes an event and answers with turns: the events that follow, each with the marks that it leaves on the way.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from types import MappingProxyType
from typing import Any, Final, NamedTuple, Protocol, TypeAlias

from podpath.state.address import Ip, Mac
from podpath.state.evidence import Unknown
from podpath.state.link import Link
from podpath.state.step import Facts
from podpath.state.trace import Verdict
from podpath.walk.cluster import Cluster
from podpath.walk.namespace import Entry
from podpath.walk.netfilter import Hook, HookOutcome, RuleHit
from podpath.walk.packet import Frame, Packet
from podpath.wiring.places import run_in

WHOLE: Final = Fraction(1)
_EMPTY: Final[Mapping[Any, Any]] = MappingProxyType({})


def times(one: Fraction, other: Fraction) -> Fraction:
    """Multiply probabilities. Nearly all are whole, and Python's fractions are slow: they were a tenth of a walk."""
    return other if one is WHOLE else one if other is WHOLE else one * other


class Step(NamedTuple):
    """Something that happened, as it is kept while walking.

    Attributes:
        ns: namespace it happened in.
        dev: interface; empty where none is concerned.
        facts: what happened, typed by the part of the kernel that did it.
        packet: the packet after it; none where it is the same as before.
        rows: the entries that decided it.
    """

    ns: int
    dev: str
    facts: Facts
    packet: Packet | Frame | None = None
    rows: tuple[Entry[Any] | RuleHit, ...] = ()


class Gap(NamedTuple):
    """Something that the evidence leaves open.

    Attributes:
        unknown: what it is, and the command that tells.
        assumption: what a person may assume instead; empty where nothing can be.
        diverts: it could send the packet elsewhere, so that nothing that comes later is sure.
    """

    unknown: Unknown
    assumption: str = ""
    diverts: bool = False
    either: bool = False
    """All that it could be was walked: where all ends are alike, it does not matter."""


class Cause(NamedTuple):
    """What ended a way: a finding in the making.

    Attributes:
        check: name of the cause; that of the check where there is one.
        ns: namespace that must be fixed.
        summary: what is wrong, with names and values.
        why: what follows from it.
        rows: the rows that prove it.
        fix: commands, or sentences.
        likely: something that could tell otherwise was not seen.
    """

    check: str
    ns: int
    summary: str
    why: str = ""
    rows: tuple[Entry[Any] | RuleHit, ...] = ()
    fix: tuple[str, ...] = ()
    likely: bool = False


class At(NamedTuple):
    """Where a packet is seen.

    Attributes:
        ns: the namespace.
        hook: the hook.
        into: device it came in by; empty for the namespace's own.
        out: device it leaves by.
        physin: bridge port it came in by, while br_netfilter shows it.
        physout: bridge port it leaves by.
    """

    ns: int
    hook: Hook
    into: str = ""
    out: str = ""
    physin: str | None = None
    physout: str | None = None

    @property
    def bridged(self) -> bool:
        """Whether the packet only crosses a bridge, and br_netfilter shows it here."""
        return self.hook is Hook.FORWARD and self.physin is not None and self.physout is not None


class RuleDrop(NamedTuple):
    """The facts of a packet that a rule stopped.

    Attributes:
        at: where.
        packet: the packet, as it came there.
        carry: what was known of the flow.
        outcome: what the hook made of it.
    """

    at: At
    packet: Packet
    carry: "Carry"
    outcome: HookOutcome


class Unanswered(NamedTuple):
    """The facts of a packet whose next hop nobody answers for.

    Attributes:
        event: the packet that waits for the answer.
        paths: the paths of the request's copies.
        rows: entries that tell of earlier failures.
    """

    event: "Leave"
    paths: tuple["Path", ...]
    rows: tuple[Entry[Any], ...] = ()


class OtherHost(NamedTuple):
    """The facts of a frame that a device dropped as another host's (PACKET_OTHERHOST).

    Attributes:
        ns: the namespace.
        link: the device.
        wanted: the MAC that the frame is for.
    """

    ns: int
    link: Entry[Link]
    wanted: Mac


Failure: TypeAlias = Cause | RuleDrop | Unanswered | OtherHost
"""What ended a path: a cause, or the facts that :mod:`podpath.walk.diagnosis` makes one of."""


@dataclass(frozen=True, slots=True)
class Carry:
    """What a packet leaves behind on its way, for those that come later.

    Attributes:
        learned: ports behind which bridges have learned a MAC, by (namespace, bridge, VLAN, MAC).
        neighbours: link-layer addresses that hosts have learned from questions, by (namespace, device, address).
        track: what the namespace's connection tracking says of this packet.
        prerouted: PREROUTING has seen it on a bridge.
        tracked: connections of each namespace, by namespace.
        smac: link-layer source of the frame that the packet came in, while it is in that namespace.
        physin: bridge port that it came in by, where br_netfilter has noted it.
    """

    learned: Mapping[tuple[int, str, int, Mac], str] = field(default_factory=lambda: _EMPTY)
    neighbours: Mapping[tuple[int, str, Ip], Mac] = field(default_factory=lambda: _EMPTY)
    track: Any = None
    prerouted: bool = False
    tracked: Mapping[int, Any] = field(default_factory=lambda: _EMPTY)
    smac: Mac | None = None
    physin: str | None = None

    def fresh(self) -> "Carry":
        """Return it for another packet, or the same one elsewhere: cables and tunnels take the track away."""
        if self.track is None and not self.prerouted and self.smac is None and self.physin is None:
            return self
        return replace(self, track=None, prerouted=False, smac=None, physin=None)


@dataclass(frozen=True, slots=True)
class Send:
    """A namespace sends a packet of its own."""

    ns: int
    packet: Packet
    carry: Carry = Carry()
    oif: str | None = None
    late: bool = False
    """Its source follows from its route, so that no rule sees one (icmp_route_lookup)."""
    routed_anew: bool = False
    """OUTPUT has seen it, and has changed where it goes."""
    track: Any = None
    """What connection tracking says of it already (nf_ct_attach)."""


@dataclass(frozen=True, slots=True)
class Leave:
    """A packet with a route leaves by a device to a next hop."""

    ns: int
    packet: Packet
    dev: str
    via: Ip
    carry: Carry
    came_by: str | None = None
    """Device it came in by; none for the namespace's own."""
    mtu: int | None = None
    """MTU that the route states."""


@dataclass(frozen=True, slots=True)
class Transmit:
    """A device sends a frame."""

    ns: int
    dev: str
    frame: Frame
    carry: Carry


@dataclass(frozen=True, slots=True)
class Receive:
    """A device gets a frame."""

    ns: int
    dev: str
    frame: Frame
    carry: Carry
    own: bool | None = None
    """The frame is for this host: decided by the device that got it first; none when it is the first."""


@dataclass(frozen=True, slots=True)
class Arrive:
    """A namespace gets a packet by a device (ip_rcv)."""

    ns: int
    dev: str
    packet: Packet
    carry: Carry
    routed: bool = False
    """It went over the loopback device, and has its route already."""


@dataclass(frozen=True, slots=True)
class Forward:
    """A namespace sends on a packet that came in."""

    ns: int
    dev: str
    packet: Packet
    out: str
    via: Ip
    carry: Carry
    mtu: int | None = None


@dataclass(frozen=True, slots=True)
class Local:
    """A namespace takes a packet that is for itself."""

    ns: int
    dev: str
    packet: Packet
    carry: Carry


@dataclass(frozen=True, slots=True)
class Complain:
    """A namespace tells the sender of a packet that it cannot get on (ICMP)."""

    ns: int
    packet: Packet
    kind: str
    """net-unreachable, host-unreachable, filtered, port-unreachable, ttl, too-big …"""
    end: "Outcome"
    carry: Carry
    dev: str = ""
    answer: Packet | None = None
    """The answer, where a rule has made it."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """A way ends here.

    Attributes:
        verdict: how.
        reason: why, in words.
        ns: where.
        dev: interface there.
        error: error number that the sending program sees at once.
        cause: what is wrong, or the facts of it; none when nothing is, or when the request was a request only.
        aside: a copy of a flooded frame that nobody here wanted: it says nothing of the others.
        frame: an answer to a question: who answered.
        packet: the packet as it is here.
        carry: what it left behind.
        socket: the socket that takes it.
        gap: what the evidence leaves open here, for an unknown.
        rows: the rows that show it.
        at: where a hook saw it, if a rule stops it.
        left: it is on its way to a host that was not captured, beyond the network of the captured ones.
    """

    verdict: Verdict
    reason: str
    ns: int
    dev: str = ""
    error: str = ""
    cause: Failure | None = None
    aside: bool = False
    frame: Frame | None = None
    packet: Packet | None = None
    carry: Carry = Carry()
    gap: Gap | None = None
    rows: tuple[Entry[Any], ...] = ()
    at: At | None = None
    left: bool = False


Event: TypeAlias = Send | Leave | Transmit | Receive | Arrive | Forward | Local | Complain


class Transition(NamedTuple):
    """One way on from a stage.

    Attributes:
        to: the event that follows, or the end.
        steps: what happened at the stage.
        share: probability of this way; none where it cannot be told.
        copy: the frame is sent here and elsewhere, too.
        gaps: what the evidence leaves open although the way goes on.
        mtu: the largest packet that this stage lets pass whole.
    """

    to: Event | Outcome
    steps: tuple[Step, ...] = ()
    share: Fraction = WHOLE
    copy: bool = False
    gaps: tuple[Gap, ...] = ()
    mtu: int | None = None


class Path(NamedTuple):
    """A way that was walked to its end.

    Attributes:
        end: how it ends.
        steps: all that happened.
        share: its probability.
        gaps: what the evidence left open on it.
        mtu: the largest packet that passes whole.
    """

    end: Outcome
    steps: tuple[Step, ...] = ()
    share: Fraction = WHOLE
    gaps: tuple[Gap, ...] = ()
    mtu: int | None = None


class Walk(Protocol):
    """What a stage may ask of the walk: the state, and how another packet would fare."""

    cluster: Cluster

    def follow(self, event: Event) -> tuple[Path, ...]:
        """Return all ways of a packet that chance may choose, from an event on."""
        ...

    def follow_all(self, event: Event) -> tuple[Path, ...]:
        """Return the ways of all copies of a flooded frame, from an event on."""
        ...


Stage: TypeAlias = Callable[[Walk, Any], tuple[Transition, ...]]


def unknown(ns: int, cluster: Cluster, missing: str, command: str, dev: str = "", assumption: str = "") -> Outcome:
    """Return the end of a way that the evidence does not show further."""
    gap = gap_of(ns, cluster, missing, command, assumption)
    return Outcome(Verdict.UNKNOWN, missing, ns, dev, gap=gap)


def gap_of(ns: int, cluster: Cluster, missing: str, command: str, assumption: str = "", *, diverts: bool = False) -> Gap:
    """Return what the evidence leaves open in a namespace; the command says how to get there."""
    netns = cluster.netns(ns)
    return Gap(Unknown(netns.node, missing, run_in(netns.label, command), ("trace",)), assumption, diverts)


def quiet(end: Outcome) -> Outcome:
    """Return an end as the sending program sees it: the inner sender learns nothing of errors on the outer packet."""
    if end.packet is None or end.packet.payload is None or end.verdict is Verdict.UNKNOWN:
        return end
    return replace(end, verdict=Verdict.DROPPED, error="")
