"""A bridge: which ports a frame leaves by (net/bridge/br_input.c, br_forward.c, br_fdb.c, br_vlan.c, br_arp_nd_proxy.c)."""

from collections.abc import Iterator
from dataclasses import replace
from types import MappingProxyType
from typing import Any, Final, NamedTuple

from podpath.state.address import V4, Mac, family_of, mac_text
from podpath.state.evidence import Unknown
from podpath.state.link import BridgePort, Link
from podpath.state.neighbour import FdbEntry
from podpath.state.trace import Verdict
from podpath.walk.devices.interface import Device
from podpath.walk.events import Carry, Cause, End, Gap, Leave, Mark, Receive, Transmit, Turn, Walk, inside, unknown
from podpath.walk.hooks import Hook, after_hook, pass_frame, pass_hook
from podpath.walk.links import dead
from podpath.walk.neighbour import resolve
from podpath.walk.packet import Frame, Packet, Question
from podpath.walk.policy import Flow
from podpath.walk.space import Held, Space
from podpath.walk.world import End as FarEnd

_GROUP: Final = 1 << 40
_RESERVED: Final = 0x0180_C200_0000  # 01:80:c2:00:00:0X: for bridges themselves (IEEE 802.1D)
_VLAN_ROOM: Final = 4


class _Bridge(NamedTuple):
    """A bridge, and the VLAN that a frame is in on it.

    Attributes:
        space: its namespace.
        name: its name.
        vlan: VLAN of the frame; 0 where the bridge does not filter.
    """

    space: Space
    name: str
    vlan: int


def _transmit(walk: Walk, event: Transmit, link: Held[Link]) -> tuple[Turn, ...]:
    """Return where a frame goes that the bridge's own host sends by it."""
    space = walk.world.space(event.ns)
    vlan = _ingress_vlan(space, link.row.name, link.row.name, event.frame)
    if vlan is None:
        return (Turn(_outside_vlans(event.ns, link.row.name, link.row.name)),)
    where = _Bridge(space, link.row.name, vlan)
    frame = replace(event.frame, vlan=event.frame.vlan[:-1]) if vlan and event.frame.vlan else event.frame
    return _forward(walk, where, frame, event.carry, came_by=None)


def receive(walk: Walk, event: Receive, link: Held[Link], master: Held[Link]) -> tuple[Turn, ...]:
    """Return where a frame goes that came in by a port."""
    space, dev = walk.world.space(event.ns), link.row.name
    bridge = master.row
    if bridge.up is False:
        end = End(Verdict.DROPPED, f"bridge {bridge.name} is down", event.ns, dev, cause=dead(walk, event.ns, master))
        return (Turn(end),)
    held = space.bridge_ports.get(dev)
    state = held.row.state if held is not None else None
    if state not in {None, "forwarding"}:
        return (Turn(_blocked(walk, event.ns, held, dev)),)
    if event.frame.dst is not None and event.frame.dst >> 4 == _RESERVED >> 4:
        return (Turn(End(Verdict.DROPPED, "a frame for the bridge itself", event.ns, dev, aside=True)),)
    vlan = _ingress_vlan(space, bridge.name, dev, event.frame)
    if vlan is None:
        return (Turn(_outside_vlans(event.ns, dev, bridge.name)),)
    where = _Bridge(space, bridge.name, vlan)
    frame = replace(event.frame, vlan=event.frame.vlan[:-1]) if vlan and event.frame.vlan else event.frame
    carry = event.carry if held is not None and held.row.learning is False else _learn(where, frame.src, dev, event.carry)
    return tuple(
        turn for seen in pass_frame(walk, event.ns, Hook.BRIDGE_PREROUTING, frame, carry, into=dev)
        for turn in seen.then(_inside(walk, where, seen.frame, carry, dev))
    )  # fmt: skip


def _inside(walk: Walk, where: _Bridge, frame: Frame, carry: Carry, dev: str) -> tuple[Turn, ...]:
    """Return where a frame goes that a bridge has taken in (br_handle_frame_finish)."""
    proxied = _answered_by_bridge(where, frame, dev, carry)
    if proxied is not None:
        return (proxied,)
    if isinstance(frame.content, Packet) and _calls_ip(walk, where, frame.content.family):
        return _through_rules(walk, where, frame, carry, dev)
    past = _forward(walk, where, frame, carry, came_by=dev)
    if isinstance(frame.content, Packet) and _may_call_ip(walk, where, frame.content.family):
        gap = _open_setting(where, frame.content.family)
        both = (*_through_rules(walk, where, frame, carry, dev), *past)
        return tuple(turn._replace(share=turn.share / 2, gaps=(gap, *turn.gaps)) for turn in both)
    return past


