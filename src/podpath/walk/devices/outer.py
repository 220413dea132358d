"""Outer packets of tunnels: the configured source of a tunnel, and whether they may be fragmented.

IPv4 sends from no address that the host does not have:

ip_route_output_key_hash_rcu() finds no route for a source that __ip_dev_find() does not know: an address of any device of the
namespace, or a route of type local. IPv6 does not ask (ip6_dst_lookup_tail).
"""

from typing import Any, Final

from podpath.state.address import V4, Ip, family_of, prefix_text
from podpath.state.failures.tunnel import ForeignTunnelSource, TunnelIntoItself, TunnelsNested
from podpath.state.link import Address
from podpath.state.trace import Verdict
from podpath.walk.events import Outcome, Stopped, Transmit, Walk
from podpath.walk.host.routes import lookup
from podpath.walk.namespace import Entry
from podpath.walk.packet import Frame, NeighbourRequest, Packet
from podpath.walk.routing.rules import FlowKey


def uncut(df: str | None, inner: Packet | NeighbourRequest, remote: Ip) -> bool:
    """Say whether an outer packet must not be cut (vxlan_xmit_one, geneve_xmit_skb, ip_tunnel_xmit).

    Those over IPv6 never are: ip6_fragment() cuts what a socket of this host has sent, and a tunnel's packet is none.

    Args:
        df: setting of the device: set, inherit or none.
        inner: what is carried.
        remote: destination of the outer packet.
    """
    if family_of(remote) != V4:
        return True
    whole = isinstance(inner, Packet) and (inner.dont_fragment or inner.family != V4)
    return df == "set" or (df == "inherit" and whole)


def strange_source(walk: Walk, event: Transmit, under: int, local: Ip | None, settings: Entry[Any]) -> Outcome | None:
    """Return the end of a frame whose tunnel sends from an address that is not the host's, or None if it may be sent.

    Args:
        walk: what the walker knows.
        event: the frame.
        under: namespace that the outer packets are in.
        local: the configured source of the device, or None if the route chooses it.
        settings: the row that shows it.
    """
    netns = walk.cluster.netns(under)
    if local is None or family_of(local) != V4 or not netns.seen(Address) or local in netns.owned:
        return None
    way = walk.cluster.routing(under, V4).lookup(FlowKey(dst=local))
    if way.unknown or (way.entry is not None and way.entry.row.type == "local"):
        return None
    cause = Stopped(ForeignTunnelSource(event.dev, local), event.ns, (settings,))
    return Outcome(Verdict.DROPPED, "", event.ns, event.dev, cause=cause)


_DEEPEST: Final = 8
"""A packet that is encapsulated more often is dropped (XMIT_RECURSION_LIMIT, include/linux/netdevice.h)."""


def into_itself(walk: Walk, event: Transmit, under: int, outer: Packet, oif: str | None = None) -> Outcome | None:
    """Return the end of an outer packet that its route leads into its own tunnel, or that is nested too deep, or None.

    vxlan_xmit_one(), ip_tunnel_xmit(), geneve_get_v4_rt() and send4() of WireGuard drop the former (ELOOP), __dev_queue_xmit()
    the latter.

    Args:
        walk: what the walker knows.
        event: the frame that the tunnel was given.
        under: namespace that the outer packet is in.
        outer: the outer packet.
        oif: device that it is bound to.
    """
    if _depth(outer) > _DEEPEST:
        return Outcome(Verdict.DROPPED, "", event.ns, event.dev, cause=Stopped(TunnelsNested(event.dev), event.ns))
    way = lookup(walk, under, outer, oif)
    if under != event.ns or way.error is not None or way.entry is None or all(hop.dev != event.dev for hop in way.hops):
        return None
    row = way.entry.row
    net = prefix_text(row.family, row.dst, row.dst_len) if row.dst_len else "default"
    cause = Stopped(TunnelIntoItself(event.dev, outer.dst, net), event.ns, (way.entry.held,))
    return Outcome(Verdict.DROPPED, "", event.ns, event.dev, cause=cause)


def _depth(packet: Packet) -> int:
    """Return how many packets are inside a packet."""
    found, inner = 0, packet.payload
    while inner is not None:
        if isinstance(inner, Frame):
            inner = inner.content if isinstance(inner.content, Packet) else None
        else:
            found, inner = found + 1, inner.payload
    return found
