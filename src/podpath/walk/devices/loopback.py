"""The loopback device: what it sends, its own namespace gets (drivers/net/loopback.c)."""

from typing import Final

from podpath.state.link import Link
from podpath.walk.devices.interface import Device
from podpath.walk.events import Arrive, Transition, Transmit, Walk
from podpath.walk.namespace import Entry
from podpath.walk.packet import Packet


def _transmit(walk: Walk, event: Transmit, link: Entry[Link]) -> tuple[Transition, ...]:
    del walk, link
    packet = event.frame.content
    assert isinstance(packet, Packet)  # noqa: S101 - nobody asks for addresses on it
    # The packet keeps the route that brought it here, and is not routed again.
    return (Transition(Arrive(event.ns, event.dev, packet, event.carry, routed=True)),)


DEVICE: Final = Device(("loopback",), _transmit)
