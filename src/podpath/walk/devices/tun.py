"""A tun or tap device: a process has its other end (drivers/net/tun.c).

User-mode network stacks (slirp4netns(1), pasta(1)) take what a container sends apart, and send the same from sockets of their
own, in the namespace that they are in: the path goes on there. What other programs do, podpath cannot know.
"""

from dataclasses import replace
from fractions import Fraction
from typing import Final

from podpath.language import tr
from podpath.state.address import V4, Ip, Mac, ip_text, is_link_local, parse_ip
from podpath.state.evidence import Unknown
from podpath.state.failures.device import LoopbackClosed, PingsNotAllowed
from podpath.state.host import Resolver
from podpath.state.link import Link
from podpath.state.step import SentByProcess
from podpath.state.trace import Verdict
from podpath.state.tun import SLIRP, TUNS, Tun, called
from podpath.walk.devices.interface import Device
from podpath.walk.events import (
    Arrive,
    Complain,
    Gap,
    Local,
    Outcome,
    Relayed,
    Send,
    Step,
    Stopped,
    Transition,
    Transmit,
    Walk,
    unknown,
)
from podpath.walk.host.routes import choose_sources, lookup, no_route
from podpath.walk.namespace import Entry
from podpath.walk.packet import ECHO_REQUEST, Drawn, Frame, NeighbourRequest, Packet

_STACKS: Final = frozenset((SLIRP, "pasta"))
_LOOPBACK: Final = parse_ip("127.0.0.1")
_MAC: Final = 0x5255 << 32
"""slirp's own addresses are 52:55 and the IPv4 address; of pasta's only podpath sees this one, and no answer depends on it."""
_PORTS: Final = Drawn(32768, 60999)
_DNS: Final = 53
_PINGS: Final = "net.ipv4.ping_group_range"
_TWO: Final = 2
_OUTSIDE: Final = parse_ip("192.0.2.1")
_OUTSIDE_6: Final = parse_ip("2001:db8::1")
_CAPTURE: Final = "sudo podpath collect -o FILE"
"""No command prints which process has a device, in which namespaces both are, and with which options it runs."""


def _transmit(walk: Walk, event: Transmit, link: Entry[Link]) -> tuple[Transition, ...]:
    netns = walk.cluster.netns(event.ns)
    held = next((one for one in netns.all(Tun) if one.row.dev == event.dev), None)
    if held is None:
        what = tr("what the process behind {dev} (a {kind} device) does with the packet", dev=event.dev, kind=link.row.kind)
        return (Transition(_open(walk, event, what, _CAPTURE)),)
    if held.row.program not in _STACKS:
        what = tr(
            "what {program}, which has the other end of {dev}, does with the packet",
            program=called(held.row.program, held.row.pid),
            dev=event.dev,
        )
        return (Transition(_open(walk, event, what, f"ss -tunap | grep pid={held.row.pid},")),)
    if isinstance(event.frame.content, NeighbourRequest):
        return (_asked(event, held, event.frame.content),)
    return _taken(walk, event, held, event.frame.content)


def _open(walk: Walk, event: Transmit, missing: str, command: str) -> Outcome:
    """Return the end of a path where a command would tell that a person types on the node itself, as the process is there."""
    gap = Gap(Unknown(walk.cluster.netns(event.ns).node, missing, command, ("trace",)))
    return Outcome(Verdict.UNKNOWN, missing, event.ns, event.dev, gap=gap)


def _asked(event: Transmit, held: Entry[Tun], asked: NeighbourRequest) -> Transition:
    """Answer for the addresses that the process has (arp_input of slirp); pasta answers for all (arp.c of passt)."""
    own = {held.row.gateway, held.row.nameserver}
    if held.row.program == SLIRP and asked.target not in own and not is_link_local(asked.target):
        why = tr(
            "{program} does not answer for {target}", program=called(held.row.program, held.row.pid), target=ip_text(asked.target)
        )
        return Transition(Outcome(Verdict.DROPPED, why, event.ns, event.dev, aside=True, rows=(held,)))
    mac = Mac(_MAC | (asked.target & 0xFFFF_FFFF))
    frame = Frame(mac, asked.mac, NeighbourRequest(asked.target, asked.sender, mac, answer=True))
    why = tr("{program} answers for {target}", program=called(held.row.program, held.row.pid), target=ip_text(asked.target))
    return Transition(Outcome(Verdict.DELIVERED, why, event.ns, event.dev, frame=frame, carry=event.carry, rows=(held,)))


