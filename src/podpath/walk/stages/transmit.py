"""A device sends a frame: what is known of the device itself, then what its kind does (dev_queue_xmit, net/core/dev.c)."""

import pkgutil
from dataclasses import replace
from functools import cache
from importlib import import_module
from shlex import quote
from typing import Final

from podpath.language import tr
from podpath.state.link import Link
from podpath.walk.device_kinds import kind_of
from podpath.walk.devices.interface import Device
from podpath.walk.events import Transition, Transmit, Walk, unknown
from podpath.walk.host.hooks import Hook, pass_frame
from podpath.walk.host.links import lifeless
from podpath.walk.namespace import Entry, Namespace

_EGRESS: Final = frozenset(("tc egress", "tcx egress"))


@cache
def devices() -> dict[str | None, Device]:
    """Return the kinds of devices: every module of podpath.walk.devices that has a ``DEVICE``; there is no list to edit."""
    import podpath.walk.devices as package

    modules = (import_module(f"{package.__name__}.{info.name}") for info in pkgutil.iter_modules(package.__path__))
    found: list[Device] = [module.DEVICE for module in modules if hasattr(module, "DEVICE")]
    return {kind: device for device in found for kind in device.kinds}


def stage(walk: Walk, event: Transmit) -> tuple[Transition, ...]:
    """Give the frame to the device."""
    netns = walk.cluster.netns(event.ns)
    link = netns.links.get(event.dev)
    if link is None:
        return (
            Transition(unknown(event.ns, walk.cluster, f"device {event.dev}", f"ip -d link show {quote(event.dev)}", event.dev)),
        )
    dead = lifeless(walk, event.ns, link)
    if dead is not None:
        return (Transition(dead),)
    seen = pass_frame(walk, event.ns, Hook.EGRESS, event.frame, event.carry, out=event.dev)
    return tuple(
        transition for one in seen for transition in one.then(_handed(walk, replace(event, frame=one.frame), netns, link))
    )


def _handed(walk: Walk, event: Transmit, netns: Namespace, link: Entry[Link]) -> tuple[Transition, ...]:
    """Pass a frame that rules have accepted to its kind of device."""
    program = next((held for held in netns.programs.get(event.dev, ()) if held.row.hook in _EGRESS), None)
    if program is not None:
        what = tr(
            "what {kind} {name} at {dev} ({hook}) does",
            kind=program.row.kind,
            name=program.row.name or program.row.id or "",
            dev=event.dev,
            hook=program.row.hook,
        )
        return (
            Transition(
                unknown(
                    event.ns, walk.cluster, " ".join(what.split()), f"tc filter show dev {quote(event.dev)} egress", event.dev
                )
            ),
        )
    device = devices().get(kind_of(netns, link))
    if device is None:
        what = tr("what {dev}, a device of kind {kind}, does with a packet", dev=event.dev, kind=link.row.kind)
        return (Transition(unknown(event.ns, walk.cluster, what, f"ip -d link show {quote(event.dev)}", event.dev)),)
    return device.transmit(walk, event, link)
