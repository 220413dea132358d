"""The causes of what ends a path where a host looks a route up, or checks the addresses of a packet."""

from typing import assert_never

from podpath.causes.addresses import duplicate_address
from podpath.causes.routing import (
    policy_rule_steals_traffic,
    route_localnet_off,
    route_missing,
    route_refuses,
    route_wrong_device,
    routing_loop,
    rp_filter_asymmetric,
)
from podpath.language import tr
from podpath.state.address import family_of, ip_text
from podpath.state.failures.routing import (
    LoopbackAddressArrived,
    NoRoute,
    OwnSource,
    ReversePathFails,
    RouteRefuses,
    RouteToLoopback,
    RoutingFailure,
    RoutingLoop,
    RuleRefuses,
)
from podpath.state.finding import Words
from podpath.walk.events import Walk
from podpath.walk.host.routes import refusal
from podpath.walk.routing.fib import Errno


def words(walk: Walk, ns: int, fact: RoutingFailure) -> Words:
    """Return the cause of a fact."""
    netns = walk.cluster.netns(ns)
    node = netns.node
    match fact:
        case NoRoute(dst, error):
            place = netns.label.replace(":", " ", 1) if netns.label else tr("this host")
            return route_missing.nowhere(place, ip_text(dst), refusal(Errno(error), dst), family_of(dst))
        case RouteRefuses(dst, kind, net):
            return route_refuses.stops(kind, net, ip_text(dst), family_of(dst))
        case RuleRefuses(dst, priority, action):
            return policy_rule_steals_traffic.refuses(priority, action, ip_text(dst), family_of(dst))
        case RouteToLoopback(dst, dev, net):
            return route_wrong_device.stays_here(node, net, dev, ip_text(dst), family_of(dst))
        case RoutingLoop(dev):
            return routing_loop.circle(dev)
        case LoopbackAddressArrived(dev, setting):
            return route_localnet_off.martian(dev, setting)
        case OwnSource(src, dev):
            return duplicate_address.of_sender(ip_text(src), dev)
        case ReversePathFails(src, dev, back, mode, setting):
            return rp_filter_asymmetric.drops(dev, ip_text(src), back, mode, setting)
        case _:
            assert_never(fact)
