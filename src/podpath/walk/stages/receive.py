"""A device gets a frame: who takes it before the protocols do, and whether it is for this host.

__netif_receive_skb_core() in net/core/dev.c, eth_type_trans() in net/ethernet/eth.c.
"""

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from podpath.state.address import Mac, mac_text
from podpath.state.link import Link
from podpath.state.trace import Verdict
from podpath.walk.causes import loose_end, station_lost
from podpath.walk.devices import bridge, ipvlan, macvlan
from podpath.walk.events import Arrive, Cause, End, Event, Receive, Transmit, Turn, Walk, unknown
from podpath.walk.hooks import Hook, pass_frame, pass_question
from podpath.walk.links import dead, kind_of
from podpath.walk.packet import Packet, Question
from podpath.walk.space import Held, Space
from podpath.walk.stages import answer
from podpath.walk.world import End as Device

_GROUP: Final = 1 << 40
_INGRESS: Final = frozenset(("xdp", "tc ingress", "tcx ingress"))
_OPAQUE_MASTERS: Final = frozenset(("openvswitch", "ovs-system"))


def stage(walk: Walk, event: Receive) -> tuple[Turn, ...]:
    """Give the frame to whoever is stacked on the device, else to the protocols."""
    space = walk.world.space(event.ns)
    link = space.links.get(event.dev)
    if link is None:
        return (Turn(unknown(event.ns, walk.world, f"device {event.dev}", f"ip -d link show {event.dev}", event.dev)),)
    if link.row.up is False:
        return (Turn(End(Verdict.DROPPED, f"{event.dev} is down", event.ns, event.dev, cause=dead(walk, event.ns, link))),)
    program = next((held for held in space.programs.get(event.dev, ()) if held.row.hook in _INGRESS), None)
    if program is not None:
        name = program.row.name or program.row.id or ""
        what = f"what {program.row.kind} program {name} at {event.dev} ({program.row.hook}) does"
        return (
            Turn(
                unknown(
                    event.ns,
                    walk.world,
                    what,
                    f"bpftool net show dev {event.dev}; tc filter show dev {event.dev} ingress",
                    event.dev,
                )
            ),
        )
    seen = pass_frame(walk, event.ns, Hook.INGRESS, event.frame, event.carry, into=event.dev)
    return tuple(turn for one in seen for turn in one.then(_taken(walk, replace(event, frame=one.frame), space, link)))


def _taken(walk: Walk, event: Receive, space: Space, link: Held[Link]) -> tuple[Turn, ...]:
    stacked = _stacked(walk, event, space, link)
    if stacked is not None:
        return stacked
    own = event.own if event.own is not None else _is_for(link, event.frame.dst)
    if not own or event.frame.vlan:
        return (Turn(_for_another(walk, event, space, link)),)
    if isinstance(event.frame.content, Question):
        asked = pass_question(walk, event.ns, event.frame, event.carry, into=event.dev)
        return tuple(turn for one in asked for turn in one.then(_answers(walk, answer.stage(walk, event, link))))
    noted = event.carry.physin if event.carry.prerouted else None
    carry = replace(event.carry, smac=event.frame.src, physin=noted)
    return (Turn(Arrive(event.ns, _vrf_or(space, link), event.frame.content, carry)),)


def _answers(walk: Walk, turns: tuple[Turn, ...]) -> Iterator[Turn]:
    """Yield turns, of which each answer to a question passes the rules for ARP on its way out."""
    for turn in turns:
        if not isinstance(turn.to, Transmit):
            yield turn
            continue
        for seen in pass_question(walk, turn.to.ns, turn.to.frame, turn.to.carry, out=turn.to.dev):
            yield from (one._replace(marks=(*turn.marks, *one.marks)) for one in seen.then((turn._replace(marks=()),)))


def _is_for(link: Held[Link], mac: Mac | None) -> bool:
    return mac is None or bool(mac & _GROUP) or link.row.mac is None or mac == link.row.mac


def _vrf_or(space: Space, link: Held[Link]) -> str:
    """Return the device that the protocols see: the VRF, for a port of one (l3mdev_ip_rcv)."""
    return link.row.master if link.row.master is not None and link.row.master in space.vrf_tables else link.row.name


