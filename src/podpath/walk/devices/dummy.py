"""A device that discards all packets (drivers/net/dummy.c, ifb without a filter)."""

from typing import Final

from podpath.causes.routing import route_wrong_device
from podpath.state.link import Link
from podpath.state.trace import Verdict
from podpath.walk.devices.interface import Device
from podpath.walk.events import Diagnosis, Outcome, Transition, Transmit, Walk
from podpath.walk.namespace import Entry


def _transmit(walk: Walk, event: Transmit, link: Entry[Link]) -> tuple[Transition, ...]:
    netns = walk.cluster.netns(event.ns)
    cause = Diagnosis(route_wrong_device.leads_nowhere(event.dev, netns.node, link.row.kind), event.ns, (link,))
    return (
        Transition(
            Outcome(
                Verdict.DROPPED, f"{event.dev} is a {link.row.kind} device and leads nowhere", event.ns, event.dev, cause=cause
            )
        ),
    )


DEVICE: Final = Device(("dummy", "ifb", "nlmon"), _transmit)
