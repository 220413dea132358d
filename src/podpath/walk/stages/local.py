"""A packet is for this namespace: INPUT, then a socket, a tunnel, or none (ip_local_deliver, tcp_v4_rcv, udp_rcv, icmp_rcv)."""

from dataclasses import replace
from shlex import quote
from typing import Final

from podpath.language import tr
from podpath.state.address import V4, Ip, family_of, ip_text
from podpath.state.failures.host import BacklogFull, EchoIgnored, NothingListens, PortReserved
from podpath.state.failures.tunnel import NoTunnelDevice, NoWireguardDevice, PeerSourceRefused
from podpath.state.failures.vxlan import NotDecapsulated, TakenForAllNetworks, VniDiffers, VxlanDown, VxlanPortDiffers
from podpath.state.host import Socket
from podpath.state.link import Link, Qdisc
from podpath.state.runtime import PublishedPort
from podpath.state.step import Decapsulated, SocketFound
from podpath.state.trace import Verdict
from podpath.walk.cluster import Port
from podpath.walk.device_kinds import kind_of
from podpath.walk.devices import tun, tunnel, vxlan
from podpath.walk.devices.wireguard import peer_for
from podpath.walk.events import (
    Arrive,
    Complain,
    Event,
    Local,
    Outcome,
    Receive,
    Step,
    Stopped,
    Transition,
    Walk,
    gap_of,
    unknown,
)
from podpath.walk.host import sockets
from podpath.walk.host.hooks import Hook, after_hook, pass_hook
from podpath.walk.host.ipvs import balanced
from podpath.walk.namespace import Entry, Namespace
from podpath.walk.packet import ECHO_REQUEST, Drawn, Frame, Packet, known_port

_VXLAN_PORT: Final = 8472
"""Port of a device that was created without one (drivers/net/vxlan: the kernel's default, not IANA's 4789)."""
_GENEVE_PORT: Final = 6081
_RESERVING: Final = ("dockerd", "conmon")
"""Programs that hold published ports and accept nothing there."""
_CLASSIFYING: Final = frozenset(("clsact", "ingress"))
"""Queueing disciplines that run programs on incoming packets (tc-bpf(8))."""


def stage(walk: Walk, event: Local) -> tuple[Transition, ...]:
    """Pass the packet through INPUT, and deliver it."""
    transitions = []
    for passed in pass_hook(walk, event.ns, Hook.INPUT, event.packet, event.carry, into=event.dev):
        if passed.end is not None:
            transitions.append(Transition(passed.end, passed.steps, passed.share, gaps=passed.gaps))
            continue
        seen = replace(event, packet=passed.packet, carry=passed.carry)
        transitions += [after_hook(passed, transition) for transition in balanced(walk, seen) or (_deliver(walk, seen),)]
    return tuple(transitions)


def _deliver(walk: Walk, event: Local) -> Transition:
    packet = event.packet
    if packet.payload is not None:
        return _unwrap(walk, event)
    if (answer := tun.returned(event)) is not None:
        return answer
    if packet.awaited:
        return Transition(_taken(event, tr("the client gets the reply")))
    if packet.proto in ECHO_REQUEST:
        return _echo(walk, event)
    if packet.proto in sockets.LISTENING and packet.dport is not None:
        return _socket(walk, event)
    return Transition(
        unknown(event.ns, walk.cluster, tr("which program receives protocol {proto} here", proto=packet.proto), "ss -lnp")
    )


def _taken(event: Local, why: str, rows: tuple[Entry[Socket], ...] = ()) -> Outcome:
    return Outcome(Verdict.DELIVERED, why, event.ns, event.dev, packet=event.packet, carry=event.carry, rows=rows)


def _echo(walk: Walk, event: Local) -> Transition:
    netns, packet = walk.cluster.netns(event.ns), event.packet
    name = "net.ipv4.icmp_echo_ignore_all" if packet.family == V4 else "net.ipv6.icmp.echo_ignore_all"
    held = netns.sysctl(name)
    if held is not None and netns.setting(name):
        cause = Stopped(EchoIgnored(name), event.ns, (held,))
        return Transition(
            Outcome(
                Verdict.DROPPED,
                tr("the host does not answer pings ({name})", name=name),
                event.ns,
                event.dev,
                cause=cause,
                packet=packet,
            )
        )
    return Transition(_taken(event, tr("the kernel answers the echo request")))