# -- br_netfilter ------------------------------------------------------------------------------------


def _calls_ip(walk: Walk, where: _Bridge, family: int) -> bool:
    """Say whether a bridge shows its frames to the rules of IP (br_nf_pre_routing): by its own setting or the namespace's."""
    return filtered(where.space, where.name, family) and bool(walk.world.rules(where.space.ns).texts)


def _may_call_ip(walk: Walk, where: _Bridge, family: int) -> bool:
    """Say whether nobody knows that: no output shows the setting, nor that the kernel lacks it."""
    space = where.space
    return (
        not filtered(space, where.name, family) and not space.setting_seen(_setting(family))
        and bool(walk.world.rules(space.ns).texts)
    )  # fmt: skip


def _open_setting(where: _Bridge, family: int) -> Gap:
    """Return what is left open; both ways were walked, so that it matters only where they end apart."""
    call = _setting(family)
    missing = f"whether rules see what crosses {where.name} ({call})"
    command = inside(where.space.label, f"sysctl {call}")
    return Gap(Unknown(where.space.node, missing, command, ("trace",)), diverts=True, either=True)


def _setting(family: int) -> str:
    return "net.bridge.bridge-nf-call-iptables" if family == V4 else "net.bridge.bridge-nf-call-ip6tables"


def filtered(space: Space, name: str, family: int = V4) -> bool:
    """Say whether rules of IP see what crosses a bridge: by the bridge's own setting, or by the namespace's."""
    held = space.bridges.get(name)
    own = held.row.nf_call_iptables if held is not None and family == V4 else None
    return bool(own or space.setting(_setting(family)))


def _through_rules(walk: Walk, where: _Bridge, frame: Frame, carry: Carry, dev: str) -> tuple[Turn, ...]:
    """Let PREROUTING see a bridged packet (br_nf_pre_routing); a changed destination goes where its route leads."""
    packet, ns = frame.content, where.space.ns
    assert isinstance(packet, Packet)  # noqa: S101 - the caller looked
    turns: list[Turn] = []
    noted = replace(carry, smac=frame.src, physin=dev)
    for passed in pass_hook(walk, ns, Hook.PREROUTING, packet, noted, into=where.name, physin=dev):
        after = replace(passed.carry, prerouted=True)
        if passed.end is not None:
            turns.append(after_hook(passed, Turn(passed.end)))
            continue
        onward = replace(frame, content=passed.packet)
        if passed.packet.dst != packet.dst:
            found = _redirected(walk, where, onward, after, dev)
        else:
            found = _forward(walk, where, onward, after, came_by=dev)
        turns += [after_hook(passed, turn) for turn in found]
    return tuple(turns)


def _redirected(walk: Walk, where: _Bridge, frame: Frame, carry: Carry, dev: str) -> tuple[Turn, ...]:
    """Return where a frame goes whose destination a rule has changed: by the bridge again, or up to the host."""
    packet, ns = frame.content, where.space.ns
    assert isinstance(packet, Packet)  # noqa: S101 - the caller looked
    bridge = where.space.links[where.name]
    way = walk.world.routing(ns, packet.family).lookup(Flow(dst=packet.dst, src=packet.src, iif=where.name, mark=packet.mark))
    if not way.hops or way.hops[0].dev != where.name or (way.entry is not None and way.entry.row.type == "local"):
        return _up(walk, where, replace(frame, dst=bridge.row.mac), carry, dev)
    via = way.hops[0].via if way.hops[0].via is not None else packet.dst
    answers = resolve(walk, Leave(ns, packet, where.name, via, carry, dev), bridge)
    if isinstance(answers, End):
        return (Turn(answers),)
    return tuple(
        turn._replace(marks=(*answer.marks, *turn.marks), share=answer.share * turn.share)
        for answer in answers
        if answer.end is None
        for turn in _forward(walk, where, replace(frame, dst=answer.mac), answer.carry, came_by=dev)
    )


