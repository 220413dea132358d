"""An ipvlan: addresses of its own, and the MAC of the device below (drivers/net/ipvlan/ipvlan_core.c)."""

from shlex import quote
from typing import Final

from podpath.language import tr
from podpath.state.address import Ip, ip_text
from podpath.state.link import Link
from podpath.state.step import DeviceCrossed
from podpath.walk.cluster import NoPort, Port
from podpath.walk.devices.interface import Device
from podpath.walk.events import Receive, Send, Step, Transition, Transmit, Walk, unknown, unknown_port
from podpath.walk.namespace import Entry
from podpath.walk.packet import NeighbourRequest


def siblings(walk: Walk, ns: int, lower: str) -> list[Port]:
    """Return the ipvlans on a device."""
    return [end for end in walk.cluster.above(ns, lower) if end.link.row.kind in {"ipvlan", "ipvtap"}]


def owner(walk: Walk, ends: list[Port], ip: Ip) -> Port | None:
    """Return the ipvlan that has an address (ipvlan_find_addr)."""
    for end in ends:
        held = walk.cluster.netns(end.ns).addresses.get(end.link.row.name, ())
        if any(one.row.address == ip for one in held):
            return end
    return None


def _transmit(walk: Walk, event: Transmit, link: Entry[Link]) -> tuple[Transition, ...]:
    lower = walk.cluster.other_end(event.ns, link)
    if isinstance(lower, NoPort):
        return (Transition(unknown_port(event.ns, walk.cluster, lower, event.dev)),)
    settings = walk.cluster.netns(event.ns).ipvlans.get(event.dev)
    if settings is None or settings.row.mode is None:
        return (
            Transition(
                unknown(
                    event.ns,
                    walk.cluster,
                    tr("the mode of {dev}", dev=event.dev),
                    f"ip -d link show {quote(event.dev)}",
                    event.dev,
                )
            ),
        )
    content, name = event.frame.content, lower.link.row.name
    wanted = content.target if isinstance(content, NeighbourRequest) else content.dst
    near = owner(walk, [end for end in siblings(walk, lower.ns, name) if end.link is not link], wanted)
    if near is not None and (settings.row.flag or "bridge") == "bridge":
        facts = DeviceCrossed("ipvlan", event.dev, near.link.row.name, sibling=ip_text(wanted))
        return (Transition(Receive(near.ns, near.link.row.name, event.frame, event.carry, own=True),
                     (Step(event.ns, event.dev, facts, rows=(near.link,)),)),)  # fmt: skip
    step = Step(event.ns, event.dev, DeviceCrossed("ipvlan", event.dev, name, mode=settings.row.mode), rows=(settings,))
    if settings.row.mode == "l2" or isinstance(content, NeighbourRequest):
        return (Transition(Transmit(lower.ns, name, event.frame, event.carry), (step,)),)
    return (Transition(Send(lower.ns, content, event.carry, name), (step,)),)


DEVICE: Final = Device(("ipvlan", "ipvtap"), _transmit)
