"""The causes of what ends a path in a tunnel of any kind, or in WireGuard."""

from typing import assert_never

from podpath.causes.overlay import (
    overlay_device_missing,
    tunnel_into_itself,
    wireguard_allowed_ips,
    wrong_underlay_interface,
)
from podpath.state.address import family_of, ip_text
from podpath.state.failures.tunnel import (
    ForeignTunnelSource,
    NoPeer,
    NoTunnelDevice,
    NoWireguardDevice,
    PeerSourceRefused,
    TunnelFailure,
    TunnelIntoItself,
    TunnelsNested,
)
from podpath.state.finding import Words
from podpath.walk.events import Walk


def words(walk: Walk, ns: int, fact: TunnelFailure) -> Words:
    """Return the cause of a fact."""
    node = walk.cluster.netns(ns).node
    match fact:
        case ForeignTunnelSource(dev, local):
            return wrong_underlay_interface.strange_local(dev, node, ip_text(local))
        case TunnelIntoItself(dev, remote, net):
            return tunnel_into_itself.circular(dev, node, ip_text(remote), net, family_of(remote))
        case TunnelsNested(dev):
            return tunnel_into_itself.nested(dev, node)
        case NoPeer(dev, dst):
            return wireguard_allowed_ips.no_peer(dev, node, ip_text(dst))
        case PeerSourceRefused(dev, peer, src):
            return wireguard_allowed_ips.strange_source(dev, node, ip_text(peer), ip_text(src))
        case NoTunnelDevice(proto, src):
            return overlay_device_missing.no_tunnel(node, proto, ip_text(src))
        case NoWireguardDevice():
            return overlay_device_missing.no_wireguard(node)
        case _:
            assert_never(fact)