def _out_by(walk: Walk, where: _Bridge, frame: Frame, carry: Carry, came_by: str | None, port: str) -> list[Turn]:
    """Send a frame by a port; FORWARD and POSTROUTING see a bridged packet before (br_nf_forward_ip)."""
    ns, packet = where.space.ns, frame.content
    called = came_by is not None and isinstance(packet, Packet) and (
        _calls_ip(walk, where, packet.family) or (carry.prerouted and _may_call_ip(walk, where, packet.family))
    )  # fmt: skip
    ways = [Turn(Transmit(ns, port, frame, replace(carry, prerouted=False, physin=None)))]
    first = Hook.BRIDGE_OUTPUT if came_by is None else Hook.BRIDGE_FORWARD
    ways = [turn for way in ways for turn in _framed(walk, first, way, came_by or "", port)]
    if came_by is not None and not isinstance(packet, Packet) and where.space.setting("net.bridge.bridge-nf-call-arptables"):
        ways = [turn for way in ways for turn in _framed(walk, Hook.ARP_FORWARD, way, came_by, port)]  # br_nf_forward_arp
    for hook in (Hook.FORWARD, Hook.POSTROUTING) if called else ():
        ways = [turn for way in ways for turn in _at(walk, where, hook, way, came_by or "", port)]
    return [turn for way in ways for turn in _framed(walk, Hook.BRIDGE_POSTROUTING, way, "", port)]


def _framed(walk: Walk, hook: Hook, way: Turn, came_by: str, port: str) -> list[Turn]:
    """Let rules for frames of bridges see a frame that leaves by a port."""
    event = way.to
    if not isinstance(event, Transmit):
        return [way]
    found = []
    for seen in pass_frame(walk, event.ns, hook, event.frame, event.carry, into=came_by, out=port):
        turns = seen.then((Turn(replace(event, frame=seen.frame)),))
        found += [
            turn._replace(
                marks=(*way.marks, *turn.marks), share=way.share * turn.share, gaps=(*way.gaps, *turn.gaps), copy=way.copy
            )
            for turn in turns
        ]
    return found


def _at(walk: Walk, where: _Bridge, hook: Hook, way: Turn, came_by: str, port: str) -> list[Turn]:
    event = way.to
    if not isinstance(event, Transmit) or not isinstance(event.frame.content, Packet):
        return [way]
    found = []
    seen = pass_hook(
        walk, event.ns, hook, event.frame.content, event.carry, into=where.name, out=where.name, physin=came_by, physout=port
    )
    for passed in seen:
        to = passed.end or replace(event, frame=replace(event.frame, content=passed.packet), carry=passed.carry)
        found.append(Turn(to, (*way.marks, *passed.marks), way.share * passed.share, gaps=(*way.gaps, *passed.gaps)))
    return found


def _blocked(walk: Walk, ns: int, held: Held[BridgePort] | None, dev: str) -> End:
    space = walk.world.space(ns)
    link = space.links.get(dev)
    lost = dead(walk, ns, link) if link is not None else None
    if lost is not None:  # a port without a carrier is disabled for that
        return End(Verdict.DROPPED, f"port {dev} has no carrier", ns, dev, cause=lost)
    state = held.row.state if held is not None else "unknown"
    master = held.row.master if held is not None else ""
    cause = Cause(
        "bridge-port-blocked",
        ns,
        f"port {dev} of {master} on {space.node} is {state}",
        "It passes no frames.",
        (held,) if held else (),
        (f"bridge link set dev {dev} state 3",),
    )
    return End(Verdict.DROPPED, f"port {dev} is {state}", ns, dev, cause=cause)


# -- VLANs -------------------------------------------------------------------------------------------


def _filters(space: Space, bridge: str) -> bool:
    held = space.bridges.get(bridge)
    return held is not None and held.row.vlan_filtering is True


def _ingress_vlan(space: Space, bridge: str, port: str, frame: Frame) -> int | None:
    """Return the VLAN that a frame is put into; 0 where the bridge does not filter; none where it is not allowed in."""
    if not _filters(space, bridge):
        return 0
    allowed = [held.row for held in space.bridge_vlans.get(port, ())]
    if frame.vlan:
        tag = frame.vlan[-1]
        return tag if any(row.vlan <= tag <= row.vlan_end for row in allowed) else None
    return next((row.vlan for row in allowed if row.pvid), None)