def _taken(walk: Walk, event: Transmit, held: Entry[Tun], packet: Packet) -> tuple[Transition, ...]:
    """Send a packet's content from where the process is."""
    row = held.row
    host = walk.cluster.by_inode(event.ns, row.netns) if row.netns is not None else None
    if host is None:
        what = tr(
            "the network namespace of {program}, which has the other end of {dev}",
            program=called(row.program, row.pid),
            dev=event.dev,
        )
        return (Transition(_open(walk, event, what, _CAPTURE)),)
    if packet.proto in ECHO_REQUEST and row.program == SLIRP and packet.dst in {row.gateway, row.nameserver}:
        why = tr("{program} answers the echo request", program=called(row.program, row.pid))
        end = Outcome(Verdict.DELIVERED, why, event.ns, event.dev, packet=packet, carry=event.carry, rows=(held,))
        return (Transition(end),)
    to = _destination(walk, event, held, packet, host)
    if not isinstance(to, int):
        return (Transition(to),)
    sent = replace(packet, src=Ip(0), dst=to, ttl=64, tos=0, mark=0, dont_fragment=packet.proto == "tcp")
    if packet.proto in ECHO_REQUEST:
        if (refused := _ping(walk, event, held, packet, host)) is not None:
            return (Transition(refused),)
    else:
        sent = replace(sent, sport=_PORTS)
    sources = choose_sources(walk, host, sent)
    if not sources:
        return (Transition(_no_way(walk, event, held, packet, host, sent)),)
    return tuple(_onward(event, held, host, packet, replace(sent, src=source), share) for source, share in sources)


def _destination(walk: Walk, event: Transmit, held: Entry[Tun], packet: Packet, host: int) -> Ip | Outcome | Complain:
    """Return the address that the process sends to: its own stand for its namespace's loopback and resolver (sotranslate_out)."""
    row = held.row
    if packet.dst == row.nameserver:
        servers = [one.row.address for one in walk.cluster.netns(host).all(Resolver) if one.row.keyword == "nameserver"]
        if packet.dport == _DNS and servers and servers[0] is not None:
            return servers[0]
        return unknown(
            host,
            walk.cluster,
            tr("the nameservers of {program}", program=called(row.program, row.pid)),
            "cat /etc/resolv.conf",
            event.dev,
        )
    if packet.dst != (row.gateway if row.program == SLIRP else _next_hop(walk, event.ns, packet)):
        return packet.dst
    if row.loopback is None:
        missing = tr(
            "whether {program} lets packets to {dst} reach its own namespace",
            program=called(row.program, row.pid),
            dst=ip_text(packet.dst),
        )
        return _open(walk, event, missing, _CAPTURE)
    if row.loopback:
        return _LOOPBACK
    if row.program != SLIRP:
        return packet.dst
    return _refused(event, held, packet, Stopped(LoopbackClosed(row.program, packet.dst), event.ns, (held,)))


def _next_hop(walk: Walk, ns: int, packet: Packet) -> Ip | None:
    """Return the gateway of a namespace's default route."""
    default = replace(packet, dst=_OUTSIDE if packet.family == V4 else _OUTSIDE_6)
    way = lookup(walk, ns, default)
    return way.hops[0].via if way.hops else None


def _refused(event: Transmit, held: Entry[Tun], packet: Packet, cause: Stopped) -> Outcome | Complain:
    """Return the end of a packet that the process does not send: slirp tells who connects or pings (icmp_send_error)."""
    told = held.row.program == SLIRP and (packet.proto == "tcp" or packet.proto in ECHO_REQUEST)
    verdict = Verdict.UNREACHABLE if told else Verdict.DROPPED
    error = "ENETUNREACH" if told else ""
    end = Outcome(verdict, "", event.ns, event.dev, error=error, cause=cause, packet=packet, carry=event.carry, rows=(held,))
    return Complain(event.ns, packet, "net-unreachable", end, event.carry, event.dev) if told else end


