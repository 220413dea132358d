"""The causes of what ends a path where a host forwards a packet, or sends it by a device that is too small for it."""

from typing import assert_never

from podpath.causes.addresses import source_address_missing
from podpath.causes.overlay import mtu_exceeds_path
from podpath.causes.routing import (
    ip_forward_off,
    per_interface_forwarding_off,
    ttl_exceeded,
)
from podpath.state.address import ip_text
from podpath.state.failures.forwarding import ForwardingFailure, ForwardingOff, HopLimitUsedUp, LinkLocalSource, PacketTooBig
from podpath.state.finding import Words
from podpath.walk.events import Walk


def words(walk: Walk, ns: int, fact: ForwardingFailure) -> Words:
    """Return the cause of a fact."""
    node = walk.cluster.netns(ns).node
    match fact:
        case HopLimitUsedUp():
            return ttl_exceeded.used_up(node)
        case LinkLocalSource(src):
            return source_address_missing.link_local(node, ip_text(src))
        case ForwardingOff(dst, dev, setting, everywhere):
            drops = ip_forward_off.drops if everywhere else per_interface_forwarding_off.drops
            return drops(setting, dev, ip_text(dst))
        case PacketTooBig(dev, mtu, length, forwarded):
            return (mtu_exceeds_path.told if forwarded else mtu_exceeds_path.not_cut)(dev, node, mtu, length)
        case _:
            assert_never(fact)