def _egress(where: _Bridge, port: str, frame: Frame) -> Frame | None:
    """Return a frame as it leaves by a port; none where its VLAN is not allowed there."""
    if not where.vlan:
        return frame
    rows = [held.row for held in where.space.bridge_vlans.get(port, ()) if held.row.vlan <= where.vlan <= held.row.vlan_end]
    if not rows:
        return None
    return frame if rows[0].untagged else replace(frame, vlan=(*frame.vlan, where.vlan))


def _outside_vlans(ns: int, port: str, bridge: str) -> End:
    cause = Cause(
        "bridge-vlan-missing",
        ns,
        f"port {port} of {bridge} does not allow the VLAN of the frame",
        "The bridge filters by VLAN, and drops it.",
        (),
        (f"bridge vlan show dev {port}",),
    )
    return End(Verdict.DROPPED, f"the VLAN is not allowed on {port}", ns, port, cause=cause)


# -- learning and looking up --------------------------------------------------------------------------


def _learn(where: _Bridge, mac: Mac | None, dev: str, carry: Carry) -> Carry:
    if mac is None or mac & _GROUP or _fixed(where, mac) is not None:
        return carry
    key = (where.space.ns, where.name, where.vlan, mac)
    if carry.learned.get(key) == dev:
        return carry
    return replace(carry, learned=MappingProxyType({**carry.learned, key: dev}))


def _entries(where: _Bridge, mac: Mac) -> Iterator[Held[FdbEntry]]:
    for held in where.space.fdb(mac):
        row = held.row
        flags = (row.flags or "").split(",")
        on_it = row.master == where.name or (row.dev == where.name and row.master is None)
        port = where.space.links.get(row.dev)
        on_it = on_it or (row.master is None and "self" not in flags and port is not None and port.row.master == where.name)
        if on_it and (not where.vlan or row.vlan in {None, where.vlan}):
            yield held


def _fixed(where: _Bridge, mac: Mac) -> Held[FdbEntry] | None:
    """Return the entry of a MAC that learning does not change: a local or sticky one; others move (br_fdb_update)."""
    found = [
        held for held in _entries(where, mac) if held.row.state == "permanent" or "sticky" in (held.row.flags or "").split(",")
    ]
    return next((held for held in found if held.row.vlan == where.vlan), found[0] if found else None)


class _Out(NamedTuple):
    port: str | None
    local: bool
    rows: tuple[Held[Any], ...]
    said: str


def _look_up(where: _Bridge, mac: Mac, carry: Carry) -> _Out | None:
    """Return where a MAC is: the bridge's own, behind a port, or none for a flood."""
    fixed = _fixed(where, mac)
    if fixed is not None:
        local = fixed.row.state == "permanent" and fixed.row.dst is None
        return _Out(
            fixed.row.dev,
            local,
            (fixed,),
            f"{mac_text(mac)} is {'an address of this bridge' if local else f'at port {fixed.row.dev}'}",
        )
    bridge = where.space.links.get(where.name)
    if bridge is not None and bridge.row.mac == mac:
        return _Out(where.name, True, (bridge,), f"{mac_text(mac)} is {where.name} itself")  # noqa: FBT003 - a field
    learned = carry.learned.get((where.space.ns, where.name, where.vlan, mac))
    if learned is not None:
        return _Out(learned, False, (), f"{mac_text(mac)} was learned at port {learned}")  # noqa: FBT003 - a field
    known = next(_entries(where, mac), None)
    if known is not None:
        return _Out(known.row.dev, False, (known,), f"{mac_text(mac)} is at port {known.row.dev}")  # noqa: FBT003 - a field
    return None


# -- out ----------------------------------------------------------------------------------------------


def _forward(walk: Walk, where: _Bridge, frame: Frame, carry: Carry, came_by: str | None) -> tuple[Turn, ...]:
    ns = where.space.ns
    if frame.dst is None or frame.dst & _GROUP:
        return _flood(walk, where, frame, carry, came_by, local=came_by is not None)
    out = _look_up(where, frame.dst, carry)
    if out is None:
        if not where.space.ports.get(where.name) and not where.space.seen(Link):
            return (
                Turn(
                    unknown(ns, walk.world, f"the ports of {where.name}", f"bridge link show; ip link show master {where.name}")
                ),
            )
        return _flood(walk, where, frame, carry, came_by, local=False)
    mark = Mark(ns, out.port or where.name, "FDB", out.said, rows=out.rows)
    if out.local:
        if came_by is None:
            return (Turn(End(Verdict.DROPPED, "the frame is for the bridge that sends it", ns, where.name), (mark,)),)
        return tuple(turn._replace(marks=(mark, *turn.marks)) for turn in _up(walk, where, frame, carry, came_by))
    refused = _not_by(walk, where, out.port or "", came_by, frame)
    if refused is not None:
        return (Turn(refused, (mark,)),)
    leaving = _egress(where, out.port or "", frame)
    if leaving is None:
        return (Turn(_outside_vlans(ns, out.port or "", where.name), (mark,)),)
    sent = _out_by(walk, where, leaving, carry, came_by, out.port or "")
    return tuple(turn._replace(marks=(mark, *turn.marks)) for turn in sent)


