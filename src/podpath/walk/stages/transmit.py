"""A device sends a frame: what is known of the device itself, then what its kind does (dev_queue_xmit, net/core/dev.c)."""

import pkgutil
from dataclasses import replace
from functools import cache
from importlib import import_module
from typing import Final

from podpath.state.link import Link
from podpath.walk.devices.interface import Device
from podpath.walk.events import Transmit, Turn, Walk, unknown
from podpath.walk.hooks import Hook, pass_frame
from podpath.walk.links import kind_of, lifeless
from podpath.walk.space import Held, Space

_EGRESS: Final = frozenset(("tc egress", "tcx egress"))


@cache
def devices() -> dict[str | None, Device]:
    """Return the kinds of devices: every module of podpath.walk.devices that has a ``DEVICE``; there is no list to edit."""
    import podpath.walk.devices as package

    modules = (import_module(f"{package.__name__}.{info.name}") for info in pkgutil.iter_modules(package.__path__))
    found: list[Device] = [module.DEVICE for module in modules if hasattr(module, "DEVICE")]
    return {kind: device for device in found for kind in device.kinds}


def stage(walk: Walk, event: Transmit) -> tuple[Turn, ...]:
    """Give the frame to the device."""
    space = walk.world.space(event.ns)
    link = space.links.get(event.dev)
    if link is None:
        return (Turn(unknown(event.ns, walk.world, f"device {event.dev}", f"ip -d link show {event.dev}", event.dev)),)
    dead = lifeless(walk, event.ns, link)
    if dead is not None:
        return (Turn(dead),)
    seen = pass_frame(walk, event.ns, Hook.EGRESS, event.frame, event.carry, out=event.dev)
    return tuple(turn for one in seen for turn in one.then(_handed(walk, replace(event, frame=one.frame), space, link)))


def _handed(walk: Walk, event: Transmit, space: Space, link: Held[Link]) -> tuple[Turn, ...]:
    """Give a frame that rules have let pass to the kind of its device."""
    program = next((held for held in space.programs.get(event.dev, ()) if held.row.hook in _EGRESS), None)
    if program is not None:
        what = f"what {program.row.kind} {program.row.name or program.row.id or ''} at {event.dev} ({program.row.hook}) does"
        return (Turn(unknown(event.ns, walk.world, " ".join(what.split()), f"tc filter show dev {event.dev} egress", event.dev)),)
    device = devices().get(kind_of(space, link))
    if device is None:
        what = f"what {event.dev}, a device of kind {link.row.kind}, does with a packet"
        return (Turn(unknown(event.ns, walk.world, what, f"ip -d link show {event.dev}", event.dev)),)
    return device.transmit(walk, event, link)
