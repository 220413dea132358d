"""A bridge: which ports a frame leaves by (net/bridge/br_input.c, br_forward.c, br_fdb.c, br_vlan.c, br_arp_nd_proxy.c)."""

from collections.abc import Iterator
from dataclasses import replace
from shlex import quote
from types import MappingProxyType
from typing import Any, Final, NamedTuple

from podpath.language import tr
from podpath.state.address import V4, V6, Mac, family_of
from podpath.state.evidence import Unknown
from podpath.state.failures.bridge import (
    FloodOff,
    ForeignPort,
    HairpinOff,
    NoOtherPort,
    PortBlocked,
    PortsIsolated,
    PortTooSmall,
    VlanNotAllowed,
)
from podpath.state.fdb import FdbEntry
from podpath.state.link import Address, BridgePort, Link
from podpath.state.step import Answering, Flooded, Forwarded, NeighbourAnswered
from podpath.state.trace import Verdict
from podpath.walk.cluster import Port
from podpath.walk.devices.interface import Device
from podpath.walk.events import Carry, Gap, Leave, Outcome, Receive, Step, Stopped, Transition, Transmit, Walk, gap_of, unknown
from podpath.walk.host.hooks import Hook, after_hook, pass_frame, pass_hook
from podpath.walk.host.links import dead
from podpath.walk.host.neighbour import resolve
from podpath.walk.namespace import Entry, Namespace, conf_name
from podpath.walk.packet import Frame, NeighbourRequest, Packet
from podpath.walk.routing.rules import FlowKey
from podpath.wiring.places import run_in

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

    netns: Namespace
    name: str
    vlan: int


def _transmit(walk: Walk, event: Transmit, link: Entry[Link]) -> tuple[Transition, ...]:
    """Return where a frame goes that the bridge's own host sends by it."""
    netns = walk.cluster.netns(event.ns)
    vlan = _ingress_vlan(netns, link.row.name, link.row.name, event.frame)
    if vlan is None:
        return (Transition(_outside_vlans(event.ns, link.row.name, link.row.name)),)
    where = _Bridge(netns, link.row.name, vlan)
    frame = replace(event.frame, vlan=event.frame.vlan[:-1]) if vlan and event.frame.vlan else event.frame
    return _forward(walk, where, frame, event.carry, came_by=None)


def receive(walk: Walk, event: Receive, link: Entry[Link], master: Entry[Link]) -> tuple[Transition, ...]:
    """Return where a frame goes that arrived on a port."""
    netns, dev = walk.cluster.netns(event.ns), link.row.name
    bridge = master.row
    if bridge.up is False:
        end = Outcome(Verdict.DROPPED, f"bridge {bridge.name} is down", event.ns, dev, cause=dead(walk, event.ns, master))
        return (Transition(end),)
    held = netns.bridge_ports.get(dev)
    state = held.row.state if held is not None else None
    if state not in {None, "forwarding"}:
        return (Transition(_blocked(walk, event.ns, held, dev)),)
    if event.frame.dst is not None and event.frame.dst >> 4 == _RESERVED >> 4:
        return (Transition(Outcome(Verdict.DROPPED, tr("a frame for the bridge itself"), event.ns, dev, aside=True)),)
    vlan = _ingress_vlan(netns, bridge.name, dev, event.frame)
    if vlan is None:
        return (Transition(_outside_vlans(event.ns, dev, bridge.name)),)
    where = _Bridge(netns, bridge.name, vlan)
    frame = replace(event.frame, vlan=event.frame.vlan[:-1]) if vlan and event.frame.vlan else event.frame
    carry = event.carry if held is not None and held.row.learning is False else _learn(where, frame.src, dev, event.carry)
    return tuple(
        transition for seen in pass_frame(walk, event.ns, Hook.BRIDGE_PREROUTING, frame, carry, into=dev)
        for transition in seen.then(_inside(walk, where, seen.frame, carry, dev))
    )  # fmt: skip


