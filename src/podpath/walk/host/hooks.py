"""Where netfilter sees a packet: the walk's side of :mod:`podpath.walk.netfilter`.

What the hook needs to know comes from the namespace's tables; what it answers becomes turns of the walk. Where rules
were not captured, the path is open; a person may assume that there are none.
"""

from collections.abc import Iterable
from dataclasses import replace
from fractions import Fraction
from typing import Final, NamedTuple

from podpath.language import marked, tr
from podpath.state.address import V4, Mac
from podpath.state.evidence import Unknown
from podpath.state.host import EBTABLES, EBTABLES_LOOK, Missing
from podpath.state.host import Ruleset as RulesetRow
from podpath.state.step import AddressTranslated, RuleMatched, RuleNoted
from podpath.state.trace import Verdict
from podpath.state.tun import SLIRP
from podpath.walk.cluster import Cluster
from podpath.walk.events import WHOLE, At, Carry, Complain, Gap, Outcome, RuleDrop, Step, Transition, Walk, gap_of, times
from podpath.walk.host.netfilter_lookups import Lookups, devices_of
from podpath.walk.host.sockets import SocketTable
from podpath.walk.netfilter import Connections, Context, Hook, HookOutcome, HookVerdict, Owner, PacketType, RuleHit
from podpath.walk.netfilter import pass_hook as evaluate
from podpath.walk.netfilter.names import named
from podpath.walk.packet import BROADCAST, Frame, Packet
from podpath.wiring.places import run_in

__all__ = ["Hook", "Passed", "PassedFrame", "after_hook", "pass_frame", "pass_hook"]

_GROUP: Final = 1 << 40

_FORMS: Final = {4: ("iptables", "nft"), 6: ("ip6tables", "nft")}
# icmp_err_convert[] (net/ipv4/icmp.c), icmpv6_err_convert() (net/ipv6/icmp.c).
_ERRORS: Final = {
    ("icmp", 3, 0): "ENETUNREACH", ("icmp", 3, 1): "EHOSTUNREACH", ("icmp", 3, 3): "ECONNREFUSED",
    ("icmp", 3, 9): "ENETUNREACH", ("icmp", 3, 10): "EHOSTUNREACH", ("icmp", 3, 13): "EHOSTUNREACH",
    ("icmpv6", 1, 0): "ENETUNREACH", ("icmpv6", 1, 1): "EACCES", ("icmpv6", 1, 3): "EHOSTUNREACH",
    ("icmpv6", 1, 4): "ECONNREFUSED",
    ("icmpv6", 1, 5): "EACCES", ("icmpv6", 1, 6): "EACCES",
}  # fmt: skip


class Passed(NamedTuple):
    """What a hook makes of a packet.

    Attributes:
        packet: the packet after it.
        carry: what is known of the flow after it.
        steps: the rules that decided.
        gaps: what the evidence leaves open.
        end: the end, or the answer that a rule sends, where it goes no further.
        share: probability of this outcome.
        reroute: the destination or mark changed, so that it is routed again.
        handed: what TPROXY did, where it has handed the packet to a socket.
    """

    packet: Packet
    carry: Carry
    steps: tuple[Step, ...] = ()
    gaps: tuple[Gap, ...] = ()
    end: Outcome | Complain | None = None
    share: Fraction = WHOLE
    reroute: bool = False
    handed: HookOutcome | None = None


def pass_hook(
    walk: Walk, ns: int, hook: Hook, packet: Packet, carry: Carry, *, into: str = "", out: str = "",
    physin: str | None = None, physout: str | None = None,
) -> tuple[Passed, ...]:  # fmt: skip
    """Return what happens to a packet at a hook.

    Args:
        walk: the walk.
        ns: the namespace.
        hook: the hook.
        packet: the packet.
        carry: what is known of the flow.
        into: device that it arrived on; of a bridged packet, the bridge.
        out: device it leaves by; of a bridged packet, the bridge.
        physin: bridge port that it arrived on, while br_netfilter shows it.
        physout: bridge port it leaves by, while br_netfilter shows it.
    """
    gaps = unseen(walk.cluster, ns, packet.family)
    rules = walk.cluster.rules(ns)
    if "no-netfilter" in walk.cluster.assumed and rules.texts:
        gaps = (
            gap_of(
                ns,
                walk.cluster,
                tr("what netfilter rules do to the packet"),
                "iptables-save -c; nft list ruleset",
                "no-netfilter",
            ),
        )
    elif rules.texts and (rules.tracks or rules.bases(hook, packet.family) or rules.unread(hook) or rules.damaged):
        at = At(ns, hook, into, out, physin, physout)
        found = evaluate(rules, hook, packet, context_of(walk, at, packet, carry))
        passed = [_passed(walk, at, packet, carry, outcome) for outcome in found]
        return tuple(one._replace(gaps=(*gaps, *one.gaps)) for one in passed)
    return (Passed(packet, carry, gaps=gaps),)


