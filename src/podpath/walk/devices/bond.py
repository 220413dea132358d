"""A bond or team: one of its ports sends the frame (drivers/net/bonding, drivers/net/team)."""

from fractions import Fraction
from typing import Final

from podpath.language import tr
from podpath.state.failures.device import BondWithoutPort
from podpath.state.link import Bond, Link
from podpath.state.step import DeviceCrossed
from podpath.state.trace import Verdict
from podpath.walk.devices.interface import Device
from podpath.walk.events import Outcome, Step, Stopped, Transition, Transmit, Walk
from podpath.walk.namespace import Entry


def _transmit(walk: Walk, event: Transmit, link: Entry[Link]) -> tuple[Transition, ...]:
    netns = walk.cluster.netns(event.ns)
    settings = next((held for held in netns.all(Bond) if held.row.name == event.dev), None)
    alive = [port for port in netns.ports.get(event.dev, ()) if port.row.up is not False and port.row.carrier is not False]
    active = settings.row.active if settings is not None else None
    ports = [port for port in alive if active is None or port.row.name == active]
    if not ports:
        cause = Stopped(BondWithoutPort(event.dev), event.ns, (link,))
        return (
            Transition(
                Outcome(Verdict.DROPPED, tr("{dev} has no port that is up", dev=event.dev), event.ns, event.dev, cause=cause)
            ),
        )
    rows = (settings,) if settings is not None else ()
    return tuple(
        Transition(Transmit(event.ns, port.row.name, event.frame, event.carry),
             (Step(event.ns, event.dev, DeviceCrossed("bond", event.dev, port.row.name), rows=rows),), Fraction(1, len(ports)))
        for port in ports
    )  # fmt: skip


DEVICE: Final = Device(("bond", "team"), _transmit)
