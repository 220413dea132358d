"""A macvlan: a MAC of its own on another device (drivers/net/macvlan.c)."""

from collections.abc import Iterator
from shlex import quote
from typing import Final

from podpath.state.address import V6, Mac, ip_text, mac_text
from podpath.state.link import Link
from podpath.state.step import DeviceCrossed
from podpath.walk.cluster import NoPort, Port
from podpath.walk.devices.interface import Device
from podpath.walk.events import Cause, Receive, Step, Transition, Transmit, Walk, unknown
from podpath.walk.namespace import Entry

_GROUP: Final = 1 << 40
_ISOLATED: Final = frozenset(("macvlan", "macvtap", "ipvlan", "ipvtap"))
_TALKING: Final = frozenset(("bridge",))


def mode_of(walk: Walk, end: Port) -> str | None:
    """Return the mode of a macvlan; none where it was not seen."""
    held = walk.cluster.netns(end.ns).macvlans.get(end.link.row.name)
    return held.row.mode if held is not None else None


def siblings(walk: Walk, ns: int, lower: str) -> list[Port]:
    """Return the macvlans that stand on a device."""
    return [end for end in walk.cluster.above(ns, lower) if end.link.row.kind in {"macvlan", "macvtap"}]


def apart(walk: Walk, one: Port, other: Port) -> Cause | None:
    """Return why two devices never hear each other: a macvlan and what it stands on, or two of which one is private.

    macvlan_queue_xmit() and ipvlan_queue_xmit() hand frames to siblings or to the network, never to the device below.
    """
    for upper, lower in ((one, other), (other, one)):
        if lower == _under(walk, upper):
            return _from_host(walk, upper, lower)
    under = _under(walk, one)
    if under is None or under != _under(walk, other) or "private" not in {mode_of(walk, one), mode_of(walk, other)}:
        return None
    private = one if mode_of(walk, one) == "private" else other
    said = f"{_named(walk, one)} and {_named(walk, other)} stand on {_named(walk, under)}, and one is in mode private"
    why = "A macvlan in mode private speaks with no other one on its device."
    fix = f"ip link set {quote(private.link.row.name)} type macvlan mode bridge"
    return Cause("macvlan-private", private.ns, said, why, (private.link,), (fix,))


def _from_host(walk: Walk, upper: Port, lower: Port) -> Cause:
    kind, dev = upper.link.row.kind or "macvlan", lower.link.row.name
    said = f"{_named(walk, upper)} is a {kind} on {_named(walk, lower)}, and never hears that device, nor is heard by it"
    why = f"The kernel gives its frames to others on {dev} and to the network, not to {dev} itself."
    fix = [f"put the container on a bridge, or give the host a {kind} of its own on {dev}"]
    address = next((held.row for held in walk.cluster.netns(upper.ns).addresses.get(upper.link.row.name, ())
                    if held.row.scope != "link"), None)  # fmt: skip
    if kind.startswith("macv") and address is not None:
        six = "-6 " if address.family == V6 else ""
        fix.append(f"until then: ip link add to-macvlans link {quote(dev)} type macvlan mode bridge")
        fix.append("until then: ip link set to-macvlans up")
        fix.append(f"until then: ip {six}route add {ip_text(address.address)} dev to-macvlans")
    return Cause("macvlan-host", lower.ns, said, why, (upper.link,), tuple(fix))


def _under(walk: Walk, end: Port) -> Port | None:
    """Return the device that a macvlan or ipvlan stands on."""
    if end.link.row.kind not in _ISOLATED:
        return None
    lower = walk.cluster.other_end(end.ns, end.link)
    return lower if isinstance(lower, Port) else None


def _named(walk: Walk, end: Port) -> str:
    netns = walk.cluster.netns(end.ns)
    place = f" in {netns.label.replace(':', ' ', 1)}" if netns.label else ""
    return f"{end.link.row.name}{place} on {netns.node}"


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
            facts = DeviceCrossed("macvlan", event.dev, end.link.row.name, sibling=mac_text(Mac(dst)))
            step = Step(event.ns, event.dev, facts, rows=(end.link,))
            yield Transition(Receive(end.ns, end.link.row.name, frame, event.carry), (step,))
            return


DEVICE: Final = Device(("macvlan", "macvtap"), _transmit)