def _up(walk: Walk, where: _Bridge, frame: Frame, carry: Carry, came_by: str) -> tuple[Turn, ...]:
    """Return what the bridge's own host gets (br_pass_frame_up); it may be for another host still."""
    bridge, port = (where.space.links.get(name) for name in (where.name, came_by))
    macs = {held.row.mac for held in (bridge, port) if held is not None}
    own = frame.dst is None or bool(frame.dst & _GROUP) or frame.dst in macs
    return tuple(
        turn for seen in pass_frame(walk, where.space.ns, Hook.BRIDGE_INPUT, frame, carry, into=came_by)
        for turn in seen.then((Turn(Receive(where.space.ns, where.name, seen.frame, carry, own=own)),))
    )  # fmt: skip


def _not_by(walk: Walk, where: _Bridge, port: str, came_by: str | None, frame: Frame) -> End | None:
    """Return the end of a frame that a port does not send (should_deliver); none when it does."""
    space = where.space
    held = space.bridge_ports.get(port)
    row = held.row if held is not None else None
    rows: tuple[Held[Any], ...] = (held,) if held is not None else ()
    link = space.links.get(port)
    if link is None or link.row.master not in {where.name, None}:
        cause = Cause(
            "fdb-wrong-port",
            space.ns,
            f"{where.name} sends frames for {mac_text(frame.dst or Mac(0))} to {port}, which is no port of it",
        )
        return End(Verdict.DROPPED, f"{port} is no port of {where.name}", space.ns, port, cause=cause)
    if port == came_by and not (row is not None and row.hairpin):
        cause = Cause(
            "hairpin-off",
            space.ns,
            f"port {port} of {where.name} on {space.node} does not send back what came in by it (hairpin is off)",
            "A packet that returns to the container it came from is lost here.",
            rows,
            (f"bridge link set dev {port} hairpin on",),
        )
        return End(Verdict.DROPPED, f"it came in by {port}, and hairpin is off there", space.ns, port, cause=cause)
    if row is not None and row.state not in {None, "forwarding"}:
        return _blocked(walk, space.ns, held, port)
    source = space.bridge_ports.get(came_by or "")
    if row is not None and row.isolated and source is not None and source.row.isolated:
        cause = Cause(
            "bridge-port-isolated",
            space.ns,
            f"ports {came_by} and {port} of {where.name} are isolated from each other",
            "Frames do not pass between isolated ports.",
            (source, *rows),
            (f"bridge link set dev {port} isolated off",),
        )
        return End(Verdict.DROPPED, f"{came_by} and {port} are isolated from each other", space.ns, port, cause=cause)
    packet = frame.content
    if isinstance(packet, Packet) and link.row.mtu is not None and packet.length > link.row.mtu + _VLAN_ROOM:
        cause = Cause(
            "mtu-exceeds-path",
            space.ns,
            f"port {port} of {where.name} on {space.node} takes {link.row.mtu} bytes, not {packet.length}",
            "A bridge drops what does not fit, and tells nobody.",
            (link,),
        )
        return End(Verdict.DROPPED, f"{packet.length} bytes do not fit {port} (MTU {link.row.mtu})", space.ns, port, cause=cause)
    return None


