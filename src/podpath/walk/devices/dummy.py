"""A device that swallows all that it is given (drivers/net/dummy.c, ifb without a filter)."""

from typing import Final

from podpath.state.link import Link
from podpath.state.trace import Verdict
from podpath.walk.devices.interface import Device
from podpath.walk.events import Cause, Outcome, Transition, Transmit, Walk
from podpath.walk.namespace import Entry


def _transmit(walk: Walk, event: Transmit, link: Entry[Link]) -> tuple[Transition, ...]:
    netns = walk.cluster.netns(event.ns)
    said = f"{event.dev} on {netns.node} is a {link.row.kind} device: what is sent by it goes nowhere"
    cause = Cause("route-wrong-device", event.ns, said, "The route should lead to another device.", (link,))
    return (
        Transition(
            Outcome(
                Verdict.DROPPED, f"{event.dev} is a {link.row.kind} device and leads nowhere", event.ns, event.dev, cause=cause
            )
        ),
    )


DEVICE: Final = Device(("dummy", "ifb", "nlmon"), _transmit)