# -- sockets ------------------------------------------------------------------------------------------


def _socket(walk: Walk, event: Local) -> Transition:
    netns, packet = walk.cluster.netns(event.ns), event.packet
    candidates = sockets.of_port(netns, packet)
    taking = sockets.nearest(candidates, packet, event.dev)
    if taking is not None:
        return _accepted(netns, event, taking)
    if walk.cluster.unseen(event.ns) is not None:
        return Transition(_taken(event, tr("it is assumed that a program listens")))
    drawn = packet.dport if isinstance(packet.dport, Drawn) else None
    if drawn is not None or not netns.seen(Socket, part=packet.proto):
        command = f"ss -{packet.proto[0]}lnp"
        port = (
            f"port {packet.dport}"
            if drawn is None
            else tr("the port that a rule draws from {first} to {last}", first=drawn.first, last=drawn.last)
        )
        gap = gap_of(
            event.ns,
            walk.cluster,
            tr("whether anything listens on {proto} {port}", proto=packet.proto, port=port),
            command,
            "listening",
        )
        return Transition(_taken(event, tr("the packet has arrived")), gaps=(gap,))
    return _refused(event, candidates)


def _accepted(netns: Namespace, event: Local, held: Entry[Socket]) -> Transition:
    row = held.row
    who = f" ({row.process})" if row.process else ""
    at = f"{'*' if row.local is None or sockets.is_any(row.local) else ip_text(row.local)}:{row.local_port}"
    if row.state == "LISTEN" and row.recv_queue and row.send_queue is not None and row.recv_queue > row.send_queue:
        cause = Stopped(BacklogFull(f"{at}{who}", row.recv_queue), event.ns, (held,))
        return Transition(Outcome(Verdict.DROPPED, "", event.ns, event.dev, cause=cause, packet=event.packet))
    if (reserved := _reserved(netns, row)) is not None:
        return Transition(
            Outcome(Verdict.DROPPED, "", event.ns, event.dev, cause=Stopped(reserved, event.ns, (held,)), packet=event.packet)
        )
    bound = None if row.local is None or sockets.is_any(row.local) else row.local
    step = Step(event.ns, event.dev, SocketFound(bound, row.local_port, row.process), rows=(held,))
    return Transition(_taken(event, f"{at}{who} listens", (held,)), (step,))


def _reserved(netns: Namespace, row: Socket) -> PortReserved | None:
    """Return that an engine without a userspace proxy holds a published port, so that nobody else takes it (moby, podman)."""
    program = next((name for name in _RESERVING if f'"{name}"' in (row.process or "")), None)
    if program is None or row.local_port is None:
        return None
    wanted = (row.local_port, row.proto.rstrip("6"))
    port = next((held.row for held in netns.all(PublishedPort) if (held.row.host_port, held.row.proto) == wanted), None)
    return PortReserved(program, port.proto, row.local_port, port.container) if port is not None else None


def _refused(event: Local, candidates: list[Entry[Socket]]) -> Transition:
    packet = event.packet
    near = next((held for held in candidates if held.row.local is not None), None)
    fact = NothingListens(packet.proto, known_port(packet.dport), packet.dst, near.row.local if near is not None else None)
    cause = Stopped(fact, event.ns, (near,) if near is not None else ())
    end = Outcome(Verdict.REFUSED, "", event.ns, event.dev, error="ECONNREFUSED", cause=cause, packet=packet, carry=event.carry)
    kind = "reset" if packet.proto == "tcp" else "port-unreachable"
    return Transition(Complain(event.ns, packet, kind, end, event.carry, event.dev))


# -- tunnels ------------------------------------------------------------------------------------------


def _unwrap(walk: Walk, event: Local) -> Transition:
    """Give what a tunnel carried to the tunnel's device here."""
    outer = event.packet
    if isinstance(outer.payload, Frame) and outer.proto == "udp":
        found = _by_network(walk, event, "vxlan") or _by_network(walk, event, "geneve") or _by_mac(walk, event)
        if found is not None:
            return found
        return Transition(_no_tunnel(walk, event))
    if outer.proto == "udp":
        return _wireguard(walk, event)
    kinds = [
        kind for kind in ("ipip", "sit", "gre", "gretap", "ip6tnl", "ip6gre", "ip6gretap") if tunnel.protocol(kind) == outer.proto
    ]
    for kind in kinds:
        for end in walk.cluster.tunnels_under(event.ns, kind):
            if _is_end(walk, end, outer):
                return _inside(walk, event, end, outer)
    cause = Stopped(NoTunnelDevice(outer.proto, outer.src), event.ns)
    return Transition(Outcome(Verdict.DROPPED, "", event.ns, event.dev, cause=cause))


