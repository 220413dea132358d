"""Sends the packets of a trace, and watches the kernel meanwhile."""

import os
import time
from collections.abc import Callable, Iterable, Mapping
from contextlib import ExitStack
from types import MappingProxyType
from typing import Final, NamedTuple, Protocol

from podpath.netlink.namespace import Visitor
from podpath.probe import counters
from podpath.probe.flow import MARK_BYTES, VXLAN_PORTS, Flow
from podpath.probe.identity import Direction, identify
from podpath.probe.observation import Observation, Point
from podpath.probe.obstacle import ObstacleError
from podpath.probe.packet_sockets import PacketSockets
from podpath.probe.sender import Result, Sender, Target
from podpath.probe.symbols import Symbols
from podpath.probe.watcher import Watcher
from podpath.state.live import Lower, Rung

_SLICE: Final = 0.05
"""Seconds between two looks at what came."""
_GRACE: Final = 0.2
"""Seconds to wait for an error once the kernel has dropped every packet that has no answer."""
_HIGHEST: Final = 0xFFFF0000
"""Initial sequence numbers stay below it, and so never become 0, which the kernel would not keep."""


class Place(NamedTuple):
    """A namespace and a device as text.

    Attributes:
        node: the node.
        netns: as ``kind:name``; empty for the host's own; ``?`` where it is not known.
        interface: the device; empty where there is none.
    """

    node: str
    netns: str
    interface: str


class Passage(NamedTuple):
    """A packet of the probe at one place.

    Attributes:
        place: where, in words.
        inode: the namespace; 0 where it is not known.
        point: out of a device, into a device, or dropped.
        number: number of the packet, or None if it cannot be told.
        direction: which way it goes.
        time: nanoseconds of the node's monotonic clock.
        reason: why it was dropped; empty where it was not.
        function: function that dropped it.
    """

    place: Place
    inode: int
    point: Point
    number: int | None
    direction: Direction
    time: int
    reason: str = ""
    function: str = ""


class Plan(NamedTuple):
    """How packets are sent.

    Attributes:
        packets: number of packets.
        interval: seconds between two of them.
        wait: seconds to wait for answers after the last.
    """

    packets: int = 3
    interval: float = 0.02
    wait: float = 1.0


class Ports(NamedTuple):
    """Destination ports that were predicted for the hops of a path.

    Attributes:
        there: of the packets.
        back: of the answers.
        vxlan: UDP ports of the tunnels that carry them.
    """

    there: tuple[int, ...] = ()
    back: tuple[int, ...] = ()
    vxlan: tuple[int, ...] = ()


NO_PORTS: Final = Ports()
Space = Callable[[Callable[[], None]], None]
"""Does work inside a namespace."""
NO_SPACES: Final[Mapping[int, Space]] = MappingProxyType({})


class Observed(NamedTuple):
    """The result.

    Attributes:
        rung: how the packets were watched.
        lower: better ways that were not possible.
        passages: where packets were seen, in order of time.
        results: what the sender got, by the number of the packet.
        lost: observations that could not be recorded.
        spaces: namespaces in which packets could be seen, or None for all of the node.
        unmoved: devices, each with its namespace and direction, whose counter of packets did not rise.
        blind: nodes on which nothing could be seen.
    """

    rung: Rung
    lower: tuple[Lower, ...]
    passages: tuple[Passage, ...]
    results: dict[int, Result]
    lost: int = 0
    spaces: frozenset[int] | None = None
    unmoved: frozenset[tuple[int, str, Point]] = frozenset()
    blind: frozenset[str] = frozenset()


class Names(Protocol):
    """Names for namespaces and devices."""

    def where(self, inode: int, number: int) -> Place:
        """Return the name of a namespace and of a device in it."""


def observe(
    proto: str,
    target: Target,
    inside: Space,
    names: Names,
    plan: Plan,
    ports: Ports = NO_PORTS,
    spaces: Mapping[int, Space] = NO_SPACES,
) -> Observed:
    """Send packets from a namespace, and return where they were seen, and their results.

    Args:
        proto: icmp, tcp or udp.
        target: where they go.
        inside: does work inside the namespace that sends them.
        names: names of places.
        plan: how many, and how long to wait.
        ports: ports that the packets and their answers may have on their paths (UDP).
        spaces: what does work inside each namespace that the path leads through, by its inode: where the kernel's tracepoints
            may not be used, packet sockets there are.
    """
    flow = new_flow(proto, ports)
    with ExitStack() as stack:
        sender = Sender(flow, target)
        stack.callback(sender.close)
        inside(lambda: _each(plan.packets, sender.prepare))
        flow = _answered_to(flow, target.port, sender.ports.values(), ports)
        sender.flow = flow
        rung, watcher, lower = _watched(stack, flow, spaces)
        seen: list[Observation] = []
        before = counters.read(spaces) if watcher is None else {}
        _send(sender, inside, plan, watcher, seen)
        if watcher is not None:
            passages = _passages(seen, flow, names, watcher)
            near = frozenset(spaces) if rung is Rung.SOCKETS else None
            return Observed(rung, lower, passages, sender.results, watcher.count_lost(), near)
        unmoved = counters.unmoved(before, counters.read(spaces))
        rung = Rung.COUNTERS if before else Rung.NOTHING
        return Observed(rung, lower, (), sender.results, spaces=frozenset(), unmoved=unmoved)


