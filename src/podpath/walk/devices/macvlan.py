"""A macvlan: a MAC of its own on another device (drivers/net/macvlan.c)."""

from collections.abc import Iterator
from shlex import quote
from typing import Final

from podpath.language import tr
from podpath.state.address import Mac, mac_text
from podpath.state.failures.segment import ApartFromLower, DevicePlace, PrivateMacvlan
from podpath.state.link import Link
from podpath.state.step import DeviceCrossed
from podpath.walk.cluster import NoPort, Port
from podpath.walk.devices.interface import Device
from podpath.walk.events import Receive, Step, Stopped, Transition, Transmit, Walk, unknown, unknown_port
from podpath.walk.namespace import Entry

_GROUP: Final = 1 << 40
_ISOLATED: Final = frozenset(("macvlan", "macvtap", "ipvlan", "ipvtap"))
_TALKING: Final = frozenset(("bridge",))


def mode_of(walk: Walk, end: Port) -> str | None:
    """Return the mode of a macvlan, or None if it was not captured."""
    held = walk.cluster.netns(end.ns).macvlans.get(end.link.row.name)
    return held.row.mode if held is not None else None


def siblings(walk: Walk, ns: int, lower: str) -> list[Port]:
    """Return the macvlans on a device."""
    return [end for end in walk.cluster.above(ns, lower) if end.link.row.kind in {"macvlan", "macvtap"}]


def apart(walk: Walk, one: Port, other: Port) -> Stopped | None:
    """Return why two devices never exchange frames: a macvlan and its lower device, or two of which one is private.

    macvlan_queue_xmit() and ipvlan_queue_xmit() hand frames to siblings or to the network, never to the device below.
    """
    for upper, lower in ((one, other), (other, one)):
        if lower == _under(walk, upper):
            return _from_host(walk, upper, lower)
    under = _under(walk, one)
    if under is None or under != _under(walk, other) or "private" not in {mode_of(walk, one), mode_of(walk, other)}:
        return None
    private = one if mode_of(walk, one) == "private" else other
    fact = PrivateMacvlan(_end(one), _end(other), _end(under), private.link.row.name)
    return Stopped(fact, private.ns, (private.link,))


def _from_host(walk: Walk, upper: Port, lower: Port) -> Stopped:
    address = next((held.row for held in walk.cluster.netns(upper.ns).addresses.get(upper.link.row.name, ())
                    if held.row.scope != "link"), None)  # fmt: skip
    kind = upper.link.row.kind or "macvlan"
    fact = ApartFromLower(_end(upper), _end(lower), kind, address.address if address is not None else None)
    return Stopped(fact, lower.ns, (upper.link,))


def _under(walk: Walk, end: Port) -> Port | None:
    """Return the lower device of a macvlan or ipvlan."""
    if end.link.row.kind not in _ISOLATED:
        return None
    lower = walk.cluster.other_end(end.ns, end.link)
    return lower if isinstance(lower, Port) else None


def _end(port: Port) -> DevicePlace:
    return DevicePlace(port.ns, port.link.row.name)


def _transmit(walk: Walk, event: Transmit, link: Entry[Link]) -> tuple[Transition, ...]:
    lower = walk.cluster.other_end(event.ns, link)
    if isinstance(lower, NoPort):
        return (Transition(unknown_port(event.ns, walk.cluster, lower, event.dev)),)
    mode = mode_of(walk, Port(event.ns, link))
    if mode is None:
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
            facts = DeviceCrossed("macvlan", event.dev, end.link.row.name, sibling=mac_text(Mac(dst)))
            step = Step(event.ns, event.dev, facts, rows=(end.link,))
            yield Transition(Receive(end.ns, end.link.row.name, frame, event.carry), (step,))
            return


DEVICE: Final = Device(("macvlan", "macvtap"), _transmit)
