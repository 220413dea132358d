"""Clusters of the lab as the walk sees them, and what real packets between their ends do: the judge of the walk, once more.

A lab is captured by a thread that enters each of its namespaces, with the code that ``podpath collect`` uses inside a node.
"""

import os
import shlex
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Any, Final, NamedTuple, Self, TypeVar

from podpath.collect.node.inside import Inside, identifiers
from podpath.collect.node.namespaces import Found, find_namespaces, processes
from podpath.collect.node.rulesets import Printed, rulesets
from podpath.collect.node.tuns import tuns
from podpath.lab.client import Cluster
from podpath.lab.matrix import Cell
from podpath.lab.networks import podman_rootless
from podpath.netlink.namespace import Visitor
from podpath.report.steps import label, sentence
from podpath.snapshot.load import load_output
from podpath.snapshot.store import Store
from podpath.state.address import parse_ip
from podpath.state.evidence import Coverage
from podpath.state.host import Missing
from podpath.state.step import SenderTold, Told
from podpath.state.trace import Branch, Trace, Verdict
from podpath.walk.cluster import Cluster as Snapshot
from podpath.walk.endpoints import Endpoint, EndpointError
from podpath.walk.trace import Ask, Tracer
from tests.walk.judge import outcomes

T = TypeVar("T")
_HURRY: Final = {"retrans_time_ms": "30", "proxy_delay": "0"}
"""Questions are given up after three times this, not after three seconds."""
_SETTINGS: Final = {
    "ipv4/icmp_ratelimit": "0",
    "ipv4/icmp_msgs_per_sec": "100000",
    "ipv4/icmp_msgs_burst": "10000",
    "ipv6/icmp/ratelimit": "0",
}
"""No error is held back for being one of many."""
_ENGINES: Final = {
    "docker": "docker",
    "podman": "podman --storage-driver vfs",
    "podman-rootless": shlex.join(podman_rootless.PODMAN),
}
"""How an engine of a lab is asked, by its name in the plan."""
_NETNS: Final = os.O_RDONLY | os.O_CLOEXEC


def _process(cluster: Cluster, node: str) -> int:
    """Return the process of a node, by the number that it has out here."""
    descriptor = cluster.enter(node)
    try:
        lines = Path(f"/proc/self/fdinfo/{descriptor}").read_text(encoding="ascii").splitlines()
    finally:
        os.close(descriptor)
    return next(int(line.split()[1]) for line in lines if line.startswith("Pid:"))