class PassedFrame(NamedTuple):
    """What a hook of frames makes of one.

    Attributes:
        frame: the frame after it.
        passed: what it makes of the packet in it.
    """

    frame: Frame
    passed: Passed

    def then(self, transitions: Iterable[Transition]) -> list[Transition]:
        """Return turns with what the hook before them has said; its own end where the frame goes no further."""
        if self.passed.end is not None:
            return [after_hook(self.passed, Transition(self.passed.end))]
        return [after_hook(self.passed, transition) for transition in transitions]


def pass_frame(
    walk: Walk, ns: int, hook: Hook, frame: Frame, carry: Carry, *, into: str = "", out: str = ""
) -> tuple[PassedFrame, ...]:  # fmt: skip
    """Return what happens to a frame at a hook of bridges (br_nf_*), of devices (nf_ingress), or of ARP.

    Args:
        walk: the walk.
        ns: the namespace.
        hook: the hook.
        frame: the frame.
        carry: what is known of the flow.
        into: device or port that it arrived on.
        out: device or port it leaves by.
    """
    content = frame.content
    packet = content if isinstance(content, Packet) else content.packet
    rules = walk.cluster.rules(ns)
    gaps = _unseen_frames(walk, ns, hook)
    if not rules.texts or hook not in rules.frames or "no-netfilter" in walk.cluster.assumed:
        return (PassedFrame(frame, Passed(packet, carry, gaps=gaps)),)
    at = At(ns, hook, into, out)
    link = walk.cluster.netns(ns).links.get(into)
    context = replace(
        context_of(walk, at, packet, carry), iif=into or None, oif=out or None, smac=frame.src, dmac=frame.dst,
        vlan=frame.vlan[-1] if frame.vlan else None, packet_type=_kind_of(frame, link.row.mac if link is not None else None),
    )  # fmt: skip
    found = (_passed(walk, at, packet, carry, outcome) for outcome in evaluate(rules, hook, packet, context))
    # Rules for frames do not track connections: what the packet's own hooks know stays as it was.
    return tuple(
        PassedFrame(replace(frame, content=one.packet) if isinstance(content, Packet) else frame, one._replace(carry=carry))
        for one in found
    )  # fmt: skip


def pass_question(
    walk: Walk, ns: int, frame: Frame, carry: Carry, *, into: str = "", out: str = ""
) -> tuple[PassedFrame, ...]:  # fmt: skip
    """Return what happens to a neighbour request or reply at the rules of its host: those for ARP, or those of IPv6.

    Args:
        walk: the walk.
        ns: the namespace.
        frame: the frame with the request.
        carry: what is known of the flow that asks.
        into: device that it arrived on.
        out: device it leaves by.
    """
    asked = frame.content
    assert not isinstance(asked, Packet)  # noqa: S101 - the caller looked
    if asked.packet.family == V4:
        return pass_frame(walk, ns, Hook.ARP_INPUT if into else Hook.ARP_OUTPUT, frame, carry, into=into, out=out)
    found = [Passed(asked.packet, carry.fresh())]
    for hook in (Hook.PREROUTING, Hook.INPUT) if into else (Hook.OUTPUT, Hook.POSTROUTING):
        outs = {"out": out} if out else {"into": into}
        found = [
            after if before.end is None else before
            for before in found
            for after in (pass_hook(walk, ns, hook, before.packet, before.carry, **outs) if before.end is None else (before,))
        ]
    # That rules let it pass says nothing; its connection is none of the flow's.
    ways = (one if one.end is not None else one._replace(steps=(), carry=carry) for one in found)
    return tuple(PassedFrame(frame, one) for one in ways)


def _kind_of(frame: Frame, own: Mac | None) -> PacketType:
    """Return the packet type of a frame (eth_type_trans)."""
    if frame.dst is None or frame.dst == own:
        return PacketType.HOST
    if frame.dst == BROADCAST:
        return PacketType.BROADCAST
    return PacketType.MULTICAST if frame.dst & _GROUP else PacketType.OTHERHOST


