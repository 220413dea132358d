"""A container that knows its own network only: its default route is gone, or its network is internal."""

import re
from typing import Final

from podpath.causes.docker import docker_networks_isolated
from podpath.causes.routing import pod_gateway_route_missing, route_missing
from podpath.state.address import Ip, family_of, ip_text
from podpath.state.finding import Words
from podpath.state.link import Address
from podpath.state.route import Route
from podpath.state.runtime import ContainerNetwork
from podpath.walk.diagnosis.own_network import bridge_of, holds
from podpath.walk.events import Diagnosis, Path, Walk
from podpath.walk.namespace import LOOPBACK, Namespace

_MADE: Final = re.compile(r"br-[0-9a-f]{12}|podman[1-9]\d*")
"""Bridges of networks that somebody made; those that engines make by themselves are never internal."""


def lost(walk: Walk, path: Path, cause: Diagnosis) -> Diagnosis | None:
    """Return why a container has no default route, where its bridge has an address that can be its gateway."""
    packet, netns = path.end.packet, walk.cluster.netns(cause.ns)
    if cause.name != route_missing.CAUSE.name or packet is None or not netns.label:
        return None
    family = family_of(packet.dst)
    ways = (held.row for held in netns.all(Route) if held.row.family == family)
    if not netns.seen(Route, family) or any(not way.dst_len and way.type == "unicast" for way in ways):
        return None
    for held in (one for dev, rows in netns.addresses.items() if dev != LOOPBACK for one in rows):
        link = netns.links.get(held.row.dev)
        if held.row.family != family or held.row.scope == "link" or (link is not None and link.row.up is False):
            continue
        found = bridge_of(walk, netns.ns, held.row.dev)
        words, likely = _words(walk.cluster.netns(found[0]), found[1].row.name, held.row, packet.dst) if found else (None, False)
        if words is not None:
            return Diagnosis(words, netns.ns, (held, *cause.rows), likely)
    return None


def _words(host: Namespace, bridge: str, own: Address, address: Ip) -> tuple[Words | None, bool]:
    """Return the words for a container that has an address in the network of its bridge, and whether they are only likely."""
    internal = _internal(host, bridge)
    if internal:
        return docker_networks_isolated.without_gateway(bridge, ip_text(address)), False
    near = (held.row for held in host.addresses.get(bridge, ()))
    gateway = next((row.address for row in near if row.family == own.family and holds(row, own.address)), None)
    if gateway is None:
        return None, False
    prefix = f"{ip_text(own.address)}/{own.length}"
    words = pod_gateway_route_missing.of_sender(
        ip_text(address), prefix, ip_text(gateway), own.dev, own.family, internal="" if internal is False else bridge
    )
    return words, internal is None


def _internal(host: Namespace, bridge: str) -> bool | None:
    """Say whether a network was made without a way out, or None if nothing tells: only one that a person made can be."""
    told = {held.row.internal for held in host.all(ContainerNetwork) if held.row.bridge == bridge} - {None}
    if told or not _MADE.fullmatch(bridge):
        return True in told
    # netavark forwards nothing from the bridge of an internal network.
    return True if host.setting(f"net.ipv4.conf.{bridge}.forwarding") == 0 else None