class Inhabited:
    """A lab whose namespaces are open.

    Args:
        cluster: the lab.
    """

    def __init__(self, cluster: Cluster) -> None:
        self.cluster = cluster
        self._visitor = Visitor()
        self.spaces: dict[str, int] = {}
        for node in cluster.plan.nodes:
            process = Path("/proc", str(_process(cluster, node.name)))
            self.spaces[node.name] = os.open(process / "ns" / "net", _NETNS)
            for pod in node.pods:
                self.spaces[f"{node.name}/{pod.name}"] = os.open(process / "root" / "run" / "netns" / pod.name, _NETNS)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        for descriptor in self.spaces.values():
            os.close(descriptor)
        self._visitor.__exit__(None, None, None)

    def inside(self, name: str, work: Callable[[], T]) -> T:
        """Do work in a thread that is inside a namespace."""
        return self._visitor.inside(self.spaces[name], work)

    def hurry(self) -> None:
        """Let every namespace give up soon on neighbours that do not answer, and hold back no errors."""

        def write() -> None:
            lines = dict(_SETTINGS)
            for family in ("ipv4", "ipv6"):
                for dev in os.listdir(f"/proc/sys/net/{family}/neigh"):  # noqa: PTH208 - hundreds of them
                    lines |= {f"{family}/neigh/{dev}/{name}": value for name, value in _HURRY.items()}
            for name, value in lines.items():
                with suppress(OSError), open(f"/proc/sys/net/{name}", "w", encoding="ascii") as file:  # noqa: PTH123 - as above
                    file.write(value)

        for name in self.spaces:
            self.inside(name, write)

    def capture(self) -> Store:
        """Return all that the kernel says of all namespaces, and what an engine says of its containers."""
        store = Store()
        inodes = {name: os.fstat(descriptor).st_ino for name, descriptor in self.spaces.items()}
        found = _processes_in(set(inodes.values()))
        owners, places = found.owners(), {}
        for name in self.spaces:
            node, _, pod = name.partition("/")
            number = store.node(node)
            kind = "container" if self._engine(node) else "netns"
            ns = store.netns(number, kind, pod, inode=inodes[name]) if pod else store.netns(number, inode=inodes[name])
            places[inodes[name]] = ns
            near = [(inodes[other], self.spaces[other]) for other in self.spaces if other.partition("/")[0] == node]
            inside = Inside(owners, host=not pod, features=(), programs=False)

            def look(inside: Inside = inside, near: list[tuple[int, int]] = near) -> list[Any]:
                inside.look(lambda wanted, opened: list(identifiers(wanted, opened, near)))
                return list(rulesets())

            filters = self.inside(name, look)
            for rows in inside.rows:
                store.add(ns, 0, ((0, row) for row in rows))
            store.add(ns, 0, ((0, row) for row in inside.coverage))
            for item in filters:
                if isinstance(item, Printed):
                    load_output(store, ns, node, item.command, item.text)
                elif isinstance(item, Coverage):
                    store.add(ns, 0, [(0, item)])
            if not pod:
                self._hear(store, ns, node)
        for held in tuns(found.tuns):
            if not isinstance(held, Missing) and held[0] in places:
                store.add(places[held[0]], 0, [(0, held[1])])
        store.flush()
        return store

    def _engine(self, node: str) -> str:
        """Return the name of a node's engine, or an empty one."""
        return next(each.facts.get("engine", "") for each in self.cluster.plan.nodes if each.name == node)

    def _hear(self, store: Store, ns: int, node: str) -> None:
        """Ask the engine of a node, if it has one, for its containers and networks."""
        name = self._engine(node)
        if not name:
            return
        engine = _ENGINES[name]
        for listed, asked in (("ps -aq", "inspect"), ("network ls -q", "network inspect")):
            words = f"{asked} {' '.join(self.cluster.do(node, f'{engine} {listed}').split())}"
            load_output(store, ns, node, f"{name.partition('-')[0]} {words}", self.cluster.do(node, f"{engine} {words}"))


def _processes_in(inodes: set[int]) -> Found:
    """Return the processes of a lab, with their sockets and tun devices."""

    def is_inside(process: int) -> bool:
        with suppress(OSError):
            return Path(f"/proc/{process}/ns/net").stat().st_ino in inodes
        return False

    return find_namespaces(list(filter(is_inside, processes())))


class Compared(NamedTuple):
    """A real packet between two ends, and its trace.

    Attributes:
        cell: the packet, and what came of it.
        said: what the walk says may come of it.
        trace: the trace, or None if the walk refused to begin.
        onward: where an engine's proxy may have taken the packet: the trace of its own connection.
    """

    cell: Cell
    said: frozenset[str]
    trace: Trace | None
    onward: Trace | None = None

    @property
    def seen(self) -> str:
        """What came of it in the walk's words; a connection that is reset before the sender writes is told by EPIPE."""
        return {"": "delivered", "ETIMEDOUT": "timeout", "EPIPE": "ECONNRESET"}.get(self.cell.error, self.cell.error)

    @property
    def agrees(self) -> bool:
        """Whether what was seen is what was said; who was sent where before is in no snapshot (the lists of `recent`)."""
        return self.seen in self.said or (self.said == {"unknown"} and self.remembered)

    @property
    def remembered(self) -> bool:
        """Whether all that is unknown is whom a service with sessions has chosen before."""
        missing = [one.missing for one in self.trace.unknowns] if self.trace is not None else []
        return bool(missing) and all("of recent" in one for one in missing)

    def __str__(self) -> str:
        """Return what a failed test shows."""
        head = f"{self.cell.source} -> {self.cell.target} {self.cell.address} {self.cell.probe}"
        lines = [f"{head}: the kernel {self.seen}, the walk {sorted(self.said)}"]
        if self.trace is not None:
            legs = [leg for leg in (self.trace.forward, self.trace.reply) if leg is not None]
            lines += [
                f"    {s.node} {s.netns} {s.interface} {label(s.facts)}: {sentence(s.facts)}"
                for leg in legs
                for s in leg.worst.steps
            ]
            lines += [f"    unknown on {one.node}: {one.missing}" for one in self.trace.unknowns]
        return "\n".join(lines)


