"""Labs, traced and probed: what is predicted of a packet, and what the kernel shows of it."""

import os
from collections.abc import Callable
from functools import cache, partial
from pathlib import Path
from typing import Final, NamedTuple, Protocol, TypeVar
from unittest import mock

import yaml

from podpath.cli.drop_meanings import meanings
from podpath.netlink import link
from podpath.netlink.route_socket import NETLINK_ROUTE, Devices, dump
from podpath.netlink.sock import Netlink
from podpath.probe.assess import assess, chosen, ports
from podpath.probe.btf import Btf, load
from podpath.probe.run import Observed, Place, Plan, observe
from podpath.probe.sender import Target
from podpath.snapshot.store import Store
from podpath.state.address import parse_ip
from podpath.state.link import Link
from podpath.state.live import Agreement
from podpath.state.trace import Trace
from podpath.walk.cluster import Cluster as Snapshot
from podpath.walk.endpoints import Endpoint, EndpointError
from podpath.walk.trace import Ask, Tracer

T = TypeVar("T")
QUICK: Final = Plan(packets=1, interval=0, wait=0.25)


class Probed(NamedTuple):
    """A packet that was predicted and sent.

    Attributes:
        trace: what was predicted, and what was seen, together.
        observed: what was seen.
    """

    trace: Trace
    observed: Observed

    def __str__(self) -> str:
        """Return what a failed test shows."""
        live = self.trace.live
        assert live is not None
        predicted = f"predicted {self.trace.verdict} {self.trace.error}"
        lines = [f"{self.trace.flow.text}: {live.agreement}, {predicted}, {live.fate} {live.error}, hop {live.hop} {live.drop}"]
        for leg, seen in ((self.trace.forward, live.forward), (self.trace.reply, live.reply)):
            if leg is not None:
                worst, end = leg.worst, leg.worst.steps[-1]
                for hop, one in zip(worst.hops, seen, strict=False):
                    point = "out" if hop.out else "in"
                    lines.append(f"    {hop.node} {hop.netns} {hop.interface} {point} {one.sight} {one.microseconds}")
                cause = worst.cause.check if worst.cause else ""
                lines.append(f"    => {worst.verdict} {cause} {end.node} {end.netns} {end.facts}")
        for passage in self.observed.passages:
            who = f"{passage.direction} {passage.number} {passage.reason} {passage.function}"
            lines.append(f"    seen {passage.point.name} {' '.join(passage.place)} {who}")
        return "\n".join(lines)


class Spaces(Protocol):
    """Namespaces of a test that can be entered by name and captured."""

    spaces: dict[str, int]

    def inside(self, name: str, work: Callable[[], T]) -> T:
        """Do work in a namespace."""

    def capture(self) -> Store:
        """Return all that the kernel says of all of them."""


class ProbedLab:
    """A lab that is traced and probed.

    Args:
        spaces: its namespaces.
    """

    def __init__(self, spaces: Spaces) -> None:
        self._spaces = spaces
        self._names = {os.fstat(descriptor).st_ino: name for name, descriptor in spaces.spaces.items()}
        self._places: dict[int, tuple[int, str, str]] = {}
        self._devices: dict[int, dict[int, str]] = {}

    def where(self, inode: int, number: int) -> Place:
        """Return a namespace and a device as traces name them."""
        if inode not in self._places:
            return Place("?", "?", f"if{number}" if number else "")
        _, node, label = self._places[inode]
        return Place(node, label, self._devices[inode].get(number, f"if{number}") if number else "")

    def capture(self) -> Snapshot:
        """Capture the lab, and learn the names of its namespaces and devices."""
        self._devices = {inode: self._spaces.inside(name, _links) for inode, name in self._names.items()}
        store = self._spaces.capture()
        rows = store.raw(
            "SELECT s.inode, s.ns, d.name, CASE WHEN s.kind = 'host' THEN '' ELSE s.kind || ':' || s.name END"
            " FROM netns s JOIN node d USING (node)"
        )
        self._places = {inode: (ns, node, label) for inode, ns, node, label in rows}
        return Snapshot(store, assumed=("asked-address",))

    def trace(self, snapshot: Snapshot, source: str, address: str, proto: str, port: int | None) -> Trace | None:
        """Trace a packet; None if the walk refuses to begin."""
        ns = self._places[os.fstat(self._spaces.spaces[source]).st_ino][0]
        target = Endpoint(address, None, parse_ip(address))
        try:
            return Tracer(snapshot).trace(Ask(source=Endpoint(source, ns), destination=target, proto=proto, port=port))
        except EndpointError:
            return None

    def probe(self, trace: Trace, source: str, plan: Plan = QUICK) -> Probed:
        """Send the packet of a trace, and hold both together."""
        sent = trace.sent
        assert sent is not None
        target = Target(sent.destination, sent.port or 0)
        with mock.patch("podpath.probe.watcher.load", _types):
            observed = observe(sent.proto, target, partial(self._spaces.inside, source), self, plan, ports(trace))
        trace = chosen(trace, observed)
        return Probed(trace._replace(live=assess(trace, observed, meanings(trace))), observed)


@cache
def _types() -> Btf:
    """Return the kernel's types, read once for all packets."""
    return load()


def _links() -> dict[int, str]:
    with Netlink(NETLINK_ROUTE) as netlink:
        rows = link.rows(dump(netlink, link.TABLE), Devices())
        return {row.ifindex: row.name for row in rows if isinstance(row, Link) and row.ifindex is not None}


TRUTH: Final[dict[str, dict[str, str]]] = yaml.safe_load(Path(__file__).with_name("lab_truth.yaml").read_text(encoding="utf-8"))
"""What is known to differ, with its reason."""


def disagrees(probed: Probed) -> bool:
    """Say whether prediction and observation part."""
    live = probed.trace.live
    assert live is not None
    return live.agreement not in {Agreement.AGREED, Agreement.SEEN} and live.error not in TRUTH["errors"]