def _inside(walk: Walk, where: _Bridge, frame: Frame, carry: Carry, dev: str) -> tuple[Transition, ...]:
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
    return filtered(where.netns, where.name, family) and bool(walk.cluster.rules(where.netns.ns).texts)


def _may_call_ip(walk: Walk, where: _Bridge, family: int) -> bool:
    """Say whether that is unknown: no output shows the setting, nor that the kernel lacks it."""
    netns = where.netns
    return (
        not filtered(netns, where.name, family) and not netns.setting_seen(_setting(family))
        and bool(walk.cluster.rules(netns.ns).texts)
    )  # fmt: skip


def _open_setting(where: _Bridge, family: int) -> Gap:
    """Return what is left open; both paths were walked, so that it matters only where they end apart."""
    call = _setting(family)
    missing = tr("whether rules see frames that cross {name} ({call})", name=where.name, call=call)
    command = run_in(where.netns.label, f"sysctl {call}")
    return Gap(Unknown(where.netns.node, missing, command, ("trace",)), diverts=True, either=True)


def _setting(family: int) -> str:
    return "net.bridge.bridge-nf-call-iptables" if family == V4 else "net.bridge.bridge-nf-call-ip6tables"


def filtered(netns: Namespace, name: str, family: int = V4) -> bool:
    """Say whether rules of IP see what crosses a bridge: by the bridge's own setting, or by the namespace's."""
    held = netns.bridges.get(name)
    own = held.row.nf_call_iptables if held is not None and family == V4 else None
    return bool(own or netns.setting(_setting(family)))


def _through_rules(walk: Walk, where: _Bridge, frame: Frame, carry: Carry, dev: str) -> tuple[Transition, ...]:
    """Let PREROUTING see a bridged packet (br_nf_pre_routing); a changed destination goes where its route leads."""
    packet, ns = frame.content, where.netns.ns
    assert isinstance(packet, Packet)  # noqa: S101 - the caller looked
    transitions: list[Transition] = []
    noted = replace(carry, smac=frame.src, physin=dev)
    for passed in pass_hook(walk, ns, Hook.PREROUTING, packet, noted, into=where.name, physin=dev):
        after = replace(passed.carry, prerouted=True)
        if passed.end is not None:
            transitions.append(after_hook(passed, Transition(passed.end)))
            continue
        onward = replace(frame, content=passed.packet)
        if passed.packet.dst != packet.dst:
            found = _redirected(walk, where, onward, after, dev)
        else:
            found = _forward(walk, where, onward, after, came_by=dev)
        transitions += [after_hook(passed, transition) for transition in found]
    return tuple(transitions)


def _redirected(walk: Walk, where: _Bridge, frame: Frame, carry: Carry, dev: str) -> tuple[Transition, ...]:
    """Return where a frame goes whose destination a rule has changed: by the bridge again, or up to the host."""
    packet, ns = frame.content, where.netns.ns
    assert isinstance(packet, Packet)  # noqa: S101 - the caller looked
    bridge = where.netns.links[where.name]
    way = walk.cluster.routing(ns, packet.family).lookup(
        FlowKey(dst=packet.dst, src=packet.src, iif=where.name, mark=packet.mark)
    )
    # Without forwarding the route of an IPv4 packet is an error, and the host gets it (br_nf_pre_routing_finish).
    forwarding = where.netns.conf(V4, where.name, "forwarding") if packet.family == V4 else 1
    up = not way.hops or way.hops[0].dev != where.name or (way.entry is not None and way.entry.row.type == "local")
    if up or forwarding == 0:
        return _up(walk, where, replace(frame, dst=bridge.row.mac), carry, dev)
    name = conf_name(V4, where.name, "forwarding")
    gap = gap_of(ns, walk.cluster, tr("whether {name} forwards", name=where.name), f"sysctl {quote(name)}", "forwarding")
    gaps = (gap,) if forwarding is None else ()
    via = way.hops[0].via if way.hops[0].via is not None else packet.dst
    answers = resolve(walk, Leave(ns, packet, where.name, via, carry, dev), bridge)
    if isinstance(answers, Outcome):
        return (Transition(answers),)
    return tuple(
        transition._replace(
            steps=(*answer.steps, *transition.steps), share=answer.share * transition.share, gaps=(*gaps, *transition.gaps)
        )
        for answer in answers
        if answer.end is None
        for transition in _forward(walk, where, replace(frame, dst=answer.mac), answer.carry, came_by=dev)
    )


