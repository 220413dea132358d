"""A device that discards all packets (drivers/net/dummy.c, ifb without a filter)."""

from typing import Final

from podpath.language import tr
from podpath.state.failures.device import DeviceDiscards
from podpath.state.link import Link
from podpath.state.trace import Verdict
from podpath.walk.devices.interface import Device
from podpath.walk.events import Outcome, Stopped, Transition, Transmit, Walk
from podpath.walk.namespace import Entry


def _transmit(walk: Walk, event: Transmit, link: Entry[Link]) -> tuple[Transition, ...]:
    del walk
    cause = Stopped(DeviceDiscards(event.dev, link.row.kind), event.ns, (link,))
    return (
        Transition(
            Outcome(
                Verdict.DROPPED,
                tr("{dev} is a {kind} device and leads nowhere", dev=event.dev, kind=link.row.kind),
                event.ns,
                event.dev,
                cause=cause,
            )
        ),
    )


DEVICE: Final = Device(("dummy", "ifb", "nlmon"), _transmit)
