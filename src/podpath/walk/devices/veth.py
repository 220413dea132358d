"""A veth: what one end sends, the other end gets (drivers/net/veth.c, __is_skb_forwardable in net/core/dev.c)."""

from dataclasses import replace
from typing import Final

from podpath.language import tr
from podpath.state.link import Link
from podpath.state.step import DeviceCrossed
from podpath.state.trace import Verdict
from podpath.walk.cluster import NoPort
from podpath.walk.devices import underlay
from podpath.walk.devices.interface import Device
from podpath.walk.events import Outcome, Receive, Step, Transition, Transmit, Walk, unknown_port
from podpath.walk.host.links import dead
from podpath.walk.namespace import Entry
from podpath.walk.packet import Frame, Packet


def _transmit(walk: Walk, event: Transmit, link: Entry[Link]) -> tuple[Transition, ...]:
    other = walk.cluster.other_end(event.ns, link)
    if isinstance(other, NoPort):
        if other.outside:
            return underlay.cross(walk, event, link, other)
        return (Transition(unknown_port(event.ns, walk.cluster, other, event.dev)),)
    peer = other.link.row
    steps = (
        Step(
            event.ns,
            event.dev,
            DeviceCrossed("veth", event.dev, peer.name, _place(walk, event.ns, other.ns)),
            rows=(link, other.link),
        ),
    )
    if peer.up is False:
        return (
            Transition(
                Outcome(
                    Verdict.DROPPED,
                    tr("{name} is down", name=peer.name),
                    other.ns,
                    peer.name,
                    cause=dead(walk, other.ns, other.link),
                ),
                steps,
            ),
        )
    end = underlay.too_long(event, other)
    return (
        (Transition(end, steps),)
        if end is not None
        else (Transition(Receive(other.ns, peer.name, _bare(event, other.ns), event.carry.fresh()), steps),)
    )


def _bare(event: Transmit, ns: int) -> Frame:
    """Return the frame as another namespace gets it: without its firewall mark (skb_scrub_packet)."""
    packet = event.frame.content
    if ns == event.ns or not isinstance(packet, Packet) or not packet.mark:
        return event.frame
    return replace(event.frame, content=replace(packet, mark=0))


def _place(walk: Walk, here: int, there: int) -> str:
    netns = walk.cluster.netns(there)
    if here == there:
        return "here"
    return tr("in {name}", name=netns.label.replace(":", " ", 1)) if netns.label else tr("on {node}", node=netns.node)


DEVICE: Final = Device(("veth", "netkit"), _transmit)