def _out_by(walk: Walk, where: _Bridge, frame: Frame, carry: Carry, came_by: str | None, port: str) -> list[Transition]:
    """Send a frame by a port; FORWARD and POSTROUTING see a bridged packet before (br_nf_forward_ip)."""
    ns, packet = where.netns.ns, frame.content
    called = came_by is not None and isinstance(packet, Packet) and (
        _calls_ip(walk, where, packet.family) or (carry.prerouted and _may_call_ip(walk, where, packet.family))
    )  # fmt: skip
    ways = [Transition(Transmit(ns, port, frame, replace(carry, prerouted=False, physin=None)))]
    first = Hook.BRIDGE_OUTPUT if came_by is None else Hook.BRIDGE_FORWARD
    ways = [transition for way in ways for transition in _framed(walk, first, way, came_by or "", port)]
    if came_by is not None and not isinstance(packet, Packet) and where.netns.setting("net.bridge.bridge-nf-call-arptables"):
        ways = [
            transition for way in ways for transition in _framed(walk, Hook.ARP_FORWARD, way, came_by, port)
        ]  # br_nf_forward_arp
    for hook in (Hook.FORWARD, Hook.POSTROUTING) if called else ():
        ways = [transition for way in ways for transition in _at(walk, where, hook, way, came_by or "", port)]
    solicits = isinstance(packet, NeighbourRequest) and family_of(packet.target) != V4
    if came_by is not None and solicits and _calls_ip(walk, where, V6):
        ways = [transition for way in ways for transition in _solicited(walk, where, way, came_by, port)]
    return [transition for way in ways for transition in _framed(walk, Hook.BRIDGE_POSTROUTING, way, "", port)]


def _solicited(walk: Walk, where: _Bridge, way: Transition, came_by: str, port: str) -> list[Transition]:
    """Let rules of IPv6 see a neighbour solicitation that crosses a bridge, or its answer: they are ICMPv6 (br_nf_forward_ip)."""
    event = way.to
    if not isinstance(event, Transmit) or not isinstance(event.frame.content, NeighbourRequest):
        return [way]
    asked, ways = event.frame.content.packet, [(way, event.carry.fresh())]
    for hook in (Hook.PREROUTING, Hook.FORWARD, Hook.POSTROUTING):
        outs = {} if hook is Hook.PREROUTING else {"out": where.name, "physout": port}
        ways = [
            (
                one._replace(
                    to=passed.end or one.to,
                    steps=(*one.steps, *passed.steps),
                    share=one.share * passed.share,
                    gaps=(*one.gaps, *passed.gaps),
                ),
                passed.carry,
            )
            for one, carry in ways
            for passed in pass_hook(walk, event.ns, hook, asked, carry, into=where.name, physin=came_by, **outs)
            if isinstance(one.to, Transmit)
        ] + [(one, carry) for one, carry in ways if not isinstance(one.to, Transmit)]
    return [one for one, _ in ways]


def _framed(walk: Walk, hook: Hook, way: Transition, came_by: str, port: str) -> list[Transition]:
    """Let rules for frames of bridges see a frame that leaves by a port."""
    event = way.to
    if not isinstance(event, Transmit):
        return [way]
    found = []
    for seen in pass_frame(walk, event.ns, hook, event.frame, event.carry, into=came_by, out=port):
        transitions = seen.then((Transition(replace(event, frame=seen.frame)),))
        found += [
            transition._replace(
                steps=(*way.steps, *transition.steps),
                share=way.share * transition.share,
                gaps=(*way.gaps, *transition.gaps),
                copy=way.copy,
            )
            for transition in transitions
        ]
    return found


