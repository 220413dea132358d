"""A device gets a frame: who takes it before the protocols do, and whether it is for this host.

__netif_receive_skb_core() in net/core/dev.c, eth_type_trans() in net/ethernet/eth.c.
"""

from collections.abc import Iterator
from dataclasses import replace
from shlex import quote
from typing import Final

from podpath.language import tr
from podpath.state.address import Mac, ip_text
from podpath.state.failures.device import NoVlanDevice
from podpath.state.link import Link
from podpath.state.step import DeviceCrossed
from podpath.state.trace import Verdict
from podpath.walk.cluster import Port
from podpath.walk.device_kinds import kind_of
from podpath.walk.devices import bridge, ipvlan, macvlan
from podpath.walk.events import Arrive, Event, OtherHost, Outcome, Receive, Step, Stopped, Transition, Transmit, Walk, unknown
from podpath.walk.host.hooks import Hook, pass_frame, pass_question
from podpath.walk.host.links import dead, for_another
from podpath.walk.namespace import Entry, Namespace
from podpath.walk.packet import NeighbourRequest, Packet
from podpath.walk.stages import answer

_GROUP: Final = 1 << 40
_INGRESS: Final = frozenset(("xdp", "tc ingress", "tcx ingress"))
_OPAQUE_MASTERS: Final = frozenset(("openvswitch", "ovs-system"))


def stage(walk: Walk, event: Receive) -> tuple[Transition, ...]:
    """Pass the frame to the devices stacked on this one, else to the protocols."""
    netns = walk.cluster.netns(event.ns)
    link = netns.links.get(event.dev)
    if link is None:
        return (
            Transition(unknown(event.ns, walk.cluster, f"device {event.dev}", f"ip -d link show {quote(event.dev)}", event.dev)),
        )
    if link.row.up is False:
        return (
            Transition(
                Outcome(
                    Verdict.DROPPED, tr("{dev} is down", dev=event.dev), event.ns, event.dev, cause=dead(walk, event.ns, link)
                )
            ),
        )
    program = next((held for held in netns.programs.get(event.dev, ()) if held.row.hook in _INGRESS), None)
    if program is not None:
        name = program.row.name or program.row.id or ""
        what = tr(
            "what {kind} program {name} at {dev} ({hook}) does",
            kind=program.row.kind,
            name=name,
            dev=event.dev,
            hook=program.row.hook,
        )
        return (
            Transition(
                unknown(
                    event.ns,
                    walk.cluster,
                    what,
                    f"bpftool net show dev {quote(event.dev)}; tc filter show dev {quote(event.dev)} ingress",
                    event.dev,
                )
            ),
        )
    seen = pass_frame(walk, event.ns, Hook.INGRESS, event.frame, event.carry, into=event.dev)
    return tuple(
        transition for one in seen for transition in one.then(_taken(walk, replace(event, frame=one.frame), netns, link))
    )


def _taken(walk: Walk, event: Receive, netns: Namespace, link: Entry[Link]) -> tuple[Transition, ...]:
    stacked = _stacked(walk, event, netns, link)
    if stacked is not None:
        return stacked
    own = event.own if event.own is not None else _is_for(link, event.frame.dst)
    if not own or event.frame.vlan:
        return (Transition(_for_another(event, netns, link)),)
    if isinstance(event.frame.content, NeighbourRequest):
        asked = pass_question(walk, event.ns, event.frame, event.carry, into=event.dev)
        return tuple(transition for one in asked for transition in one.then(_answers(walk, answer.stage(walk, event, link))))
    noted = event.carry.physin if event.carry.prerouted else None
    carry = replace(event.carry, smac=event.frame.src, physin=noted)
    return (Transition(Arrive(event.ns, _vrf_or(netns, link), event.frame.content, carry)),)


def _answers(walk: Walk, transitions: tuple[Transition, ...]) -> Iterator[Transition]:
    """Yield transitions; each reply to a request passes the rules for ARP."""
    for transition in transitions:
        if not isinstance(transition.to, Transmit):
            yield transition
            continue
        for seen in pass_question(walk, transition.to.ns, transition.to.frame, transition.to.carry, out=transition.to.dev):
            yield from (
                one._replace(steps=(*transition.steps, *one.steps)) for one in seen.then((transition._replace(steps=()),))
            )


