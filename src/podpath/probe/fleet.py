"""Packets that are sent from one node and watched on several, each with an agent of its own."""

import base64
import struct
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack
from typing import Final, NamedTuple, TypeVar

from podpath.probe.flow import Flow
from podpath.probe.identity import identify
from podpath.probe.node import Facts, Node, NodeError, PathNamespace, Spoken
from podpath.probe.observation import Observation, Point, decode
from podpath.probe.obstacle import Obstacle, ObstacleError
from podpath.probe.programs import LICENCE, MEMBERS, TRACEPOINTS, Places, program
from podpath.probe.run import Observed, Passage, Place, Plan, Ports, new_flow
from podpath.probe.sender import Result, Target
from podpath.probe.watcher import ENUMS, reason_of
from podpath.state.live import Lower, Rung

_RING: Final = 1 << 20
_AS_ROOT: Final = "ask it as root, or with --sudo"
T = TypeVar("T")
_Lost = dict[tuple[str, str], Lower]
"""What could not be watched, by node and reason."""


class Part(NamedTuple):
    """A node that takes part.

    Attributes:
        name: its name.
        opened: reaches Python there (:data:`podpath.probe.agent_text.COMMAND`) while a block lasts; an OSError says why not.
        spaces: its namespaces that the path leads through.
    """

    name: str
    opened: Callable[[], AbstractContextManager[Spoken]]
    spaces: tuple[PathNamespace, ...]


class FleetSight(NamedTuple):
    """What was seen on several nodes.

    Attributes:
        observed: what was seen, and what the sender got.
        inodes: numbers of namespaces, by node and label.
    """

    observed: Observed
    inodes: dict[tuple[str, str], int]


class _Met(NamedTuple):
    """A node that answers: its namespaces, and what its kernel is like, or None if it cannot be watched."""

    node: Node
    spaces: dict[str, int]
    facts: Facts | None


class _Watching(NamedTuple):
    """A node whose kernel watches: with the nanoseconds by which its clock is ahead of ours."""

    node: Node
    facts: Facts
    ahead: int


def observe_nodes(
    parts: Sequence[Part], sender: tuple[str, str], proto: str, target: Target, plan: Plan, ports: Ports
) -> FleetSight:
    """Send packets from a namespace of one node, and return where they were seen on all of them.

    A node that does not take part is left out, with the reason; without the sender's nothing can be sent.

    Args:
        parts: the nodes.
        sender: node and label of the namespace that sends.
        proto: icmp, tcp or udp.
        target: where the packets go.
        plan: how many, and how long to wait.
        ports: ports that the packets and their answers may have on their paths (UDP).

    Raises:
        NodeError: the sender's node does not take part.
    """
    with ExitStack() as stack:
        lost: _Lost = {}
        nodes = dict(_met(parts, stack, lost))
        inodes = {(name, label): inode for name, met in nodes.items() for label, inode in met.spaces.items()}
        if sender[0] not in nodes:
            why = next((lower.reason for (name, _), lower in lost.items() if name == sender[0]), None)
            raise NodeError(why or f"{sender[0]} was not asked")
        if sender not in inodes:
            raise NodeError(f"{sender[0]} has no namespace {sender[1] or 'of its own'} any more")
        source, flow = nodes[sender[0]].node, new_flow(proto, ports)
        fields = _flow_fields(flow), target._asdict(), plan.packets
        own = _needed(sender[0], lambda: source.prepare(inodes[sender], *fields))
        flow = flow._replace(ports=(*own, *ports.back), served=(target.port, *ports.there)) if proto == "udp" else flow
        watching = dict(_watched(nodes, flow, lost))
        got = _needed(sender[0], lambda: source.send(flow.ports, flow.served, plan.interval, plan.wait, plan.packets))
        whole = set(watching)
        passages = tuple(sorted(_passages(watching, flow, inodes, lost, whole), key=lambda passage: passage.time))
    results = {number: Result(*one) for number, one in got.items()}
    blind = frozenset(part.name for part in parts) - whole
    rung = Rung.TRACEPOINTS if watching else Rung.NOTHING
    return FleetSight(Observed(rung, tuple(lost.values()), passages, results, blind=blind), inodes)