def after_hook(passed: Passed, transition: Transition) -> Transition:
    """Return a turn with what the hook before it has said."""
    return transition._replace(
        steps=(*passed.steps, *transition.steps),
        share=times(passed.share, transition.share),
        gaps=(*passed.gaps, *transition.gaps),
    )


def unseen(cluster: Cluster, ns: int, family: int) -> tuple[Gap, ...]:
    """Return what is left open where no output shows the rules of a family: those of the other one say nothing of them."""
    netns = cluster.netns(ns)
    known = [held.row.form for held in netns.all(RulesetRow)]
    command = "iptables-save -c; nft list ruleset" if family == V4 else "ip6tables-save -c; nft list ruleset"
    if any(form in known or netns.seen(RulesetRow, part=form) for form in _FORMS[family]):
        hidden = cluster.rules(ns).hidden(family)
        what = tr("what the rules of {hidden} do to the packet", hidden=hidden[0]) if hidden else ""
        return (gap_of(ns, cluster, what, command, "no-netfilter"),) if hidden else ()
    return (gap_of(ns, cluster, tr("whether netfilter rules stop the packet"), command, "no-netfilter"),)


def _unseen_frames(walk: Walk, ns: int, hook: Hook) -> tuple[Gap, ...]:
    """Say where the old ebtables may have rules that nothing shows."""
    netns = walk.cluster.netns(ns)
    hidden = hook.startswith("bridge ") and any(held.row.part == EBTABLES for held in netns.all(Missing))
    if not hidden or any(held.row.form == "ebtables" for held in netns.all(RulesetRow)):
        return ()
    return (gap_of(ns, walk.cluster, tr("whether the old ebtables stops the frame"), EBTABLES_LOOK, "no-netfilter"),)


def context_of(walk: Walk, at: At, packet: Packet, carry: Carry) -> Context:
    """Return what rules may ask at a hook beside the packet itself."""
    netns = walk.cluster.netns(at.ns)
    known = carry.tracked.get(at.ns)
    connections = known if isinstance(known, Connections) else walk.cluster.connections(at.ns)
    came = bool(at.into) and at.hook in {Hook.PREROUTING, Hook.INPUT, Hook.FORWARD}
    local = at.hook is Hook.OUTPUT or (at.hook is Hook.POSTROUTING and not at.into)
    lookups = Lookups(walk.cluster, at.ns)
    return Context(
        fib=lookups, sockets=SocketTable(netns, lookups, at.into or None),
        iif=at.into or None if at.hook is not Hook.POSTROUTING or at.physin else None, oif=at.out or None,
        physin=at.physin or (carry.physin if came else None), physout=at.physout, smac=carry.smac if came else None,
        devices=devices_of(netns), track=carry.track, connections=connections,
        sysctls=netns.sysctls, owner=Owner(exists=not packet.awaited) if local else None,
    )  # fmt: skip


def _passed(walk: Walk, at: At, before: Packet, carry: Carry, outcome: HookOutcome) -> Passed:
    after = replace(carry, track=outcome.track, tracked={**carry.tracked, at.ns: outcome.connections})
    share = Fraction(outcome.probability).limit_denominator(10_000)
    gaps = tuple(_doubted(walk, at.ns, doubt.reason, doubt.command) for doubt in outcome.doubts)
    steps = tuple(_marks(at, before, outcome))
    end: Outcome | Complain | None = None
    if outcome.verdict is not HookVerdict.ACCEPT:
        end = _stopped(walk, at, before, after, outcome)
    elif outcome.proxied is not None and at.physin:
        gap = _doubted(walk, at.ns, tr("what a bridge does with a frame that TPROXY has redirected to a socket"), "")
        end = Outcome(Verdict.UNKNOWN, gap.unknown.missing, at.ns, at.into, gap=gap)
    handed = outcome if outcome.proxied is not None else None
    return Passed(outcome.packet, after, steps, gaps, end, share, outcome.reroute, handed)


def _doubted(walk: Walk, ns: int, reason: str, command: str) -> Gap:
    netns = walk.cluster.netns(ns)
    return Gap(
        Unknown(netns.node, reason, run_in(netns.label, command) if command else "", ("trace",)), diverts=True, either=True
    )


