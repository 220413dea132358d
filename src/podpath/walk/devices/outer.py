"""Outer packets of tunnels: the source that a tunnel was told, and whether anybody may cut them.

IPv4 sends from no address that the host does not have:

ip_route_output_key_hash_rcu() finds no route for a source that __ip_dev_find() does not know: an address of any device of the
namespace, or a route of type local. IPv6 does not ask (ip6_dst_lookup_tail).
"""

from shlex import quote
from typing import Any

from podpath.state.address import V4, Ip, family_of, ip_text
from podpath.state.link import Address
from podpath.state.trace import Verdict
from podpath.walk.events import Cause, Outcome, Transmit, Walk
from podpath.walk.namespace import Entry
from podpath.walk.packet import NeighbourRequest, Packet
from podpath.walk.routing.rules import Flow


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
    """Return the end of a frame whose tunnel sends from an address that is not the host's; none where it may be sent.

    Args:
        walk: what the walker knows.
        event: the frame.
        under: namespace that the outer packets are in.
        local: the source that the device was told; none where the route chooses it.
        settings: the row that shows it.
    """
    netns = walk.cluster.netns(under)
    if local is None or family_of(local) != V4 or not netns.seen(Address) or local in netns.owned:
        return None
    way = walk.cluster.routing(under, V4).lookup(Flow(dst=local))
    if way.unknown or (way.entry is not None and way.entry.row.type == "local"):
        return None
    said = f"{event.dev} sends from {ip_text(local)}, which {netns.node} does not have"
    why = "The kernel finds no route for the tunnel's packets, and drops them (carrier errors of the device)."
    fix = (f"ip -d link show {quote(event.dev)}; ip address show", "restart the CNI's agent with the right interface")
    cause = Cause("wrong-underlay-interface", event.ns, said, why, (settings,), fix)
    return Outcome(Verdict.DROPPED, said, event.ns, event.dev, cause=cause)
