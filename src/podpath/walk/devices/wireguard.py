"""WireGuard: the peer whose allowed addresses hold the destination gets the packet, encrypted (drivers/net/wireguard, wg(8))."""

from shlex import quote
from typing import Final

from podpath.language import tr
from podpath.state.address import Ip, last_ip
from podpath.state.failures.tunnel import NoPeer
from podpath.state.link import Link, WireguardPeer
from podpath.state.step import Encapsulated
from podpath.state.trace import Verdict
from podpath.walk.devices.interface import Device
from podpath.walk.devices.outer import into_itself
from podpath.walk.events import Complain, Outcome, Send, Step, Stopped, Transition, Transmit, Walk, unknown
from podpath.walk.host.routes import choose_source
from podpath.walk.namespace import Entry, Namespace
from podpath.walk.packet import Packet

_OVERHEAD: Final = {4: 60, 6: 80}


def peer_for(netns: Namespace, dev: str, ip: Ip) -> Entry[WireguardPeer] | None:
    """Return the peer whose allowed prefix holds an address, the longest prefix first (allowedips.c)."""
    found = [
        held for held in netns.all(WireguardPeer)
        if (row := held.row).dev == dev and row.allowed is not None and row.allowed_len is not None
        and row.allowed <= ip <= last_ip(row.family or 4, row.allowed, row.allowed_len)
    ]  # fmt: skip
    return max(found, key=lambda held: held.row.allowed_len or 0, default=None)


def _transmit(walk: Walk, event: Transmit, link: Entry[Link]) -> tuple[Transition, ...]:
    netns, packet = walk.cluster.netns(event.ns), event.frame.content
    if not isinstance(packet, Packet) or not (netns.all(WireguardPeer) or netns.seen(WireguardPeer)):
        return (
            Transition(
                unknown(event.ns, walk.cluster, tr("the peers of {dev}", dev=event.dev), f"wg show {quote(event.dev)}", event.dev)
            ),
        )
    peer = peer_for(netns, event.dev, packet.dst)
    if peer is None:
        cause = Stopped(NoPeer(event.dev, packet.dst), event.ns, (link,))
        end = Outcome(Verdict.UNREACHABLE, "", event.ns, event.dev, error="EHOSTUNREACH", cause=cause, packet=packet)
        return (Transition(Complain(event.ns, packet, "host-unreachable", end, event.carry)),)
    row = peer.row
    under = walk.cluster.under(event.ns, link)
    if row.endpoint is None or under is None:
        what = tr("where peer {peer}… of {dev} is: it has no endpoint yet", peer=row.peer[:12], dev=event.dev)
        return (Transition(unknown(event.ns, walk.cluster, what, f"wg show {quote(event.dev)} endpoints", event.dev)),)
    length = packet.length + _OVERHEAD[6 if row.endpoint < (1 << 32) or row.endpoint >> 48 else 4]
    asked = Packet(Ip(0), row.endpoint, "udp", None, row.endpoint_port)
    src = choose_source(walk, under, asked) or row.endpoint
    outer = Packet(src, row.endpoint, "udp", None, row.endpoint_port, length=length, payload=packet)
    circular = into_itself(walk, event, under, outer)
    if circular is not None:
        return (Transition(circular),)
    facts = Encapsulated("wireguard", src, row.endpoint, row.endpoint_port)
    steps = (Step(event.ns, event.dev, facts, outer, (peer,)),)
    return (Transition(Send(under, outer, event.carry), steps),)


DEVICE: Final = Device(("wireguard",), _transmit)
