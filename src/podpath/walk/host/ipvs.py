"""IPVS: a packet for a virtual server leaves for a real one (net/netfilter/ipvs/ip_vs_core.c, ip_vs_xmit.c).

It is seen after the rules of INPUT, whether it came in or was sent here (addresses of services are this host's own, on
kube-ipvs0). The table is followed as it was recorded: no kernel with IPVS has judged this.
"""

from dataclasses import replace
from fractions import Fraction
from typing import Final

from podpath.language import tr
from podpath.state.address import ip_text
from podpath.state.failures.host import NoRealServer
from podpath.state.ipvs import VirtualServer
from podpath.state.step import AddressTranslated
from podpath.state.trace import Verdict
from podpath.walk.events import Complain, Gap, Local, Outcome, Send, Step, Stopped, Transition, Walk, gap_of, unknown
from podpath.walk.host.hooks import Hook, after_hook, pass_hook
from podpath.walk.host.routes import lookup
from podpath.walk.namespace import Entry, Namespace
from podpath.walk.netfilter.connection import Connections, Track
from podpath.walk.netfilter.nat import DST, Wanted, set_up
from podpath.walk.packet import Packet, known_port

_SHOWN_BY: Final = "ipvsadm -Ln"
_TRACKED: Final = "net.ipv4.vs.conntrack"


def balanced(walk: Walk, event: Local) -> tuple[Transition, ...] | None:
    """Return the paths of a packet that a virtual server takes, or None if none does (ip_vs_in)."""
    netns, packet = walk.cluster.netns(event.ns), event.packet
    if packet.awaited or packet.payload is not None:
        return None
    servers = [held for held in netns.all(VirtualServer) if _is_for(held.row, packet)]
    if not servers:
        return _unseen(walk, event) if _DEVICE in netns.links and packet.dst in _own(netns) else None
    exact = [held for held in servers if held.row.mark is not None or held.row.port] or servers
    taking = [held for held in exact if held.row.real is not None and held.row.weight]
    if not taking:
        return (Transition(_nobody(event, exact)),)
    whole = sum(held.row.weight or 0 for held in taking)
    gaps: tuple[Gap, ...] = ()
    if taking[0].row.persistent is not None and len(taking) > 1:
        what = tr("which real server IPVS chose for {src} before", src=ip_text(packet.src))
        gaps = (gap_of(event.ns, walk.cluster, what, "ipvsadm -Lnc", diverts=True)._replace(either=True),)
    return tuple(
        transition._replace(share=transition.share * Fraction(held.row.weight or 0, whole), gaps=(*gaps, *transition.gaps))
        for held in taking for transition in _sent(walk, event, held)
    )  # fmt: skip


_DEVICE: Final = "kube-ipvs0"


def _own(netns: Namespace) -> set[int]:
    return {held.row.address for held in netns.addresses.get(_DEVICE, ())}


def _unseen(walk: Walk, event: Local) -> tuple[Transition, ...] | None:
    """Return that the table was not captured, where kube-proxy's device has the address."""
    if walk.cluster.netns(event.ns).seen(VirtualServer):
        return None
    what = tr("what IPVS does with packets for {dst}", dst=ip_text(event.packet.dst))
    return (Transition(unknown(event.ns, walk.cluster, what, _SHOWN_BY, _DEVICE)),)


def _is_for(row: VirtualServer, packet: Packet) -> bool:
    if row.mark is not None:
        return bool(packet.mark) and row.mark == packet.mark
    return row.proto == packet.proto and row.address == packet.dst and row.port in {packet.dport, 0}


def _nobody(event: Local, servers: list[Entry[VirtualServer]]) -> Complain:
    """Return the answer of a virtual server that has no real one to give: port unreachable (ip_vs_leave)."""
    packet = event.packet
    cause = Stopped(NoRealServer(packet.dst, known_port(packet.dport), packet.proto), event.ns, tuple(servers[:3]))
    end = Outcome(Verdict.REJECTED, "", event.ns, event.dev, error="ECONNREFUSED", cause=cause, packet=packet, carry=event.carry)
    return Complain(event.ns, packet, "port-unreachable", end, event.carry, event.dev)


def _sent(walk: Walk, event: Local, held: Entry[VirtualServer]) -> tuple[Transition, ...]:
    """Return the paths of a packet to one real server (ip_vs_nat_xmit)."""
    row, netns = held.row, walk.cluster.netns(event.ns)
    assert row.real is not None  # noqa: S101 - those without were left out
    if row.forward != "masq":
        what = tr(
            "what happens to a packet that IPVS forwards by {forward} to {real}", forward=row.forward, real=ip_text(row.real)
        )
        return (Transition(unknown(event.ns, walk.cluster, what, "tcpdump -ni any", event.dev)),)
    tracked = netns.sysctl(_TRACKED)
    if tracked is not None and tracked.row.value == "0":
        what = tr(
            "how the reply gets its address back if conntrack does not track connections of IPVS ({tracked} = 0)",
            tracked=_TRACKED,
        )
        return (Transition(unknown(event.ns, walk.cluster, what, f"sysctl {_TRACKED}", event.dev)),)
    packet = replace(event.packet, dst=row.real, dport=row.real_port or event.packet.dport)
    track, connections = _translated(walk, event, packet)
    carry = replace(event.carry, track=track, tracked={**event.carry.tracked, event.ns: connections})
    facts = AddressTranslated(row.scheduler or "", "destination", event.packet.dst, row.real, ipvs=True)
    step = Step(event.ns, event.dev, facts, packet, (held,))
    if row.real in netns.owned:
        return (Transition(replace(event, packet=packet, carry=carry), (step,)),)
    way = lookup(walk, event.ns, packet)
    dev = way.hops[0].dev if way.hops else None
    transitions = []
    for passed in pass_hook(walk, event.ns, Hook.OUTPUT, packet, carry, out=dev or ""):
        to = passed.end if passed.end is not None else Send(event.ns, passed.packet, passed.carry, routed_anew=True)
        transitions.append(after_hook(passed, Transition(to))._replace(steps=(step, *passed.steps)))
    return tuple(transitions)


def _translated(walk: Walk, event: Local, packet: Packet) -> tuple[Track | None, Connections]:
    """Give the connection the answer that it will have (ip_vs_update_conntrack)."""
    known = event.carry.tracked.get(event.ns)
    connections = known if isinstance(known, Connections) else walk.cluster.connections(event.ns)
    track = event.carry.track
    if not isinstance(track, Track) or track.connection is None:
        return None, connections
    open_ = replace(track.connection, status=track.connection.status - {"DST_NAT_DONE", "CONFIRMED"})
    wanted = Wanted(packet.dst, packet.dst, known_port(packet.dport), known_port(packet.dport))
    made = set_up(open_, DST, wanted, connections)
    return replace(track, connection=made), connections.confirmed(made)