def _at(walk: Walk, where: _Bridge, hook: Hook, way: Transition, came_by: str, port: str) -> list[Transition]:
    event = way.to
    if not isinstance(event, Transmit) or not isinstance(event.frame.content, Packet):
        return [way]
    found = []
    seen = pass_hook(
        walk, event.ns, hook, event.frame.content, event.carry, into=where.name, out=where.name, physin=came_by, physout=port
    )
    for passed in seen:
        to = passed.end or replace(event, frame=replace(event.frame, content=passed.packet), carry=passed.carry)
        found.append(Transition(to, (*way.steps, *passed.steps), way.share * passed.share, gaps=(*way.gaps, *passed.gaps)))
    return found


def _blocked(walk: Walk, ns: int, held: Entry[BridgePort] | None, dev: str) -> Outcome:
    netns = walk.cluster.netns(ns)
    link = netns.links.get(dev)
    lost = dead(walk, ns, link) if link is not None else None
    if lost is not None:  # a port without a carrier is disabled for that
        return Outcome(Verdict.DROPPED, tr("port {dev} has no carrier", dev=dev), ns, dev, cause=lost)
    state = held.row.state if held is not None else "unknown"
    master = held.row.master if held is not None else ""
    cause = Stopped(PortBlocked(dev, master, state), ns, (held,) if held else ())
    return Outcome(Verdict.DROPPED, tr("port {dev} is {state}", dev=dev, state=state), ns, dev, cause=cause)


# -- VLANs -------------------------------------------------------------------------------------------


def _filters(netns: Namespace, bridge: str) -> bool:
    held = netns.bridges.get(bridge)
    return held is not None and held.row.vlan_filtering is True


def _ingress_vlan(netns: Namespace, bridge: str, port: str, frame: Frame) -> int | None:
    """Return the VLAN that a frame is put into; 0 where the bridge does not filter, or None if it is not allowed in."""
    if not _filters(netns, bridge):
        return 0
    allowed = [held.row for held in netns.bridge_vlans.get(port, ())]
    if frame.vlan:
        tag = frame.vlan[-1]
        return tag if any(row.vlan <= tag <= row.vlan_end for row in allowed) else None
    return next((row.vlan for row in allowed if row.pvid), None)


def _egress(where: _Bridge, port: str, frame: Frame) -> Frame | None:
    """Return a frame as it leaves by a port, or None if its VLAN is not allowed there."""
    if not where.vlan:
        return frame
    rows = [held.row for held in where.netns.bridge_vlans.get(port, ()) if held.row.vlan <= where.vlan <= held.row.vlan_end]
    if not rows:
        return None
    return frame if rows[0].untagged else replace(frame, vlan=(*frame.vlan, where.vlan))


def _outside_vlans(ns: int, port: str, bridge: str) -> Outcome:
    cause = Stopped(VlanNotAllowed(port, bridge), ns)
    return Outcome(Verdict.DROPPED, tr("the VLAN is not allowed on {port}", port=port), ns, port, cause=cause)


# -- learning and looking up --------------------------------------------------------------------------


def _learn(where: _Bridge, mac: Mac | None, dev: str, carry: Carry) -> Carry:
    if mac is None or mac & _GROUP or _fixed(where, mac) is not None:
        return carry
    key = (where.netns.ns, where.name, where.vlan, mac)
    if carry.learned.get(key) == dev:
        return carry
    return replace(carry, learned=MappingProxyType({**carry.learned, key: dev}))


def _entries(where: _Bridge, mac: Mac) -> Iterator[Entry[FdbEntry]]:
    for held in where.netns.fdb(mac):
        row = held.row
        flags = (row.flags or "").split(",")
        on_it = row.master == where.name or (row.dev == where.name and row.master is None)
        port = where.netns.links.get(row.dev)
        on_it = on_it or (row.master is None and "self" not in flags and port is not None and port.row.master == where.name)
        if on_it and (not where.vlan or row.vlan in {None, where.vlan}):
            yield held