def _is_end(walk: Walk, end: Port, outer: Packet) -> bool:
    """Say whether a tunnel is the one that a packet came by: its ends, and its key (ip_tunnel_lookup)."""
    held = walk.cluster.netns(end.ns).tunnels.get(end.link.row.name)
    if held is None or end.link.row.up is False:
        return False
    row = held.row
    here = sockets.is_any(row.local) or row.local == outer.dst
    there = sockets.is_any(row.remote) or row.remote == outer.src
    return here and there and (row.key or None) == (outer.key or None)


def _inside(walk: Walk, event: Local, end: Port, outer: Packet) -> Transition:
    held = walk.cluster.netns(end.ns).tunnels[end.link.row.name]
    step = Step(end.ns, end.link.row.name, Decapsulated(end.link.row.name, held.row.kind), rows=(held,))
    inner = outer.payload
    to: Event
    if isinstance(inner, Frame):
        to = Receive(end.ns, end.link.row.name, _marked(inner, event, end.ns), event.carry.fresh())
    else:
        assert isinstance(inner, Packet)  # noqa: S101 - a tunnel carries a packet or a frame
        to = Arrive(end.ns, end.link.row.name, replace(inner, mark=outer.mark if end.ns == event.ns else 0), event.carry.fresh())
    return Transition(to, (step,))


def _marked(frame: Frame, event: Local, ns: int) -> Frame:
    """Return a frame with the firewall mark of what it was wrapped in: both are one buffer, within a namespace."""
    inner, mark = frame.content, event.packet.mark if ns == event.ns else 0
    return replace(frame, content=replace(inner, mark=mark)) if isinstance(inner, Packet) and inner.mark != mark else frame


def _by_network(walk: Walk, event: Local, kind: str) -> Transition | None:
    """Return what the device with the packet's VNI and port makes of it, or None if there is none."""
    outer = event.packet
    for end in walk.cluster.tunnels_under(event.ns, kind):
        netns, name = walk.cluster.netns(end.ns), end.link.row.name
        if end.link.row.up is False:
            continue
        if kind == "geneve":
            settings = netns.tunnels.get(name)
            if settings is not None and settings.row.key == outer.key and (settings.row.port or _GENEVE_PORT) == outer.dport:
                return _inside(walk, event, end, outer)
            continue
        held = netns.vxlans.get(name)
        if (
            held is None
            or (held.row.port or _VXLAN_PORT) != outer.dport
            or not _same_family(held.row.local or held.row.remote, outer.dst)
        ):
            continue
        if held.row.external:
            return _external(walk, event, end, outer)
        if held.row.vni == outer.key:
            return _vxlan(walk, event, end, outer)
    return None


def _by_mac(walk: Walk, event: Local) -> Transition | None:
    """Return what the VXLAN device with the inner MAC makes of it, where no output shows the network of one of the two ends."""
    outer, frame = event.packet, event.packet.payload
    for end in walk.cluster.stations(frame.dst) if isinstance(frame, Frame) and frame.dst is not None else ():
        netns, name = walk.cluster.netns(end.ns), end.link.row.name
        held = netns.vxlans.get(name)
        hidden = held is None or held.row.vni is None
        if end.ns == event.ns and (hidden or outer.key is None) and kind_of(netns, end.link) in {"vxlan", None}:
            return _vxlan(walk, event, end, outer)._replace(gaps=vxlan.agreed(walk, end.ns, name))
    return None


