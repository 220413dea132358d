"""The causes of what ends a path at a device."""

from typing import assert_never

from podpath.causes.bridge import device_down
from podpath.causes.device import no_carrier, user_mode_network_refuses, vlan_device_missing
from podpath.causes.routing import route_wrong_device
from podpath.state.address import ip_text
from podpath.state.failures.device import (
    BondWithoutPort,
    DeviceDiscards,
    DeviceDown,
    DeviceFailure,
    LoopbackClosed,
    NoCarrier,
    NoVlanDevice,
    PingsNotAllowed,
)
from podpath.state.finding import Words
from podpath.walk.events import Walk


def words(walk: Walk, ns: int, fact: DeviceFailure) -> Words:
    """Return the cause of a fact."""
    netns = walk.cluster.netns(ns)
    node = netns.node
    match fact:
        case DeviceDown(dev):
            return device_down.is_down(dev, netns.where)
        case NoCarrier(dev):
            return no_carrier.unplugged(dev, netns.where)
        case BondWithoutPort(dev):
            return device_down.bond_without_port(dev, node)
        case DeviceDiscards(dev, kind):
            return route_wrong_device.leads_nowhere(dev, node, kind)
        case NoVlanDevice(dev, vlan):
            return vlan_device_missing.untaken(dev, node, vlan)
        case LoopbackClosed(program, address):
            return user_mode_network_refuses.loopback_closed(program, ip_text(address))
        case PingsNotAllowed(program, gid, first, last):
            return user_mode_network_refuses.pings_not_allowed(program, gid, f"{first} {last}")
        case _:
            assert_never(fact)
