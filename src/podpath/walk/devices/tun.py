"""A tun or tap device: a process has its other end, and podpath cannot read a process (drivers/net/tun.c)."""

from shlex import quote
from typing import Final

from podpath.state.link import Link
from podpath.walk.devices.interface import Device
from podpath.walk.events import Transition, Transmit, Walk, unknown
from podpath.walk.namespace import Entry


def _transmit(walk: Walk, event: Transmit, link: Entry[Link]) -> tuple[Transition, ...]:
    what = f"what the process behind {event.dev} (a {link.row.kind} device) does with the packet"
    return (Transition(unknown(event.ns, walk.cluster, what, f"ip -d tuntap list dev {quote(event.dev)}", event.dev)),)


DEVICE: Final = Device(("tun", "tap"), _transmit)