def _met(parts: Sequence[Part], stack: ExitStack, lost: _Lost) -> Iterator[tuple[str, _Met]]:
    """Start all agents at once, and yield those that answer."""
    started: list[tuple[Part, Node]] = []
    for part in parts:
        line = _tried(part.name, lost, lambda part=part: stack.enter_context(part.opened()))  # type: ignore[misc]
        if line is not None:
            node = Node(line)
            hello = (part.spaces, MEMBERS, list(TRACEPOINTS.values()), ENUMS)
            if _tried(part.name, lost, lambda node=node, hello=hello: (node.hello(*hello), True)[1]):  # type: ignore[misc]
                started.append((part, node))
    for part, node in started:
        spaces = _tried(part.name, lost, node.spaces)
        if spaces is None:
            continue
        wanted = [space.label for space in part.spaces]
        for label in wanted:
            if label not in spaces:
                _note(part.name, lost, f"{label or 'its own namespace'} was not found there")
        known = {label: spaces[label] for label in wanted if label in spaces}
        yield part.name, _Met(node, known, _tried(part.name, lost, node.facts))


def _needed(name: str, work: Callable[[], T]) -> T:
    """Return what work returns; where the sender's node fails, nothing is sent, and its name says whose fault that is."""
    try:
        return work()
    except NodeError as error:
        raise NodeError(f"{name}: {error}") from None


def _tried(name: str, lost: _Lost, work: Callable[[], T]) -> T | None:
    """Return what work returns, or None if the node does not take part; the reason is noted."""
    try:
        return work()
    except ObstacleError as error:
        _note(name, lost, str(error), _AS_ROOT if error.obstacle is Obstacle.PERMISSION else error.remedy)
    except (NodeError, OSError, ValueError, struct.error) as error:
        _note(name, lost, str(error))
    return None


def _note(name: str, lost: _Lost, reason: str, remedy: str = "") -> None:
    lost[name, reason] = Lower(Rung.TRACEPOINTS, f"{name}: {reason}", remedy)


def _flow_fields(flow: Flow) -> dict[str, object]:
    return {**flow._asdict(), "mark": base64.b64encode(flow.mark).decode()}


def _watched(nodes: Mapping[str, _Met], flow: Flow, lost: _Lost) -> Iterator[tuple[str, _Watching]]:
    """Yield the nodes whose kernel watches the flow from now on."""
    for name, met in nodes.items():
        facts = met.facts
        if facts is not None:
            watching = _tried(name, lost, lambda met=met, facts=facts: _begun(met.node, facts, flow))  # type: ignore[misc]
            if watching is not None:
                yield name, watching


def _begun(node: Node, facts: Facts, flow: Flow) -> _Watching:
    if len(facts.members) != len(MEMBERS) or len(facts.tracepoints) != len(TRACEPOINTS):
        raise NodeError("it does not say what its kernel is like")
    places = Places._make(facts.members)
    # The agent puts its own descriptors in the place of these.
    programs = [
        (number, program(point, places, arguments, flow, ring=0, lost=0))
        for point, (number, arguments) in zip(TRACEPOINTS, facts.tracepoints, strict=True)
    ]
    node.watch(programs, LICENCE.decode(), _RING)
    return _Watching(node, facts, node.clock()[0])


def _passages(
    watching: Mapping[str, _Watching], flow: Flow, inodes: Mapping[tuple[str, str], int], lost: _Lost, whole: set[str]
) -> Iterator[Passage]:
    """Yield what all nodes have seen, by our clock; what a node does not know as its own is left to the one that does.

    Nodes that do not show everything are taken out of `whole`: what is not seen there may have passed all the same.
    """
    for name, one in watching.items():
        answer = _tried(name, lost, one.node.stop)
        if answer is None:
            whole.discard(name)
            continue
        records, devices, missing = answer
        if missing:
            whole.discard(name)
            _note(name, lost, f"{missing} observations could not be recorded")
        labels = {inode: label for (node, label), inode in inodes.items() if node == name}
        reasons = one.facts.enums.get(ENUMS[0], {})
        for record in records:
            seen = _tried(name, lost, lambda record=record: decode(record))  # type: ignore[misc]
            if seen is None:
                whole.discard(name)
                continue
            who = identify(seen, flow)
            if who is None or seen.netns not in labels:
                continue
            place = Place(
                name, labels[seen.netns], devices.get((seen.netns, seen.ifindex), f"if{seen.ifindex}" if seen.ifindex else "")
            )
            yield Passage(place, seen.netns, seen.point, who.number, who.direction, seen.time - one.ahead, _reason(seen, reasons))


def _reason(seen: Observation, reasons: Mapping[int, str]) -> str:
    return reason_of(seen.reason, reasons) if seen.point is Point.DROP else ""
