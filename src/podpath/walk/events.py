"""Events and outcomes: what happens to a packet next, and how a path ends.

A stage takes an event and returns transitions: the events that follow, each with its steps.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from types import MappingProxyType
from typing import Any, Final, NamedTuple, Protocol, TypeAlias

from podpath.state.address import Ip, Mac
from podpath.state.evidence import Unknown
from podpath.state.failures.bridge import BridgeFailure
from podpath.state.failures.device import DeviceFailure
from podpath.state.failures.forwarding import ForwardingFailure
from podpath.state.failures.host import HostFailure
from podpath.state.failures.routing import RoutingFailure
from podpath.state.failures.segment import SegmentFailure
from podpath.state.failures.tunnel import TunnelFailure
from podpath.state.failures.vxlan import VxlanFailure
from podpath.state.finding import Words
from podpath.state.link import Link
from podpath.state.step import Facts
from podpath.state.trace import Verdict
from podpath.walk.cluster import Cluster, NoPort
from podpath.walk.namespace import Entry
from podpath.walk.netfilter import Hook, HookOutcome, RuleHit
from podpath.walk.packet import Frame, Packet
from podpath.wiring.places import run_in

WHOLE: Final = Fraction(1)
_EMPTY: Final[Mapping[Any, Any]] = MappingProxyType({})


def times(one: Fraction, other: Fraction) -> Fraction:
    """Multiply probabilities. Nearly all are 1, and Python's fractions are slow: they took a tenth of the time of a walk."""
    return other if one is WHOLE else one if other is WHOLE else one * other


class Step(NamedTuple):
    """Something that happened to the packet, as the walk records it.

    Attributes:
        ns: namespace it happened in.
        dev: interface; empty where none is concerned.
        facts: what happened, typed by the part of the kernel that did it.
        packet: the packet after it, or None if it is the same as before.
        rows: the entries that decided it.
        about: the outcome whose reason the facts lack, or None if they have it.
    """

    ns: int
    dev: str
    facts: Facts
    packet: Packet | Frame | None = None
    rows: tuple[Entry[Any] | RuleHit, ...] = ()
    about: "Outcome | None" = None


class Crossing(NamedTuple):
    """A packet at a device, where the kernel can be seen to have it.

    Attributes:
        ns: namespace of the device.
        dev: the device.
        out: the device begins to send it; otherwise the device passes it to the kernel.
        at: number of steps of the path before it.
        packet: the packet, with what carries it.
    """

    ns: int
    dev: str
    out: bool
    at: int
    packet: Packet


def crossings(paths: "Iterable[Path | Transition]") -> tuple[Crossing, ...]:
    """Return the crossings of consecutive paths, each with its position among the steps of all."""
    found: list[Crossing] = []
    before = 0
    for path in paths:
        found += [one._replace(at=one.at + before) for one in path.crossings] if before else path.crossings
        before += len(path.steps)
    return tuple(found)


class Gap(NamedTuple):
    """Something that the evidence leaves open.

    Attributes:
        unknown: what it is, and the command that would show it.
        assumption: what a person may assume instead; empty where nothing can be.
        diverts: it could send the packet elsewhere, so that nothing that comes later is sure.
    """

    unknown: Unknown
    assumption: str = ""
    diverts: bool = False
    either: bool = False
    """Every possible value was walked: if all outcomes are the same, it does not matter."""


class Diagnosis(NamedTuple):
    """Why a path ended; it becomes a finding.

    Attributes:
        words: the cause, and what is reported of it.
        ns: namespace that must be fixed.
        rows: the rows that prove it.
        likely: something that could disprove it was not captured.
        devices: names of devices that it is about, beside those of the rows.
    """

    words: Words
    ns: int
    rows: tuple[Entry[Any] | RuleHit, ...] = ()
    likely: bool = False
    devices: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """Name of the cause."""
        return self.words.cause

    @property
    def summary(self) -> str:
        """What is wrong, with names and values."""
        return self.words.summary

    def because(self, why: str) -> "Diagnosis":
        """Return the same with another consequence."""
        return self._replace(words=self.words._replace(why=why))


Fact: TypeAlias = (
    RoutingFailure
    | ForwardingFailure
    | HostFailure
    | DeviceFailure
    | SegmentFailure
    | BridgeFailure
    | VxlanFailure
    | TunnelFailure
)


class Gateway(NamedTuple):
    """A gateway that no host has, for which the host's end of a cable should answer.

    Attributes:
        dev: that end.
        address: the gateway.
    """

    dev: str
    address: Ip


