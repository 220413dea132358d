"""The causes of what ends a path on a bridge."""

from typing import assert_never

from podpath.causes.bridge import (
    bridge_flood_off,
    bridge_port_blocked,
    bridge_port_isolated,
    bridge_vlan_missing,
    fdb_wrong_port,
    hairpin_off,
    port_without_bridge,
)
from podpath.causes.overlay import mtu_exceeds_path
from podpath.state.address import mac_text
from podpath.state.failures.bridge import (
    BridgeFailure,
    FloodOff,
    ForeignPort,
    HairpinOff,
    NoOtherPort,
    PortBlocked,
    PortsIsolated,
    PortTooSmall,
    VlanNotAllowed,
)
from podpath.state.finding import Words
from podpath.walk.events import Walk


def words(walk: Walk, ns: int, fact: BridgeFailure) -> Words:
    """Return the cause of a fact."""
    node = walk.cluster.netns(ns).node
    match fact:
        case PortBlocked(port, bridge, state):
            return bridge_port_blocked.not_forwarding(port, bridge, node, state or "not known")
        case VlanNotAllowed(port, bridge):
            return bridge_vlan_missing.not_allowed(port, bridge)
        case ForeignPort(port, bridge, mac):
            return fdb_wrong_port.no_port_of_it(bridge, mac_text(mac), port)
        case HairpinOff(port, bridge):
            return hairpin_off.returns(port, bridge, node)
        case PortsIsolated(source, port, bridge):
            return bridge_port_isolated.between(source, port, bridge)
        case PortTooSmall(port, bridge, mtu, length):
            return mtu_exceeds_path.over_port(port, bridge, node, mtu, length)
        case FloodOff(port, bridge, mac):
            return bridge_flood_off.unknown_unicast(bridge, mac_text(mac), port)
        case NoOtherPort(bridge):
            return port_without_bridge.alone(bridge, node)
        case _:
            assert_never(fact)
