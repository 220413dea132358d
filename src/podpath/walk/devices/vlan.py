"""A VLAN device: its frames leave by the device below, with a tag (net/8021q/vlan_dev.c)."""

from dataclasses import replace
from shlex import quote
from typing import Final

from podpath.language import tr
from podpath.state.link import Link
from podpath.state.step import DeviceCrossed
from podpath.walk.cluster import NoPort
from podpath.walk.devices.interface import Device
from podpath.walk.events import Step, Transition, Transmit, Walk, unknown, unknown_port
from podpath.walk.namespace import Entry


def _transmit(walk: Walk, event: Transmit, link: Entry[Link]) -> tuple[Transition, ...]:
    netns = walk.cluster.netns(event.ns)
    settings, lower = netns.vlans.get(event.dev), walk.cluster.other_end(event.ns, link)
    if settings is None:
        return (
            Transition(
                unknown(
                    event.ns,
                    walk.cluster,
                    tr("the VLAN of {dev}", dev=event.dev),
                    f"ip -d link show {quote(event.dev)}",
                    event.dev,
                )
            ),
        )
    if isinstance(lower, NoPort):
        return (Transition(unknown_port(event.ns, walk.cluster, lower, event.dev)),)
    frame = replace(event.frame, vlan=(*event.frame.vlan, settings.row.vlan))
    step = Step(
        event.ns,
        event.dev,
        DeviceCrossed("vlan", event.dev, lower.link.row.name, mode=str(settings.row.vlan)),
        frame,
        (settings,),
    )
    return (Transition(Transmit(lower.ns, lower.link.row.name, frame, event.carry), (step,)),)


DEVICE: Final = Device(("vlan",), _transmit)
