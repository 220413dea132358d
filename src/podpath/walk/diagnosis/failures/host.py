"""The causes of what ends a path at the programs and the services of a host."""

from typing import Final, assert_never

from podpath.causes.conntrack import ephemeral_ports_exhausted
from podpath.causes.host import echo_ignored
from podpath.causes.routing import tproxy_route_missing
from podpath.causes.services import listen_backlog_full, service_no_endpoints, target_not_listening
from podpath.language import tr
from podpath.state.address import V4, Ip, family_of, ip_text, last_ip, parse_prefix
from podpath.state.failures.host import (
    BacklogFull,
    EchoIgnored,
    HostFailure,
    NoRealServer,
    NothingListens,
    PortReserved,
    PortsExhausted,
    ProxyRouteMissing,
)
from podpath.state.finding import Words
from podpath.walk.events import Walk
from podpath.walk.namespace import Namespace

_LOOPBACK: Final = parse_prefix("127.0.0.0/8")


def words(walk: Walk, ns: int, fact: HostFailure) -> Words:
    """Return the cause of a fact."""
    netns = walk.cluster.netns(ns)
    match fact:
        case EchoIgnored(setting):
            return echo_ignored.silent(netns.node, setting)
        case BacklogFull(socket, waiting):
            return listen_backlog_full.full(socket, netns.node, waiting)
        case PortReserved(program, proto, port, container):
            return target_not_listening.reserved(program, proto, str(port), netns.node, container)
        case NothingListens():
            return _nothing_listens(netns, fact)
        case ProxyRouteMissing(dst, port, mark):
            return tproxy_route_missing.not_local(netns.node, port, ip_text(dst), mark, family_of(dst))
        case PortsExhausted(dst, port, proto, first, last, reserved):
            flow = tr("{dst} port {port} ({proto})", dst=ip_text(dst), port=port, proto=proto)
            return ephemeral_ports_exhausted.none_left(netns.place, flow, first, last, reserved=reserved)
        case NoRealServer(dst, port, proto):
            return service_no_endpoints.virtual_server(
                tr("{dst} port {port} ({proto})", dst=ip_text(dst), port=port, proto=proto), netns.node, str(port)
            )
        case _:
            assert_never(fact)


def _nothing_listens(netns: Namespace, fact: NothingListens) -> Words:
    place = netns.where if netns.label else tr("here {where}", where=netns.where)
    if fact.only is None:
        return target_not_listening.closed(fact.proto, str(fact.port), place)
    only, asked = ip_text(fact.only), ip_text(fact.dst)
    return target_not_listening.narrow(fact.proto, str(fact.port), place, only, asked, loopback=_is_loopback(fact.only))


def _is_loopback(ip: Ip) -> bool:
    return ip == 1 or _LOOPBACK[1] <= ip <= last_ip(V4, _LOOPBACK[1], _LOOPBACK[2])
