"""The loopback device: what it sends, its own namespace gets (drivers/net/loopback.c)."""

from typing import Final

from podpath.state.link import Link
from podpath.walk.devices.interface import Device
from podpath.walk.events import Arrive, Transmit, Turn, Walk
from podpath.walk.packet import Packet
from podpath.walk.space import Held


def _transmit(walk: Walk, event: Transmit, link: Held[Link]) -> tuple[Turn, ...]:
    del walk, link
    packet = event.frame.content
    assert isinstance(packet, Packet)  # noqa: S101 - nobody asks for addresses on it
    # The packet keeps the route that brought it here, and is not routed again.
    return (Turn(Arrive(event.ns, event.dev, packet, event.carry, routed=True)),)


DEVICE: Final = Device(("loopback",), _transmit)