def _marks(at: At, before: Packet, outcome: HookOutcome) -> list[Step]:
    """Return what is worth telling: what changed the packet, and the rule that decided."""
    dev = at.physin or at.physout or at.out or at.into
    found = []
    for what, one, two in (("source", before.src, outcome.packet.src), ("destination", before.dst, outcome.packet.dst)):
        if one != two:
            hits = tuple(hit for hit in outcome.hits if hit.gives == what)
            found.append(Step(at.ns, dev, AddressTranslated(at.hook, what, one, two), outcome.packet, hits[-1:]))
    if outcome.hits and not found:
        last = outcome.hits[-1]
        # That a chain was passed through says nothing; that a rule let the packet go on, or not, does.
        if outcome.verdict is not HookVerdict.ACCEPT or (last.number and last.verdict.upper() == "ACCEPT"):
            found.append(Step(at.ns, dev, RuleMatched(at.hook, place_of(last), last.verdict), rows=(last,)))
    return [*found, *(Step(at.ns, dev, RuleNoted(note)) for note in outcome.notes)]


def place_of(hit: RuleHit) -> str:
    """Return a rule in a few words: its number, its chain, and what that is for."""
    what = named(hit)
    by = f" ({tr(what.owner)}: {what.object or what.purpose})" if what is not None else ""
    return (
        tr("rule {number} of {chain}{by}", number=hit.number, chain=hit.chain, by=by)
        if hit.number
        else tr("the policy of {chain}", chain=hit.chain)
    )


def _reason(walk: Walk, at: At, outcome: HookOutcome) -> str:
    """Return which rule stopped a packet, where, and what it says."""
    netns = walk.cluster.netns(at.ns)
    where = netns.where
    rejects = outcome.verdict is HookVerdict.REJECT
    if not outcome.hits:
        if rejects:
            return tr("netfilter rejects it in {hook} {where}", hook=at.hook, where=where)
        return tr("netfilter drops it in {hook} {where}", hook=at.hook, where=where)
    hit = outcome.hits[-1]
    said = _RULE_REJECTS if rejects else _RULE_DROPS
    if not hit.number:
        said = _POLICY_REJECTS if rejects else _POLICY_DROPS
    return tr(said, number=hit.number, chain=hit.chain, table=hit.table, where=where, text=hit.text)


_RULE_REJECTS: Final = marked("rule {number} of chain {chain} in table {table} {where} rejects it: {text}")
_RULE_DROPS: Final = marked("rule {number} of chain {chain} in table {table} {where} drops it: {text}")
_POLICY_REJECTS: Final = marked("the policy of chain {chain} in table {table} {where} rejects it")
_POLICY_DROPS: Final = marked("the policy of chain {chain} in table {table} {where} drops it")


def _of_process(at: At, carry: Carry) -> str:
    """Return the error of a datagram that its own host drops; slirp tells whose packet it was that it cannot send it."""
    last = next((one for one in reversed(carry.relayed) if one.by == at.ns), None)
    if last is None:
        return "EPERM"
    return "ENETUNREACH" if last.program == SLIRP else ""


def _stopped(walk: Walk, at: At, packet: Packet, carry: Carry, outcome: HookOutcome) -> Outcome | Complain:
    if outcome.verdict is HookVerdict.UNKNOWN:
        first = outcome.doubts[0] if outcome.doubts else None
        reason = first.reason if first is not None else tr("what {hits} does", hits=place_of(outcome.hits[-1]))
        gap = _doubted(walk, at.ns, reason, first.command if first is not None else "")
        return Outcome(Verdict.UNKNOWN, reason, at.ns, at.out or at.into, gap=gap)
    reason = _reason(walk, at, outcome)
    # What its own host drops, a program that sends datagrams hears of at once; TCP goes on trying.
    own = at.hook is Hook.OUTPUT or (at.hook is Hook.POSTROUTING and not at.into)
    heard = own and packet.proto != "tcp" and packet.payload is None and not packet.awaited
    error = _of_process(at, carry) if heard else ""
    end = Outcome(
        Verdict.DROPPED,
        reason,
        at.ns,
        at.out or at.into,
        error=error,
        cause=RuleDrop(at, packet, carry, outcome),
        packet=packet,
        carry=carry,
        at=at,
    )
    if outcome.verdict is HookVerdict.DROP or outcome.answer is None:
        return end
    answer = outcome.answer
    told = (
        "ECONNREFUSED" if answer.proto == "tcp" else _ERRORS.get((answer.proto, answer.icmp_type or 0, answer.icmp_code or 0), "")
    )
    rejected = replace(end, verdict=Verdict.REJECTED, error=error or told)
    return Complain(at.ns, packet, "rejected", rejected, carry, at.into, answer=replace(answer, awaited=True))