def _external(walk: Walk, event: Local, end: Port, outer: Packet) -> Transition:
    """Return what a VXLAN device for all VNIs does: a program tells them apart; without one the frame is the device's own.

    vxlan_vs_find_vni(): a device with ``external`` has the port for itself.
    """
    netns, name = walk.cluster.netns(end.ns), end.link.row.name
    filtered = any(held.row.dev == name and held.row.kind in _CLASSIFYING for held in netns.all(Qdisc))
    if end.link.row.master is not None or filtered or name in netns.programs or not netns.seen(Qdisc):
        what = tr("what the program behind {name} does with the packet (external)", name=name)
        return Transition(
            unknown(
                end.ns, walk.cluster, what, f"bpftool net show dev {quote(name)}; tc filter show dev {quote(name)} ingress", name
            )
        )
    settings, frame = netns.vxlans[name], outer.payload
    assert isinstance(frame, Frame)  # noqa: S101 - VXLAN carries frames
    step = Step(end.ns, name, Decapsulated(name, "vxlan", outer.key, known_port(outer.dport)), rows=(settings,))
    meant = next((one for one in netns.vxlans.values() if one.row.vni == outer.key and one.row.name != name), None)
    if meant is None or frame.dst == end.link.row.mac:
        return Transition(Receive(end.ns, name, frame, event.carry), (step,))
    fact = TakenForAllNetworks(name, meant.row.name, outer.key, known_port(outer.dport))
    cause = Stopped(fact, end.ns, (settings, meant))
    return Transition(Outcome(Verdict.DROPPED, tr("{name} does not accept it", name=name), end.ns, name, cause=cause), (step,))


def _same_family(own: Ip | None, dst: Ip) -> bool:
    return own is None or family_of(own) == family_of(dst)


def _vxlan(walk: Walk, event: Local, end: Port, outer: Packet) -> Transition:
    name = end.link.row.name
    got = vxlan.received(walk, end.ns, name, outer, event.carry)
    if isinstance(got, Outcome):
        return Transition(got)
    settings, frame, carry = got
    step = Step(end.ns, name, Decapsulated(name, "vxlan", outer.key), rows=(settings,))
    return Transition(Receive(end.ns, name, _marked(frame, event, end.ns), carry.fresh()), (step,))


def _no_tunnel(walk: Walk, event: Local) -> Outcome:
    """Return the end of a wrapped frame that no device here unwraps, with the nearest miss as the cause."""
    netns, outer = walk.cluster.netns(event.ns), event.packet
    ends = walk.cluster.tunnels_under(event.ns, "vxlan")
    cause = Stopped(NotDecapsulated(outer.key, known_port(outer.dport), None), event.ns)
    for end in ends:
        cause = _near_miss(walk.cluster.netns(end.ns), end, outer) or cause
    if not ends and not netns.seen(Link):
        return unknown(event.ns, walk.cluster, tr("the VXLAN devices of {node}", node=netns.node), "ip -d link show type vxlan")
    return Outcome(Verdict.DROPPED, "", event.ns, event.dev, cause=cause)


def _near_miss(netns: Namespace, end: Port, outer: Packet) -> Stopped | None:
    """Return why a VXLAN device does not take a packet, or None if nothing shows it."""
    held = netns.vxlans.get(end.link.row.name)
    if held is None:
        return None
    row, vni, port = held.row, outer.key, known_port(outer.dport)
    if end.link.row.up is False:
        return Stopped(NotDecapsulated(vni, port, VxlanDown(row.name)), end.ns, (end.link,))
    if (row.port or _VXLAN_PORT) != port:
        return Stopped(NotDecapsulated(vni, port, VxlanPortDiffers(row.name, row.port)), end.ns, (held,))
    if row.vni != vni:
        return Stopped(NotDecapsulated(vni, port, VniDiffers(row.name, row.vni)), end.ns, (held,))
    return None


def _wireguard(walk: Walk, event: Local) -> Transition:
    inner = event.packet.payload
    assert isinstance(inner, Packet)  # noqa: S101 - WireGuard carries packets
    for end in walk.cluster.tunnels_under(event.ns, "wireguard"):
        netns, name = walk.cluster.netns(end.ns), end.link.row.name
        if end.link.row.up is False:
            continue
        peer = peer_for(netns, name, inner.src)
        if peer is None or peer.row.endpoint not in {None, event.packet.src}:
            cause = Stopped(PeerSourceRefused(name, event.packet.src, inner.src), end.ns, (end.link,))
            return Transition(Outcome(Verdict.DROPPED, "", end.ns, name, cause=cause))
        step = Step(end.ns, name, Decapsulated(name, "wireguard"), rows=(peer,))
        return Transition(Arrive(end.ns, name, inner, event.carry.fresh()), (step,))
    cause = Stopped(NoWireguardDevice(), event.ns)
    return Transition(Outcome(Verdict.DROPPED, "", event.ns, event.dev, cause=cause))