def compared(store: Store, cluster: Cluster, cells: Iterable[Cell]) -> Iterator[Compared]:
    """Trace each packet that was sent, through what was captured."""
    # The programs of a lab answer so (IP_PKTINFO), and connect their sockets before they send.
    tracer = Tracer(Snapshot(store, assumed=("asked-address", "connected-socket")))
    rows = store.raw("SELECT ns, d.name, s.kind, s.name FROM netns s JOIN node d USING (node)")
    numbers = {node if kind == "host" else f"{node}/{name}": ns for ns, node, kind, name in rows}
    targets = {end.name: end for end in cluster.plan.targets}
    relays = _relays(cluster) if any(name.startswith("published/") for name in targets) else {}
    for cell in cells:
        proto = cell.probe.partition(" ")[0]
        ask = Ask(
            source=Endpoint(cell.source, numbers[cell.source]),
            destination=Endpoint(cell.address, None, parse_ip(cell.address)),
            proto=proto,
            port=targets[cell.target].ports[proto] or None,
        )
        try:
            trace = tracer.trace(ask)
        except EndpointError as error:
            yield Compared(cell, frozenset((str(error),)), None)
        else:
            backends, hosts = targets[cell.target].backends, relays.get(ask.port or 0, set())
            onward = None
            for host, inside in hosts:
                asker, end = backends[0] if inside else host, Endpoint(backends[0], numbers[backends[0]])
                asked = Endpoint(asker, numbers[asker])
                onward = tracer.trace(Ask(source=asked, destination=end, proto=proto, port=targets[backends[0]].ports[proto]))
            right = {cell.target, *backends, *(host for host, _ in hosts)}
            yield Compared(cell, frozenset(_told(cell, right, trace)), trace, onward)


def _relays(cluster: Cluster) -> dict[int, set[tuple[str, bool]]]:
    """Return the nodes by the ports at which an engine's proxy listens, and whether it asks the container from inside it."""
    found: dict[int, set[tuple[str, bool]]] = {}
    for node in cluster.plan.cluster_nodes:
        for line in cluster.do(node.name, "ss -Htlnp").splitlines():
            for program, inside in (('"docker-proxy"', False), ('"rootlessport"', True)):
                if program in line:
                    found.setdefault(int(line.split()[3].rpartition(":")[2]), set()).add((node.name, inside))
    return found


def _told(cell: Cell, answering: set[str], trace: Trace) -> set[str]:
    """Return what the sender may see; who answers a TCP or UDP probe says its name, and a ping's answer does not."""
    said = outcomes(trace)
    ends = {_name(branch) for branch in trace.forward.branches if branch.verdict is Verdict.DELIVERED}
    if "delivered" in said and not cell.probe.startswith("icmp"):
        wrong, right = ends - answering, ends & answering
        return (said - ({"delivered"} if not right else set())) | ({"EWRONGEND"} if wrong else set())
    return said


def _name(branch: Branch) -> str:
    """Return the end that a way leads to, as the lab calls it."""
    last = branch.steps[-1]
    pod = last.netns.partition(":")[2]
    return f"{last.node}/{pod}" if pod else last.node


def disagreeing(found: Iterable[Compared]) -> list[Compared]:
    """Return where the walk and the kernel differ.

    Errors may be held back: a router that has no route tells a sender five times, then once a second (ip_error), and of many
    packets that wait for one neighbour the oldest are thrown away (__neigh_event_send). A lab's many probes meet both, so that
    silence then says what the error says.
    """
    found = list(found)
    heard = {(one.cell.source, one.seen) for one in found if one.agrees}
    return [one for one in found if not one.agrees and not _held_back(one, heard)]


def _held_back(one: Compared, heard: set[tuple[str, str]]) -> bool:
    errors = one.said & {"EHOSTUNREACH", "ENETUNREACH"}
    if one.seen != "timeout" or not errors or one.trace is None:
        return False
    by_router = any(isinstance(step.facts, SenderTold) and step.facts.told is Told.YES for step in one.trace.forward.worst.steps)
    return by_router or any((one.cell.source, error) in heard for error in errors)