def _is_for(link: Entry[Link], mac: Mac | None) -> bool:
    return mac is None or bool(mac & _GROUP) or link.row.mac is None or mac == link.row.mac


def _vrf_or(netns: Namespace, link: Entry[Link]) -> str:
    """Return the device that the protocols see: the VRF, for a port of one (l3mdev_ip_rcv)."""
    return link.row.master if link.row.master is not None and link.row.master in netns.vrf_tables else link.row.name


def _stacked(walk: Walk, event: Receive, netns: Namespace, link: Entry[Link]) -> tuple[Transition, ...] | None:
    """Return what the device above makes of the frame, or None if nothing is stacked on this one."""
    above = walk.cluster.above(event.ns, event.dev)
    if event.frame.vlan:
        tag = event.frame.vlan[-1]
        for end in above:
            settings = walk.cluster.netns(end.ns).vlans.get(end.link.row.name)
            if settings is not None and settings.row.vlan == tag:
                frame = replace(event.frame, vlan=event.frame.vlan[:-1])
                return (Transition(Receive(end.ns, end.link.row.name, frame, event.carry)),)
    master = netns.links.get(link.row.master or "")
    kind = kind_of(netns, master) if master is not None else None
    if master is not None and kind == "bridge":
        return bridge.receive(walk, event, link, master)
    if master is not None and kind in {"bond", "team"}:
        return (Transition(Receive(event.ns, master.row.name, event.frame, event.carry)),)
    if link.row.master is not None and kind not in {"vrf", "bridge"}:
        what = tr(
            "what {master}{kind} does with frames of {dev}",
            master=link.row.master,
            kind=tr(", a device of kind {kind},", kind=kind) if kind else "",
            dev=event.dev,
        )
        return (Transition(unknown(event.ns, walk.cluster, what, f"ip -d link show {quote(link.row.master)}", event.dev)),)
    return _on_top(walk, event, above) if above else None


def _on_top(walk: Walk, event: Receive, above: list[Port]) -> tuple[Transition, ...] | None:
    """Return what macvlans and ipvlans on the device take of the frame."""
    vlans = [end for end in above if end.link.row.kind in {"macvlan", "macvtap"}]
    taken = list(macvlan.receive(walk, event, vlans))
    if taken and not taken[0].copy:
        return (taken[0],)
    if taken:
        return (*taken, Transition(_below(walk, event), copy=True))
    sharing = [end for end in above if end.link.row.kind in {"ipvlan", "ipvtap"}]
    content = event.frame.content
    wanted = (
        content.target
        if isinstance(content, NeighbourRequest) and not content.answer
        else content.dst
        if isinstance(content, Packet)
        else content.target
    )
    near = ipvlan.owner(walk, sharing, wanted)
    if near is None:
        return None
    facts = DeviceCrossed("ipvlan", event.dev, near.link.row.name, sibling=ip_text(wanted))
    step = Step(event.ns, event.dev, facts, rows=(near.link,))
    return (Transition(Receive(near.ns, near.link.row.name, event.frame, event.carry), (step,)),)


def _below(walk: Walk, event: Receive) -> Event | Outcome:
    """Return what the device itself makes of a group frame that macvlans on it have got, too."""
    link = walk.cluster.netns(event.ns).links[event.dev]
    if isinstance(event.frame.content, NeighbourRequest):
        transitions = answer.stage(walk, event, link)
        return transitions[0].to
    return Arrive(event.ns, event.dev, event.frame.content, event.carry)


def _for_another(event: Receive, netns: Namespace, link: Entry[Link]) -> Outcome:
    """Return the end of a frame that is another host's by its MAC: every device on a shared segment sees such frames."""
    if event.frame.vlan:
        cause: Stopped | OtherHost = Stopped(NoVlanDevice(event.dev, event.frame.vlan[-1]), event.ns, (link,))
        return Outcome(Verdict.DROPPED, "", event.ns, event.dev, cause=cause, aside=True)
    said = for_another(netns, link.row, event.frame.dst)
    cause = OtherHost(event.ns, link, event.frame.dst or Mac(0))
    return Outcome(Verdict.DROPPED, tr("{said}: dropped as OTHERHOST", said=said), event.ns, event.dev, cause=cause, aside=True)