def _fixed(where: _Bridge, mac: Mac) -> Entry[FdbEntry] | None:
    """Return the entry of a MAC that learning does not change: a local or sticky one; others move (br_fdb_update)."""
    found = [
        held for held in _entries(where, mac) if held.row.state == "permanent" or "sticky" in (held.row.flags or "").split(",")
    ]
    return next((held for held in found if held.row.vlan == where.vlan), found[0] if found else None)


class _Out(NamedTuple):
    port: str | None
    local: bool
    rows: tuple[Entry[Any], ...]
    facts: Forwarded


def _look_up(where: _Bridge, mac: Mac, carry: Carry) -> _Out | None:
    """Return where a MAC is: the bridge's own, behind a port, or none for a flood."""
    fixed = _fixed(where, mac)
    if fixed is not None:
        local = fixed.row.state == "permanent" and fixed.row.dst is None
        return _Out(fixed.row.dev, local, (fixed,), Forwarded(mac, fixed.row.dev, local))
    bridge = where.netns.links.get(where.name)
    if bridge is not None and bridge.row.mac == mac:
        return _Out(where.name, True, (bridge,), Forwarded(mac, where.name, local=True))  # noqa: FBT003 - a field
    learned = carry.learned.get((where.netns.ns, where.name, where.vlan, mac))
    if learned is not None:
        return _Out(learned, False, (), Forwarded(mac, learned, learned=True))  # noqa: FBT003 - a field
    known = next(_entries(where, mac), None)
    if known is not None:
        return _Out(known.row.dev, False, (known,), Forwarded(mac, known.row.dev))  # noqa: FBT003 - a field
    return None


# -- out ----------------------------------------------------------------------------------------------


def _forward(walk: Walk, where: _Bridge, frame: Frame, carry: Carry, came_by: str | None) -> tuple[Transition, ...]:
    ns = where.netns.ns
    if frame.dst is None or frame.dst & _GROUP:
        return _flood(walk, where, frame, carry, came_by, local=came_by is not None)
    out = _look_up(where, frame.dst, carry)
    if out is None:
        if (gap := _ports_unknown(walk, where)) is not None:
            return (gap,)
        return _flood(walk, where, frame, carry, came_by, local=False)
    step = Step(ns, out.port or where.name, out.facts, rows=out.rows)
    if out.local:
        if came_by is None:
            return (
                Transition(Outcome(Verdict.DROPPED, tr("the frame is for the bridge that sends it"), ns, where.name), (step,)),
            )
        return tuple(
            transition._replace(steps=(step, *transition.steps)) for transition in _up(walk, where, frame, carry, came_by)
        )
    refused = _not_by(walk, where, out.port or "", came_by, frame)
    if refused is not None:
        return (Transition(refused, (step,)),)
    leaving = _egress(where, out.port or "", frame)
    if leaving is None:
        return (Transition(_outside_vlans(ns, out.port or "", where.name), (step,)),)
    sent = _out_by(walk, where, leaving, carry, came_by, out.port or "")
    return tuple(transition._replace(steps=(step, *transition.steps)) for transition in sent)


def _up(walk: Walk, where: _Bridge, frame: Frame, carry: Carry, came_by: str) -> tuple[Transition, ...]:
    """Return what the bridge's own host gets (br_pass_frame_up); it may be for another host still."""
    bridge, port = (where.netns.links.get(name) for name in (where.name, came_by))
    macs = {held.row.mac for held in (bridge, port) if held is not None}
    own = frame.dst is None or bool(frame.dst & _GROUP) or frame.dst in macs
    return tuple(
        transition for seen in pass_frame(walk, where.netns.ns, Hook.BRIDGE_INPUT, frame, carry, into=came_by)
        for transition in seen.then((Transition(Receive(where.netns.ns, where.name, seen.frame, carry, own=own)),))
    )  # fmt: skip


