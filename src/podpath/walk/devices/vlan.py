"""A VLAN device: its frames leave by the device below, with a tag (net/8021q/vlan_dev.c)."""

from dataclasses import replace
from typing import Final

from podpath.state.link import Link
from podpath.walk.devices.interface import Device
from podpath.walk.events import Mark, Transmit, Turn, Walk, unknown
from podpath.walk.space import Held
from podpath.walk.world import NoEnd


def _transmit(walk: Walk, event: Transmit, link: Held[Link]) -> tuple[Turn, ...]:
    space = walk.world.space(event.ns)
    settings, lower = space.vlans.get(event.dev), walk.world.other_end(event.ns, link)
    if settings is None:
        return (Turn(unknown(event.ns, walk.world, f"the VLAN of {event.dev}", f"ip -d link show {event.dev}", event.dev)),)
    if isinstance(lower, NoEnd):
        return (Turn(unknown(event.ns, walk.world, lower.reason, lower.command, event.dev)),)
    frame = replace(event.frame, vlan=(*event.frame.vlan, settings.row.vlan))
    mark = Mark(event.ns, event.dev, "device", f"VLAN {settings.row.vlan} on {lower.link.row.name}", frame, (settings,))
    return (Turn(Transmit(lower.ns, lower.link.row.name, frame, event.carry), (mark,)),)


DEVICE: Final = Device(("vlan",), _transmit)
