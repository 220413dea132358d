"""An ipvlan: addresses of its own, and the MAC of the device below (drivers/net/ipvlan/ipvlan_core.c)."""

from typing import Final

from podpath.state.address import Ip, ip_text
from podpath.state.link import Link
from podpath.walk.devices.interface import Device
from podpath.walk.events import Mark, Receive, Send, Transmit, Turn, Walk, unknown
from podpath.walk.packet import Question
from podpath.walk.space import Held
from podpath.walk.world import End, NoEnd


def siblings(walk: Walk, ns: int, lower: str) -> list[End]:
    """Return the ipvlans that stand on a device."""
    return [end for end in walk.world.above(ns, lower) if end.link.row.kind in {"ipvlan", "ipvtap"}]


def owner(walk: Walk, ends: list[End], ip: Ip) -> End | None:
    """Return the ipvlan that has an address (ipvlan_find_addr)."""
    for end in ends:
        held = walk.world.space(end.ns).addresses.get(end.link.row.name, ())
        if any(one.row.address == ip for one in held):
            return end
    return None


def _transmit(walk: Walk, event: Transmit, link: Held[Link]) -> tuple[Turn, ...]:
    lower = walk.world.other_end(event.ns, link)
    if isinstance(lower, NoEnd):
        return (Turn(unknown(event.ns, walk.world, lower.reason, lower.command, event.dev)),)
    settings = walk.world.space(event.ns).ipvlans.get(event.dev)
    if settings is None or settings.row.mode is None:
        return (Turn(unknown(event.ns, walk.world, f"the mode of {event.dev}", f"ip -d link show {event.dev}", event.dev)),)
    content, name = event.frame.content, lower.link.row.name
    wanted = content.target if isinstance(content, Question) else content.dst
    near = owner(walk, [end for end in siblings(walk, lower.ns, name) if end.link is not link], wanted)
    if near is not None and (settings.row.flag or "bridge") == "bridge":
        said = f"{ip_text(wanted)} is an address of {near.link.row.name}, an ipvlan on the same {name}"
        return (Turn(Receive(near.ns, near.link.row.name, event.frame, event.carry, own=True),
                     (Mark(event.ns, event.dev, "device", said, rows=(near.link,)),)),)  # fmt: skip
    mark = Mark(event.ns, event.dev, "device", f"ipvlan ({settings.row.mode}) on {name}", rows=(settings,))
    if settings.row.mode == "l2" or isinstance(content, Question):
        return (Turn(Transmit(lower.ns, name, event.frame, event.carry), (mark,)),)
    return (Turn(Send(lower.ns, content, event.carry, name), (mark,)),)


DEVICE: Final = Device(("ipvlan", "ipvtap"), _transmit)