def _flood(walk: Walk, where: _Bridge, frame: Frame, carry: Carry, came_by: str | None, *, local: bool) -> tuple[Turn, ...]:
    """Send copies by all ports that a frame may leave by (br_flood), and one to the bridge's own host."""
    ns, space = where.space.ns, where.space
    turns: list[Turn] = []
    deaf = 0
    mark = Mark(ns, where.name, "FDB", f"{where.name} sends it by all ports") if not isinstance(frame.content, Question) else None
    marks = (mark,) if mark is not None else ()
    if local and came_by is not None:
        turns += [turn._replace(copy=True) for turn in _up(walk, where, frame, carry, came_by)]
    for port in space.ports.get(where.name, ()):
        name = port.row.name
        held = space.bridge_ports.get(name)
        unicast = frame.dst is not None and not frame.dst & _GROUP
        if name == came_by and not (held is not None and held.row.hairpin):
            continue
        if unicast and held is not None and held.row.flood is False:
            turns.append(Turn(_no_flood(space, where, held, frame), copy=True))
            continue
        if isinstance(frame.content, Question) and _is_deaf(walk, ns, port, frame.content):
            deaf += 1
            continue
        if port.row.up is False:
            turns.append(Turn(Transmit(ns, name, frame, carry), copy=True))
            continue
        refused = _not_by(walk, where, name, came_by, frame)
        leaving = _egress(where, name, frame)
        if refused is not None:
            turns.append(Turn(refused, copy=True))
        elif leaving is None:
            turns.append(Turn(replace(_outside_vlans(ns, name, where.name), aside=True), copy=True))
        else:
            sent = _out_by(walk, where, leaving, carry, came_by, name)
            turns += [turn._replace(marks=(*marks, *turn.marks), copy=True) for turn in sent]
    if not turns and deaf:
        return (Turn(End(Verdict.DROPPED, f"nobody at {where.name} answers", ns, where.name, aside=True)),)
    if not turns:
        return (Turn(End(Verdict.DROPPED, f"{where.name} has no other port", ns, where.name, aside=True, cause=_lonely(where))),)
    return tuple(turns) if len(turns) > 1 else (turns[0]._replace(copy=False),)


def _is_deaf(walk: Walk, ns: int, port: Held[Link], asked: Question) -> bool:
    """Say whether a question ends behind a port unanswered for sure: a namespace without the address that sends nothing on.

    The walk would find the same; but a bridge has hundreds of ports, and each question is asked at all of them.
    """
    if asked.answer or port.row.up is not True or port.row.carrier is not True:
        return False
    end = walk.world.other_end(ns, port)
    if not isinstance(end, FarEnd) or end.ns == ns or end.link.row.master is not None or end.link.row.up is not True:
        return False
    space, dev, family = walk.world.space(end.ns), end.link.row.name, family_of(asked.target)
    stands_alone = not walk.world.above(end.ns, dev) and not space.programs.get(dev) and not space.proxied
    silent = space.conf(family, dev, "forwarding") == 0 and asked.target not in space.owned
    return stands_alone and silent and not walk.world.routing(end.ns, family).fib.custom_local


def _no_flood(space: Space, where: _Bridge, held: Held[BridgePort], frame: Frame) -> End:
    cause = Cause(
        "bridge-flood-off",
        space.ns,
        f"{where.name} does not know {mac_text(frame.dst or Mac(0))}, and floods nothing to {held.row.name}",
        "",
        (held,),
        (f"bridge link set dev {held.row.name} flood on",),
    )
    return End(
        Verdict.DROPPED, f"{held.row.name} gets no frames for unknown addresses", space.ns, held.row.name, cause=cause, aside=True
    )


def _lonely(where: _Bridge) -> Cause:
    bridge = where.space.links.get(where.name)
    return Cause(
        "port-without-bridge",
        where.space.ns,
        f"bridge {where.name} on {where.space.node} has no port but the one it came in by",
        "There is nobody else on the segment.",
        (bridge,) if bridge else (),
        likely=True,
    )


def _answered_by_bridge(where: _Bridge, frame: Frame, dev: str, carry: Carry) -> Turn | None:
    """Return the answer that a bridge gives in another host's name (neigh_suppress; br_do_proxy_suppress_arp)."""
    asked = frame.content
    if not isinstance(asked, Question) or asked.answer:
        return None
    known = where.space.neighbour(where.name, asked.target)
    if known is None or known.row.mac is None:
        return None
    at = next(_entries(where, known.row.mac), None)
    port = where.space.bridge_ports.get(at.row.dev) if at is not None else None
    if port is None or not port.row.neigh_suppress:
        return None
    answer = Question(asked.target, asked.sender, known.row.mac, answer=True)
    mark = Mark(where.space.ns, where.name, "answer", f"{where.name} answers in its name (neigh_suppress)", rows=(known, port))
    return Turn(Transmit(where.space.ns, dev, Frame(known.row.mac, asked.mac, answer), carry), (mark,))


DEVICE: Final = Device(("bridge",), _transmit)
