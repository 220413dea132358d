"""The cause of each fact that ends a path (``state/failures``), and the words for it."""

from dataclasses import fields
from typing import assert_never

from podpath.causes.calico import cali_proxy_arp_off
from podpath.causes.routing import rp_filter_asymmetric
from podpath.language import tr
from podpath.state.address import ip_text
from podpath.state.failures.bridge import BridgeFailure
from podpath.state.failures.device import DeviceFailure
from podpath.state.failures.forwarding import ForwardingFailure, ForwardingOff
from podpath.state.failures.host import HostFailure
from podpath.state.failures.routing import ReversePathFails, RoutingFailure
from podpath.state.failures.segment import SegmentFailure
from podpath.state.failures.tunnel import TunnelFailure
from podpath.state.failures.vxlan import NotDecapsulated, VxlanFailure
from podpath.state.finding import Words
from podpath.walk.diagnosis.failures import bridge, device, forwarding, host, routing, segment, tunnel, vxlan
from podpath.walk.events import Diagnosis, Stopped, Walk


def explained(walk: Walk, failed: Stopped) -> Diagnosis:
    """Return the cause of what ended a path."""
    words = _words(walk, failed)
    if failed.gateway is not None:
        words = words._replace(why=cali_proxy_arp_off.consequence(failed.gateway.dev, ip_text(failed.gateway.address)))
    values = (getattr(failed.fact, field.name) for field in fields(failed.fact))
    return Diagnosis(words, failed.ns, failed.rows, failed.likely, tuple(value for value in values if isinstance(value, str)))


def reason_of(walk: Walk, failed: Stopped) -> str:
    """Return how a path ended, in words: what its cause says, and what the fact adds."""
    fact, summary = failed.fact, _words(walk, failed).summary
    match fact:
        case ForwardingOff():
            return tr("{summary}, and {dst} is not its own", summary=summary, dst=ip_text(fact.dst))
        case ReversePathFails():
            return tr("{src}: rp_filter drops it", src=rp_filter_asymmetric.leads(ip_text(fact.src), fact.dev, fact.back))
        case NotDecapsulated():
            return tr("{summary}: no device decapsulates VXLAN {vni}, UDP {port}", summary=summary, vni=fact.vni, port=fact.port)
        case _:
            return summary


def _words(walk: Walk, failed: Stopped) -> Words:
    fact, ns = failed.fact, failed.ns
    if isinstance(fact, RoutingFailure):
        return routing.words(walk, ns, fact)
    if isinstance(fact, ForwardingFailure):
        return forwarding.words(walk, ns, fact)
    if isinstance(fact, HostFailure):
        return host.words(walk, ns, fact)
    if isinstance(fact, DeviceFailure):
        return device.words(walk, ns, fact)
    if isinstance(fact, SegmentFailure):
        return segment.words(walk, ns, fact)
    if isinstance(fact, BridgeFailure):
        return bridge.words(walk, ns, fact)
    if isinstance(fact, VxlanFailure):
        return vxlan.words(walk, ns, fact)
    if isinstance(fact, TunnelFailure):
        return tunnel.words(walk, ns, fact)
    assert_never(fact)