def _not_by(walk: Walk, where: _Bridge, port: str, came_by: str | None, frame: Frame) -> Outcome | None:
    """Return the end of a frame that a port does not send (should_deliver), or None if it does."""
    netns = where.netns
    held = netns.bridge_ports.get(port)
    row = held.row if held is not None else None
    rows: tuple[Entry[Any], ...] = (held,) if held is not None else ()
    link = netns.links.get(port)
    if link is None or link.row.master not in {where.name, None}:
        cause = Stopped(ForeignPort(port, where.name, frame.dst or Mac(0)), netns.ns)
        return Outcome(
            Verdict.DROPPED, tr("{port} is not a port of {name}", port=port, name=where.name), netns.ns, port, cause=cause
        )
    if port == came_by and not (row is not None and row.hairpin):
        cause = Stopped(HairpinOff(port, where.name), netns.ns, rows)
        return Outcome(
            Verdict.DROPPED, tr("it arrived on {port}, and hairpin is off there", port=port), netns.ns, port, cause=cause
        )
    if row is not None and row.state not in {None, "forwarding"}:
        return _blocked(walk, netns.ns, held, port)
    source = netns.bridge_ports.get(came_by or "")
    if row is not None and row.isolated and source is not None and source.row.isolated:
        cause = Stopped(PortsIsolated(source.row.name, port, where.name), netns.ns, (source, *rows))
        return Outcome(
            Verdict.DROPPED,
            tr("{came_by} and {port} are isolated from each other", came_by=came_by, port=port),
            netns.ns,
            port,
            cause=cause,
        )
    packet = frame.content
    if isinstance(packet, Packet) and link.row.mtu is not None and packet.length > link.row.mtu + _VLAN_ROOM:
        cause = Stopped(PortTooSmall(port, where.name, link.row.mtu, packet.length), netns.ns, (link,))
        return Outcome(
            Verdict.DROPPED,
            tr("{length} bytes exceed the MTU of {port} ({mtu})", length=packet.length, port=port, mtu=link.row.mtu),
            netns.ns,
            port,
            cause=cause,
        )
    return None


def _ports_unknown(walk: Walk, where: _Bridge) -> Transition | None:
    """Return that the ports of a bridge are unknown, if no output shows them: `ifconfig` and `ip -br link` print no masters."""
    netns = where.netns
    link = netns.links.get(where.name)
    shown = netns.seen(Link) and link is not None and link.row.ifindex is not None
    if netns.ports.get(where.name) or shown or netns.seen(BridgePort):
        return None
    command = f"bridge link show; ip link show master {quote(where.name)}"
    return Transition(unknown(netns.ns, walk.cluster, tr("the ports of {name}", name=where.name), command))


def _flood(walk: Walk, where: _Bridge, frame: Frame, carry: Carry, came_by: str | None, *, local: bool) -> tuple[Transition, ...]:
    """Send copies by all ports that a frame may leave by (br_flood), and one to the bridge's own host."""
    ns, netns = where.netns.ns, where.netns
    transitions: list[Transition] = []
    deaf = 0
    step = Step(ns, where.name, Flooded(where.name)) if not isinstance(frame.content, NeighbourRequest) else None
    steps = (step,) if step is not None else ()
    if local and came_by is not None:
        transitions += [transition._replace(copy=True) for transition in _up(walk, where, frame, carry, came_by)]
    for port in netns.ports.get(where.name, ()):
        name = port.row.name
        held = netns.bridge_ports.get(name)
        unicast = frame.dst is not None and not frame.dst & _GROUP
        if name == came_by and not (held is not None and held.row.hairpin):
            continue
        if unicast and held is not None and held.row.flood is False:
            transitions.append(Transition(_no_flood(netns, where, held, frame), copy=True))
            continue
        if isinstance(frame.content, NeighbourRequest) and _is_deaf(walk, ns, port, frame.content):
            deaf += 1
            continue
        if port.row.up is False:
            transitions.append(Transition(Transmit(ns, name, frame, carry), copy=True))
            continue
        refused = _not_by(walk, where, name, came_by, frame)
        leaving = _egress(where, name, frame)
        if refused is not None:
            transitions.append(Transition(refused, copy=True))
        elif leaving is None:
            transitions.append(Transition(replace(_outside_vlans(ns, name, where.name), aside=True), copy=True))
        else:
            sent = _out_by(walk, where, leaving, carry, came_by, name)
            transitions += [transition._replace(steps=(*steps, *transition.steps), copy=True) for transition in sent]
    if not transitions and deaf:
        return (
            Transition(Outcome(Verdict.DROPPED, tr("nobody on {name} answers", name=where.name), ns, where.name, aside=True)),
        )
    if not transitions and (gap := _ports_unknown(walk, where)) is not None:
        return (gap,)
    if not transitions:
        return (
            Transition(
                Outcome(
                    Verdict.DROPPED,
                    tr("{name} has no other port", name=where.name),
                    ns,
                    where.name,
                    aside=True,
                    cause=_lonely(where),
                )
            ),
        )
    return tuple(transitions) if len(transitions) > 1 else (transitions[0]._replace(copy=False),)