class Stopped(NamedTuple):
    """What ended a path, as the stage saw it; :mod:`podpath.walk.diagnosis` knows the cause.

    Attributes:
        fact: what happened.
        ns: namespace where it happened.
        rows: the rows that show it.
        likely: something that could disprove it was not captured.
        gateway: the gateway for which a host does not answer because of the fact, or None.
    """

    fact: Fact
    ns: int
    rows: tuple[Entry[Any] | RuleHit, ...] = ()
    likely: bool = False
    gateway: Gateway | None = None


class At(NamedTuple):
    """Where a packet is seen.

    Attributes:
        ns: the namespace.
        hook: the hook.
        into: device that it arrived on; empty for the namespace's own.
        out: device it leaves by.
        physin: bridge port that it arrived on, while br_netfilter shows it.
        physout: bridge port it leaves by.
    """

    ns: int
    hook: Hook
    into: str = ""
    out: str = ""
    physin: str | None = None
    physout: str | None = None

    @property
    def devices(self) -> tuple[str, ...]:
        """The devices that it arrived on and leaves by."""
        return tuple(dev for dev in (self.into, self.out, self.physin, self.physout) if dev)

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
        outcome: what the hook did with it.
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
        rows: entries that show earlier failures.
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


Failure: TypeAlias = Diagnosis | Stopped | RuleDrop | Unanswered | OtherHost
"""What ended a path: the facts from which :mod:`podpath.walk.diagnosis` derives the cause, and then the cause."""


class Relayed(NamedTuple):
    """A packet that a process took from its tun device, and the one that it has sent for it.

    Attributes:
        ns: namespace of the device.
        dev: the device.
        packet: the packet, as it left by the device.
        by: namespace of the process.
        sent: what the process sent.
        program: the process.
    """

    ns: int
    dev: str
    packet: Packet
    by: int
    sent: Packet
    program: str


@dataclass(frozen=True, slots=True)
class Carry:
    """What a packet changes on its path, for the packets that follow.

    Attributes:
        learned: ports behind which bridges have learned a MAC, by (namespace, bridge, VLAN, MAC).
        neighbours: link-layer addresses that hosts have learned from requests, by (namespace, device, address).
        track: what the namespace's connection tracking says of this packet.
        prerouted: PREROUTING has seen it on a bridge.
        tracked: connections of each namespace, by namespace.
        smac: link-layer source of the frame that the packet came in, while it is in that namespace.
        physin: bridge port that it arrived on, where br_netfilter has noted it.
        relayed: what processes behind tun devices have sent in its place, the latest last.
    """

    learned: Mapping[tuple[int, str, int, Mac], str] = field(default_factory=lambda: _EMPTY)
    neighbours: Mapping[tuple[int, str, Ip], Mac] = field(default_factory=lambda: _EMPTY)
    track: Any = None
    prerouted: bool = False
    tracked: Mapping[int, Any] = field(default_factory=lambda: _EMPTY)
    smac: Mac | None = None
    physin: str | None = None
    relayed: tuple[Relayed, ...] = ()

    def fresh(self) -> "Carry":
        """Return it for another packet, or for the same one elsewhere: its connection entry ends at cables and tunnels."""
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
    """Its source follows from its route, so rules see none (icmp_route_lookup)."""
    routed_anew: bool = False
    """OUTPUT has seen it, and has changed its destination."""
    track: Any = None
    """Its conntrack state, if it already has one (nf_ct_attach)."""


@dataclass(frozen=True, slots=True)
class Leave:
    """A routed packet leaves through a device to a next hop."""

    ns: int
    packet: Packet
    dev: str
    via: Ip
    carry: Carry
    came_by: str | None = None
    """Device that it arrived on, or None for the namespace's own."""
    mtu: int | None = None
    """MTU of the route."""


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
    """Whether the frame is for this host, as the device that received it first decided, or None if this is the first."""


@dataclass(frozen=True, slots=True)
class Arrive:
    """A namespace receives a packet from a device (ip_rcv)."""

    ns: int
    dev: str
    packet: Packet
    carry: Carry
    routed: bool = False
    """It went over the loopback device, and already has its route."""


@dataclass(frozen=True, slots=True)
class Forward:
    """A namespace forwards a packet."""

    ns: int
    dev: str
    packet: Packet
    out: str
    via: Ip
    carry: Carry
    mtu: int | None = None


@dataclass(frozen=True, slots=True)
class Local:
    """A namespace receives a packet that is for itself."""

    ns: int
    dev: str
    packet: Packet
    carry: Carry