def _ping(walk: Walk, event: Transmit, held: Entry[Tun], packet: Packet, host: int) -> Outcome | Complain | None:
    """Return the end of a ping that the process may not send on, or None if it may (icmp(7), ping_group_range)."""
    if held.row.raw:
        return None
    setting = walk.cluster.netns(host).sysctl(_PINGS)
    groups = (setting.row.value or "").split() if setting is not None else []
    if setting is None or len(groups) != _TWO or not all(group.isdecimal() for group in groups):
        return unknown(
            host, walk.cluster, tr("which groups may send pings ({pings})", pings=_PINGS), f"sysctl {_PINGS}", event.dev
        )
    if held.row.gid is None:
        missing = tr("whether the group of {program} may send pings", program=called(held.row.program, held.row.pid))
        return _open(walk, event, missing, _CAPTURE)
    first, last = map(int, groups)
    if first <= held.row.gid <= last:
        return None
    if first <= last:  # the process may have another group, too (ping_init_sock)
        missing = tr(
            "whether any group of {program} may send pings ({pings} = {first} {last})",
            program=called(held.row.program, held.row.pid),
            pings=_PINGS,
            first=first,
            last=last,
        )
        return _open(walk, event, missing, f"grep Groups: /proc/{held.row.pid}/status")
    fact = PingsNotAllowed(held.row.program, held.row.gid, first, last)
    return _refused(event, held, packet, Stopped(fact, host, (setting,)))


def _no_way(walk: Walk, event: Transmit, held: Entry[Tun], packet: Packet, host: int, sent: Packet) -> Outcome | Complain:
    """Return the end of a packet for which the process's namespace has no route.

    slirp tells the sender when sending fails (udp_input, icmp_send, tcp_input); pasta tells only who connects.
    """
    way = lookup(walk, host, sent)
    if way.unknown or way.error is None:
        missing = tr("the source address that {dev}'s process sends from", dev=event.dev)
        return unknown(host, walk.cluster, missing, f"ip route get {ip_text(sent.dst)}", event.dev)
    end = no_route(walk, host, sent, way)
    if end.verdict is Verdict.UNKNOWN:
        return end
    if packet.proto != "tcp" and held.row.program != SLIRP:
        return replace(end, verdict=Verdict.DROPPED, error="")
    return Complain(event.ns, packet, "net-unreachable", replace(end, error="ENETUNREACH"), event.carry, event.dev)


def _onward(event: Transmit, held: Entry[Tun], host: int, packet: Packet, sent: Packet, share: Fraction) -> Transition:
    relayed = Relayed(event.ns, event.dev, packet, host, sent, held.row.program)
    carry = replace(event.carry.fresh(), relayed=(*event.carry.relayed, relayed))
    step = Step(event.ns, event.dev, SentByProcess(held.row.program, held.row.pid), sent, (held,))
    return Transition(Send(host, sent, carry), (step,), share)


def returned(event: Local) -> Transition | None:
    """Return how an answer to what a process has sent goes on, or None if it is for another program.

    A reset is passed on, and an ICMP error to what is no TCP (udp_input, icmp_receive of slirp); one to a connection that is
    being made is not: it is tried until it times out (seen with slirp4netns 1.2.0).
    """
    packet, relayed = event.packet, event.carry.relayed
    if not relayed or not packet.awaited or event.ns != relayed[-1].by:
        return None
    last = relayed[-1]
    if packet.dst != last.sent.src or (packet.about is None and packet.dport not in {last.sent.sport, None}):
        return None
    asked = last.packet
    if packet.about is not None and asked.proto == "tcp":
        why = tr("{program} does not pass the error on", program=last.program)
        return Transition(Outcome(Verdict.DROPPED, why, event.ns, event.dev, packet=packet))
    sport, dport = (asked.dport, asked.sport) if asked.proto not in ECHO_REQUEST else (asked.sport, None)
    back = replace(packet, src=asked.dst, dst=asked.src, sport=sport, dport=dport, ttl=64, tos=0, mark=0)
    if packet.about is not None:
        back = replace(back, sport=None, dport=None, about=asked)
    carry = replace(event.carry.fresh(), relayed=relayed[:-1])
    step = Step(event.ns, event.dev, SentByProcess(last.program, None), back)
    return Transition(Arrive(last.ns, last.dev, back, carry), (step,))


DEVICE: Final = Device(TUNS, _transmit)