def _stacked(walk: Walk, event: Receive, space: Space, link: Held[Link]) -> tuple[Turn, ...] | None:
    """Return what the device above makes of the frame; none when nothing is stacked on this one."""
    above = walk.world.above(event.ns, event.dev)
    if event.frame.vlan:
        tag = event.frame.vlan[-1]
        for end in above:
            settings = walk.world.space(end.ns).vlans.get(end.link.row.name)
            if settings is not None and settings.row.vlan == tag:
                frame = replace(event.frame, vlan=event.frame.vlan[:-1])
                return (Turn(Receive(end.ns, end.link.row.name, frame, event.carry)),)
    master = space.links.get(link.row.master or "")
    kind = kind_of(space, master) if master is not None else None
    if master is not None and kind == "bridge":
        return bridge.receive(walk, event, link, master)
    if master is not None and kind in {"bond", "team"}:
        return (Turn(Receive(event.ns, master.row.name, event.frame, event.carry)),)
    if link.row.master is not None and kind not in {"vrf", "bridge"}:
        what = f"what {link.row.master}{f', a device of kind {kind},' if kind else ''} does with frames of {event.dev}"
        return (Turn(unknown(event.ns, walk.world, what, f"ip -d link show {link.row.master}", event.dev)),)
    return _on_top(walk, event, above) if above else None


def _on_top(walk: Walk, event: Receive, above: list[Device]) -> tuple[Turn, ...] | None:
    """Return what macvlans and ipvlans on the device take of the frame."""
    vlans = [end for end in above if end.link.row.kind in {"macvlan", "macvtap"}]
    taken = list(macvlan.receive(walk, event, vlans))
    if taken and not taken[0].copy:
        return (taken[0],)
    if taken:
        return (*taken, Turn(_below(walk, event), copy=True))
    sharing = [end for end in above if end.link.row.kind in {"ipvlan", "ipvtap"}]
    content = event.frame.content
    wanted = (
        content.target
        if isinstance(content, Question) and not content.answer
        else content.dst
        if isinstance(content, Packet)
        else content.target
    )
    near = ipvlan.owner(walk, sharing, wanted)
    return (Turn(Receive(near.ns, near.link.row.name, event.frame, event.carry)),) if near is not None else None


def _below(walk: Walk, event: Receive) -> Event | End:
    """Return what the device itself makes of a group frame that macvlans on it have got, too."""
    link = walk.world.space(event.ns).links[event.dev]
    if isinstance(event.frame.content, Question):
        turns = answer.stage(walk, event, link)
        return turns[0].to
    return Arrive(event.ns, event.dev, event.frame.content, event.carry)


def _for_another(walk: Walk, event: Receive, space: Space, link: Held[Link]) -> End:
    """Return the end of a frame that is another host's by its MAC: every device on a shared segment sees such frames."""
    wanted = mac_text(event.frame.dst) if event.frame.dst is not None else "none"
    own = mac_text(link.row.mac) if link.row.mac is not None else "none"
    if event.frame.vlan:
        said = f"{event.dev} on {space.node} has no device for VLAN {event.frame.vlan[-1]}"
        return End(
            Verdict.DROPPED,
            said,
            event.ns,
            event.dev,
            cause=Cause("vlan-device-missing", event.ns, said, "", (link,)),
            aside=True,
        )
    said = f"{event.dev} on {space.node} has MAC {own}, and the frame is for {wanted}"
    check = "vtep-mac-mismatch" if link.row.kind == "vxlan" else "neighbour-wrong-mac"
    lost = loose_end(walk, event.ns, event.dev) or station_lost(walk, event.ns, event.frame.dst or Mac(0))
    # With another MAC the kernel forgets a device's neighbours, those that an agent has entered too (neigh_changeaddr).
    restart = f"restart the CNI's agent: what the kernel knew of {event.dev}'s neighbours went with its MAC"
    fix = (f"ip link set {event.dev} address {wanted}", restart) if link.row.kind == "vxlan" else ()
    cause = lost or Cause(check, event.ns, said, "It is dropped as another host's (OTHERHOST).", (link,), fix)
    return End(Verdict.DROPPED, f"{said}: dropped as OTHERHOST", event.ns, event.dev, cause=cause, aside=True)