@dataclass(frozen=True, slots=True)
class Complain:
    """A namespace reports to the sender that a packet cannot be forwarded (ICMP)."""

    ns: int
    packet: Packet
    kind: str
    """net-unreachable, host-unreachable, filtered, port-unreachable, ttl, too-big …"""
    end: "Outcome"
    carry: Carry
    dev: str = ""
    answer: Packet | None = None
    """The reply, if a rule has created it."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """A path ends here.

    Attributes:
        verdict: how.
        reason: why, in words; empty where the cause says it.
        ns: where.
        dev: interface there.
        error: error number that the sending program sees at once.
        cause: the facts of what is wrong, later its cause, or None if nothing is wrong.
        aside: a copy of a flooded frame that nobody here wanted: it says nothing of the others.
        frame: a reply to a request, with its sender.
        packet: the packet as it is here.
        carry: what it left behind.
        socket: the socket that takes it.
        gap: what the evidence leaves open here, for an unknown.
        rows: the rows that show it.
        at: where a hook saw it, if a rule stops it.
        left: it is on its way to a host that was not captured, beyond the network of the captured ones.
        mute: the host has no address from which it could send the error.
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
    mute: bool = False


Event: TypeAlias = Send | Leave | Transmit | Receive | Arrive | Forward | Local | Complain


class Transition(NamedTuple):
    """One transition from a stage.

    Attributes:
        to: the event that follows, or the end.
        steps: what happened at the stage.
        share: probability of this path; 0 if it cannot be known.
        copy: the frame is sent here and elsewhere, too.
        gaps: what the evidence leaves open although the path goes on.
        mtu: the largest packet that this stage lets pass whole.
        crossings: devices that the packet has crossed.
    """

    to: Event | Outcome
    steps: tuple[Step, ...] = ()
    share: Fraction = WHOLE
    copy: bool = False
    gaps: tuple[Gap, ...] = ()
    mtu: int | None = None
    crossings: tuple[Crossing, ...] = ()


class Path(NamedTuple):
    """A complete path.

    Attributes:
        end: how it ends.
        steps: all that happened.
        share: its probability.
        gaps: what the evidence left open on it.
        mtu: the largest packet that passes whole.
        crossings: devices that the packet crosses.
    """

    end: Outcome
    steps: tuple[Step, ...] = ()
    share: Fraction = WHOLE
    gaps: tuple[Gap, ...] = ()
    mtu: int | None = None
    crossings: tuple[Crossing, ...] = ()


class Walk(Protocol):
    """What a stage may ask of the walk: the state, and what would happen to another packet."""

    cluster: Cluster

    def follow(self, event: Event) -> tuple[Path, ...]:
        """Return all paths that a packet may take, from an event on."""
        ...

    def follow_all(self, event: Event) -> tuple[Path, ...]:
        """Return the paths of all copies of a flooded frame, from an event on."""
        ...


Stage: TypeAlias = Callable[[Walk, Any], tuple[Transition, ...]]


def unknown(ns: int, cluster: Cluster, missing: str, command: str, dev: str = "", assumption: str = "") -> Outcome:
    """Return the end of a path that the evidence does not show further."""
    gap = gap_of(ns, cluster, missing, command, assumption)
    return Outcome(Verdict.UNKNOWN, missing, ns, dev, gap=gap)


def unknown_port(ns: int, cluster: Cluster, port: NoPort, dev: str) -> Outcome:
    """Return the end of a path at a device whose other end is not known; its command says where it is typed."""
    gap = Gap(Unknown(cluster.netns(ns).node, port.reason, port.command, ("trace",)))
    return Outcome(Verdict.UNKNOWN, port.reason, ns, dev, gap=gap)


def gap_of(ns: int, cluster: Cluster, missing: str, command: str, assumption: str = "", *, diverts: bool = False) -> Gap:
    """Return what the evidence leaves open in a namespace; the command says how to get there."""
    netns = cluster.netns(ns)
    return Gap(Unknown(netns.node, missing, run_in(netns.label, command), ("trace",)), assumption, diverts)


def quiet(end: Outcome) -> Outcome:
    """Return an end as the sending program sees it: it learns nothing of errors on an outer packet, or on what a process sent."""
    inner = (end.packet is not None and end.packet.payload is not None) or bool(end.carry.relayed)
    if not inner or end.verdict is Verdict.UNKNOWN:
        return end
    return replace(end, verdict=Verdict.DROPPED, error="")