def _watched(
    stack: ExitStack, flow: Flow, spaces: Mapping[int, Space]
) -> tuple[Rung, Watcher | PacketSockets | None, tuple[Lower, ...]]:
    """Return the best way of watching that this node allows, and why no better one."""
    try:
        return Rung.TRACEPOINTS, stack.enter_context(Watcher(flow=flow)), ()
    except ObstacleError as error:
        lower = (Lower(Rung.TRACEPOINTS, str(error), error.remedy),)
    try:
        if not spaces:
            raise PermissionError("no namespace of the path may be entered")
        return Rung.SOCKETS, stack.enter_context(PacketSockets(flow, spaces)), lower
    except OSError as error:
        reason = f"packet sockets need CAP_NET_RAW, and CAP_SYS_ADMIN to enter namespaces ({error.strerror or error})"
        return Rung.NOTHING, None, (*lower, Lower(Rung.SOCKETS, reason))


def _each(count: int, work: Callable[[int], None]) -> None:
    for number in range(count):
        work(number)


def new_flow(proto: str, ports: Ports) -> Flow:
    """Return a flow that no other packet is likely to belong to, in the tunnels that were predicted and in usual ones."""
    vxlan = tuple(dict.fromkeys((*VXLAN_PORTS, *ports.vxlan)))
    if proto == "tcp":
        return Flow(proto=proto, sequence=int.from_bytes(os.urandom(4), "big") % _HIGHEST + 1, vxlan_ports=vxlan)
    return Flow(proto=proto, mark=os.urandom(MARK_BYTES), vxlan_ports=vxlan)


def _answered_to(flow: Flow, port: int, own: Iterable[int], ports: Ports) -> Flow:
    if flow.proto != "udp":
        return flow
    back, served = dict.fromkeys((*own, *ports.back)), dict.fromkeys((port, *ports.there))
    return flow._replace(ports=tuple(back), served=tuple(served))


def _send(
    sender: Sender,
    inside: Space,
    plan: Plan,
    watcher: Watcher | PacketSockets | None,
    seen: list[Observation],
) -> None:
    """Send all packets, and gather until each has its result, or the time is over."""
    for number in range(plan.packets):
        inside(lambda number=number: sender.send(number))  # type: ignore[misc]
        sender.gather(plan.interval if number < plan.packets - 1 else 0)
    deadline = time.monotonic() + plan.wait
    while len(sender.results) < plan.packets and (left := deadline - time.monotonic()) > 0:
        sender.gather(min(_SLICE, left))
        if watcher is not None:
            seen += watcher.observations(0)
            if _all_dropped(seen, sender):
                deadline = min(deadline, time.monotonic() + _GRACE)
                watcher = None
    sender.give_up()


def _all_dropped(seen: list[Observation], sender: Sender) -> bool:
    """Say whether the kernel has dropped every packet that has no result yet."""
    whose = (identify(one, sender.flow) for one in seen if one.point is Point.DROP)
    dropped = {who.number for who in whose if who is not None and who.number is not None and who.direction is not Direction.ERROR}
    return sender.waiting() <= dropped


def _passages(seen: list[Observation], flow: Flow, names: Names, watcher: Watcher | PacketSockets) -> tuple[Passage, ...]:
    symbols = Symbols()
    found = []
    for one in (*seen, *watcher.observations(0)):
        who = identify(one, flow)
        if who is None:
            continue
        dropped = one.point is Point.DROP
        found.append(
            Passage(
                names.where(one.netns, one.ifindex),
                one.netns,
                one.point,
                who.number,
                who.direction,
                one.time,
                watcher.reason(one.reason) if dropped and isinstance(watcher, Watcher) else "",
                symbols.function(one.location) if dropped else "",
            )
        )
    return tuple(sorted(found, key=lambda passage: passage.time))


class Inside:
    """Does work inside one namespace.

    Args:
        visitor: enters it.
        descriptor: the namespace; none is our own, which needs no permission.
    """

    def __init__(self, visitor: Visitor, descriptor: int | None) -> None:
        self._visitor, self._descriptor = visitor, descriptor

    def __call__(self, work: Callable[[], None]) -> None:
        """Do work there, and wait for its end.

        Raises:
            OSError: the namespace cannot be entered.
        """
        self._visitor.inside(self._descriptor, work)
