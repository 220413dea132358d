"""What judgement says: findings with their evidence, and the links of a chain between two nodes."""

from enum import StrEnum
from typing import Final, NamedTuple

from podpath.state.evidence import Degree, Unknown, Unread
from podpath.state.fix import Fix


class Severity(StrEnum):
    """How much a finding hurts."""

    ERROR = "error"
    """Traffic is broken."""
    WARNING = "warning"
    """Traffic may break, or is broken in a case that the state does not show."""
    INFO = "info"
    """Worth knowing."""

    @property
    def rank(self) -> int:
        """Order by weight, the heaviest first."""
        return list(Severity).index(self)


class Confidence(StrEnum):
    """How sure a finding is."""

    PROVEN = "proven"
    """The state shown is enough to say so."""
    LIKELY = "likely"
    """The state fits, but something that could tell otherwise was not captured."""


class Evidence(NamedTuple):
    """A line that a person can find again.

    Attributes:
        node: name of the node.
        netns: namespace, empty for the host's own.
        command: command that shows the line.
        line: the line itself, or what podpath knows in its place.
        file: file it was read from, when there was one.
        file_line: number of the line in the file, from 1.
        place: how sure it is that the line is that node's and that namespace's.
    """

    node: str
    netns: str
    command: str
    line: str
    file: str | None = None
    file_line: int | None = None
    place: Degree = Degree.SURE


class Words(NamedTuple):
    """What is reported of a cause in one place.

    Attributes:
        cause: its name.
        summary: what is wrong, with names and values.
        why: what follows from it.
        fix: what fixes it.
    """

    cause: str
    summary: str
    why: str = ""
    fix: tuple[Fix, ...] = ()


class BridgeNetwork(NamedTuple):
    """A bridge that carries a network of a container engine: ``br-0123456789ab`` is the network ``shop``.

    Attributes:
        bridge: its name.
        network: what the engine calls the network.
    """

    bridge: str
    network: str


class Finding(NamedTuple):
    """Something wrong.

    Attributes:
        check: name of the check that found it.
        severity: how much it hurts.
        confidence: how sure it is.
        node: node that must be fixed, or the first one.
        netns: namespace on it, empty for the host's own.
        summary: one sentence: what is wrong, with names and values.
        why: what follows from it for the traffic.
        evidence: the lines that prove it.
        fix: the steps that fix it, in order.
        related: other nodes that are touched.
        interface: interface of that namespace that it is about, or None if it is about none, or several.
        networks: bridges that it is about, with the engine's networks that they carry.
    """

    check: str
    severity: Severity
    confidence: Confidence
    node: str
    netns: str
    summary: str
    why: str
    evidence: tuple[Evidence, ...]
    fix: tuple[Fix, ...]
    related: tuple[str, ...] = ()
    interface: str | None = None
    networks: tuple[BridgeNetwork, ...] = ()

    @property
    def headline(self) -> str:
        """The summary, with the names of the networks."""
        named = "; ".join(f"{one.bridge}: network {one.network}" for one in self.networks)
        return f"{self.summary} ({named})" if named else self.summary

    @property
    def fix_lines(self) -> tuple[str, ...]:
        """The steps of the fix as they are printed."""
        return tuple(step.text for step in self.fix)


_INDEPENDENT: Final = 2


def weigh(finding: Finding) -> Finding:
    """Return a finding with the weight that the place of its evidence allows.

    A line whose place is only assumed proves nothing, and an error then needs two independent lines.
    """
    if all(item.place is not Degree.ASSUMED for item in finding.evidence):
        return finding
    lines = {(item.file, item.file_line, item.line) for item in finding.evidence}
    weak = finding.severity is Severity.ERROR and len(lines) < _INDEPENDENT
    return finding._replace(confidence=Confidence.LIKELY, severity=Severity.WARNING if weak else finding.severity)


class Status(StrEnum):
    """Yes, no, unknown: of a link of a chain, and of the chain."""

    PROVEN = "proven"
    BROKEN = "broken"
    UNKNOWN = "unknown"


class ChainLink(NamedTuple):
    """One link of the chain from a node to a peer's device.

    Attributes:
        link: route, neighbour, fdb, underlay or device.
        status: whether it holds.
        summary: what was found, in words.
        evidence: the lines that show it.
    """

    link: str
    status: Status
    summary: str
    evidence: tuple[Evidence, ...] = ()


class NotCompared(NamedTuple):
    """A part of a link that the evidence does not show.

    Attributes:
        what: VNI, port …
        node: where the command must run.
        command: the command that shows it.
    """

    what: str
    node: str
    command: str


class Pair(NamedTuple):
    """An ordered pair of nodes of an overlay, with its chain.

    Attributes:
        overlay: name of the overlay, that of its devices.
        source: name of the sending node.
        target: name of the receiving node, or its address when it was not captured.
        status: broken when a link is broken, else unknown when one is, else proven.
        chain: the links in order.
        not_compared: what the evidence leaves open.
    """

    overlay: str
    source: str
    target: str
    status: Status
    chain: tuple[ChainLink, ...]
    not_compared: tuple[NotCompared, ...] = ()


class OverlayResult(NamedTuple):
    """One overlay.

    Attributes:
        name: its name.
        nodes: names of its nodes.
        proven: number of pairs proven.
        broken: number of pairs broken.
        unknown: number of pairs that are neither.
        pairs: the pairs that were judged one by one: all of a small overlay, the doubtful ones of a large one.
    """

    name: str
    nodes: tuple[str, ...]
    proven: int
    broken: int
    unknown: int
    pairs: tuple[Pair, ...]


class Pairing(NamedTuple):
    """A container's interface and the host interface that is its other end, as far as that is known.

    Attributes:
        node: node they are on.
        container: name of the container or namespace.
        inside: interface inside, or None if the inside was not captured.
        addresses: its addresses.
        outside: interface on the host, or None if it is not known.
        attached: bridge that the host interface is a port of.
        status: proven, or unknown; what only dockerveth says is unknown.
        reason: what is known and what is not, in words.
        command: commands that would prove it.
    """

    node: str
    container: str
    inside: str | None
    addresses: tuple[str, ...]
    outside: str | None
    attached: str | None
    status: Status
    reason: str
    command: str


class BridgeView(NamedTuple):
    """A bridge with its ports, for people to recognise their host by.

    Attributes:
        node: node it is on.
        name: its name.
        addresses: its addresses.
        ports: its ports.
    """

    node: str
    name: str
    addresses: tuple[str, ...]
    ports: tuple[str, ...]


class Report(NamedTuple):
    """What the checks say of a snapshot.

    Attributes:
        nodes: names of its nodes.
        findings: what is wrong, the worst first.
        unknowns: what could not be judged, and how to learn it.
        overlays: the overlays and their pairs.
        checks: number of checks that ran.
        bridges: bridges and their ports.
        pairings: containers and their host interfaces.
        unread: places of the input that could not be read.
    """

    nodes: tuple[str, ...]
    findings: tuple[Finding, ...]
    unknowns: tuple[Unknown, ...]
    overlays: tuple[OverlayResult, ...]
    checks: int
    bridges: tuple[BridgeView, ...] = ()
    pairings: tuple[Pairing, ...] = ()
    unread: tuple[Unread, ...] = ()
