"""A tun or tap device: a process holds its other end, and nobody can read a process (drivers/net/tun.c)."""

from typing import Final

from podpath.state.link import Link
from podpath.walk.devices.interface import Device
from podpath.walk.events import Transmit, Turn, Walk, unknown
from podpath.walk.space import Held


def _transmit(walk: Walk, event: Transmit, link: Held[Link]) -> tuple[Turn, ...]:
    what = f"what the process behind {event.dev} (a {link.row.kind} device) does with the packet"
    return (Turn(unknown(event.ns, walk.world, what, f"ip -d tuntap list dev {event.dev}", event.dev)),)


DEVICE: Final = Device(("tun", "tap"), _transmit)
