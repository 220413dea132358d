"""The causes of what ends a path on the segment behind a device."""

from typing import assert_never

from podpath.causes.addresses import neighbour_wrong_mac
from podpath.causes.calico import cali_proxy_arp_off, calico_no_default_route_no_arp
from podpath.causes.device import macvlan_host, macvlan_private
from podpath.causes.overlay import mtu_exceeds_path
from podpath.causes.routing import route_wrong_device
from podpath.language import tr
from podpath.state.address import V6, family_of, ip_text, mac_text
from podpath.state.failures.segment import (
    ApartFromLower,
    CableTooSmall,
    DevicePlace,
    OwnerElsewhere,
    PrivateMacvlan,
    ProxyArpOff,
    ProxyWithoutRoute,
    SegmentFailure,
    StationUnknown,
)
from podpath.state.finding import Words
from podpath.walk.cluster import Cluster
from podpath.walk.events import Walk


def words(walk: Walk, ns: int, fact: SegmentFailure) -> Words:
    """Return the cause of a fact."""
    cluster = walk.cluster
    node = cluster.netns(ns).node
    match fact:
        case CableTooSmall(dev, mtu, length):
            return mtu_exceeds_path.over_cable(dev, mtu, length)
        case ApartFromLower():
            return _apart(cluster, fact)
        case PrivateMacvlan(one, other, lower, private):
            return macvlan_private.apart(named(cluster, one), named(cluster, other), named(cluster, lower), private)
        case ProxyArpOff(dev, gateway, setting):
            return cali_proxy_arp_off.silent(dev, node, ip_text(gateway), setting)
        case ProxyWithoutRoute(dev, gateway, uplink):
            return calico_no_default_route_no_arp.silent(dev, node, ip_text(gateway), uplink)
        case OwnerElsewhere(dst, dev, owner):
            return route_wrong_device.not_there(node, ip_text(dst), dev, named(cluster, owner))
        case StationUnknown(dst, mac, dev, owner, own):
            sent_to = f"MAC {mac_text(mac)}" if mac is not None else tr("no MAC")
            place = tr("{dev} of {node}", dev=owner.dev, node=cluster.netns(owner.ns).node)
            return neighbour_wrong_mac.sent_astray(node, ip_text(dst), sent_to, dev, place, mac_text(own))
        case _:
            assert_never(fact)


def named(cluster: Cluster, end: DevicePlace) -> str:
    """Return a device with its place, in words."""
    return f"{end.dev} {cluster.netns(end.ns).where}"


def _apart(cluster: Cluster, fact: ApartFromLower) -> Words:
    route: tuple[str, ...] = ()
    if fact.kind.startswith("macv") and fact.address is not None:
        route = (*(("-6",) if family_of(fact.address) == V6 else ()), "route", "add", ip_text(fact.address))
    upper, lower = named(cluster, fact.upper), named(cluster, fact.lower)
    return macvlan_host.apart(upper, lower, fact.kind, fact.lower.dev, route)