def _is_deaf(walk: Walk, ns: int, port: Entry[Link], asked: NeighbourRequest) -> bool:
    """Say whether a request surely gets no reply behind a port: a namespace without the address that does not forward.

    The walk would find the same; but a bridge has hundreds of ports, and each request goes out of all of them.
    """
    if asked.answer or port.row.up is not True or port.row.carrier is not True:
        return False
    end = walk.cluster.other_end(ns, port)
    if not isinstance(end, Port) or end.ns == ns or end.link.row.master is not None or end.link.row.up is not True:
        return False
    netns, dev, family = walk.cluster.netns(end.ns), end.link.row.name, family_of(asked.target)
    stands_alone = not walk.cluster.above(end.ns, dev) and not netns.programs.get(dev) and not netns.proxied
    silent = netns.conf(family, dev, "forwarding") == 0 and asked.target not in netns.owned and netns.seen(Address, family)
    return stands_alone and silent and not walk.cluster.routing(end.ns, family).fib.custom_local


def _no_flood(netns: Namespace, where: _Bridge, held: Entry[BridgePort], frame: Frame) -> Outcome:
    cause = Stopped(FloodOff(held.row.name, where.name, frame.dst or Mac(0)), netns.ns, (held,))
    return Outcome(
        Verdict.DROPPED,
        tr("{name} gets no frames for unknown addresses", name=held.row.name),
        netns.ns,
        held.row.name,
        cause=cause,
        aside=True,
    )


def _lonely(where: _Bridge) -> Stopped:
    bridge = where.netns.links.get(where.name)
    return Stopped(NoOtherPort(where.name), where.netns.ns, (bridge,) if bridge else (), likely=True)


def _answered_by_bridge(where: _Bridge, frame: Frame, dev: str, carry: Carry) -> Transition | None:
    """Return the answer that a bridge gives in another host's name (neigh_suppress; br_do_proxy_suppress_arp)."""
    asked = frame.content
    if not isinstance(asked, NeighbourRequest) or asked.answer:
        return None
    known = where.netns.neighbour(where.name, asked.target)
    if known is None or known.row.mac is None:
        return None
    at = next(_entries(where, known.row.mac), None)
    port = where.netns.bridge_ports.get(at.row.dev) if at is not None else None
    if port is None or not port.row.neigh_suppress:
        return None
    answer = NeighbourRequest(asked.target, asked.sender, known.row.mac, answer=True)
    step = Step(
        where.netns.ns, where.name, NeighbourAnswered(asked.target, where.name, Answering.NEIGH_SUPPRESS), rows=(known, port)
    )
    return Transition(Transmit(where.netns.ns, dev, Frame(known.row.mac, asked.mac, answer), carry), (step,))


DEVICE: Final = Device(("bridge",), _transmit)
