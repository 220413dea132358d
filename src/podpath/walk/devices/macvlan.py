"""A macvlan: a MAC of its own on another device (drivers/net/macvlan.c)."""

from collections.abc import Iterator
from shlex import quote
from typing import Final

from podpath.state.address import Mac, mac_text
from podpath.state.link import Link
from podpath.state.step import DeviceCrossed
from podpath.walk.cluster import NoPort, Port
from podpath.walk.devices.interface import Device
from podpath.walk.events import Receive, Step, Transition, Transmit, Walk, unknown
from podpath.walk.namespace import Entry

_GROUP: Final = 1 << 40
_TALKING: Final = frozenset(("bridge",))


def mode_of(walk: Walk, end: Port) -> str | None:
    """Return the mode of a macvlan; none where it was not seen."""
    held = walk.cluster.netns(end.ns).macvlans.get(end.link.row.name)
    return held.row.mode if held is not None else None


def siblings(walk: Walk, ns: int, lower: str) -> list[Port]:
    """Return the macvlans that stand on a device."""
    return [end for end in walk.cluster.above(ns, lower) if end.link.row.kind in {"macvlan", "macvtap"}]


def _transmit(walk: Walk, event: Transmit, link: Entry[Link]) -> tuple[Transition, ...]:
    lower = walk.cluster.other_end(event.ns, link)
    if isinstance(lower, NoPort):
        return (Transition(unknown(event.ns, walk.cluster, lower.reason, lower.command, event.dev)),)
    mode = mode_of(walk, Port(event.ns, link))
    if mode is None:
        return (
            Transition(
                unknown(event.ns, walk.cluster, f"the mode of {event.dev}", f"ip -d link show {quote(event.dev)}", event.dev)
            ),
        )
    name = lower.link.row.name
    out = Transition(
        Transmit(lower.ns, name, event.frame, event.carry),
        (Step(event.ns, event.dev, DeviceCrossed("macvlan", event.dev, name, mode=mode), rows=(link,)),),
    )
    if mode not in _TALKING:
        return (out,)
    others = [
        end
        for end in siblings(walk, lower.ns, name)
        if (mode_of(walk, end) in _TALKING and end.link.row.name != event.dev)
        or (end.ns != event.ns and mode_of(walk, end) in _TALKING)
    ]
    dst = event.frame.dst or 0
    if dst & _GROUP:
        copies = [Transition(Receive(end.ns, end.link.row.name, event.frame, event.carry), copy=True) for end in others]
        return (*copies, out._replace(copy=True)) if copies else (out,)
    near = next((end for end in others if end.link.row.mac == dst), None)
    if near is None:
        return (out,)
    near_mac = mac_text(near.link.row.mac or Mac(dst))
    facts = DeviceCrossed("macvlan", event.dev, near.link.row.name, sibling=near_mac)
    return (
        Transition(
            Receive(near.ns, near.link.row.name, event.frame, event.carry),
            (Step(event.ns, event.dev, facts, rows=(near.link,)),),
        ),
    )


def receive(walk: Walk, event: Receive, ends: list[Port]) -> Iterator[Transition]:
    """Yield where a frame goes that the device below got: to the macvlan with its MAC, or to all (macvlan_handle_frame)."""
    frame = event.frame
    dst = frame.dst or 0
    sender = next((end for end in ends if end.link.row.mac == frame.src), None)
    for end in ends:
        mode = mode_of(walk, end)
        if mode == "source":
            continue
        if dst & _GROUP:
            # What one of them sent and the switch sent back reaches the others in mode vepa alone.
            if sender is None or (end is not sender and mode_of(walk, sender) == "vepa" and mode in {"vepa", "bridge"}):
                yield Transition(Receive(end.ns, end.link.row.name, frame, event.carry), copy=True)
        elif mode == "passthru" or end.link.row.mac == dst:
            yield Transition(Receive(end.ns, end.link.row.name, frame, event.carry))
            return


DEVICE: Final = Device(("macvlan", "macvtap"), _transmit)
