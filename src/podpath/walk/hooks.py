"""Where netfilter sees a packet: the walk's side of :mod:`podpath.walk.netfilter`.

What the hook needs to know comes from the namespace's tables; what it answers becomes turns of the walk. Where rules
were not seen, the way is open; a person may assume that there are none.
"""

from dataclasses import replace
from fractions import Fraction
from typing import Final, NamedTuple

from podpath.state.address import V4, ip_text
from podpath.state.evidence import Unknown
from podpath.state.host import Ruleset as RulesetRow
from podpath.state.trace import Verdict
from podpath.walk.events import WHOLE, Carry, Cause, Complain, End, Gap, Mark, Turn, Walk, gap_of, inside
from podpath.walk.lookups import Lookups, devices_of
from podpath.walk.netfilter import Connections, Context, Hook, Outcome, Owner, RuleHit
from podpath.walk.netfilter import Verdict as Ruling
from podpath.walk.netfilter import pass_hook as evaluate
from podpath.walk.netfilter.names import named
from podpath.walk.packet import Packet

__all__ = ["Hook", "Passed", "after_hook", "pass_hook"]

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
        marks: the rules that decided.
        gaps: what the evidence leaves open.
        end: the end, or the answer that a rule sends, where it goes no further.
        share: probability of this outcome.
        reroute: the destination or mark changed, so that it is routed anew.
    """

    packet: Packet
    carry: Carry
    marks: tuple[Mark, ...] = ()
    gaps: tuple[Gap, ...] = ()
    end: End | Complain | None = None
    share: Fraction = WHOLE
    reroute: bool = False


class At(NamedTuple):
    """Where a packet is seen.

    Attributes:
        ns: the namespace.
        hook: the hook.
        into: device it came in by; empty for the namespace's own.
        out: device it leaves by.
        physin: bridge port it came in by, while br_netfilter shows it.
        physout: bridge port it leaves by.
    """

    ns: int
    hook: Hook
    into: str = ""
    out: str = ""
    physin: str | None = None
    physout: str | None = None


def pass_hook(
    walk: Walk, ns: int, hook: Hook, packet: Packet, carry: Carry, *, into: str = "", out: str = "",
    physin: str | None = None, physout: str | None = None,
) -> tuple[Passed, ...]:  # fmt: skip
    """Return what becomes of a packet at a hook.

    Args:
        walk: the walk.
        ns: the namespace.
        hook: the hook.
        packet: the packet.
        carry: what is known of the flow.
        into: device it came in by; of a bridged packet, the bridge.
        out: device it leaves by; of a bridged packet, the bridge.
        physin: bridge port it came in by, while br_netfilter shows it.
        physout: bridge port it leaves by, while br_netfilter shows it.
    """
    gaps = _unseen(walk, ns, packet.family)
    rules = walk.world.rules(ns)
    if "no-netfilter" in walk.world.assumed and rules.texts:
        gaps = (
            gap_of(ns, walk.world, "what netfilter rules do to the packet", "iptables-save -c; nft list ruleset", "no-netfilter"),
        )
    elif rules.texts and (rules.tracks or rules.bases(hook, packet.family) or rules.unread(hook)):
        at = At(ns, hook, into, out, physin, physout)
        found = evaluate(rules, hook, packet, _context(walk, at, packet, carry))
        return tuple(_passed(walk, at, packet, carry, outcome) for outcome in found)
    return (Passed(packet, carry, gaps=gaps),)


def after_hook(passed: Passed, turn: Turn) -> Turn:
    """Return a turn with what the hook before it has said."""
    return turn._replace(
        marks=(*passed.marks, *turn.marks), share=passed.share * turn.share, gaps=(*passed.gaps, *turn.gaps)
    )  # fmt: skip


def _unseen(walk: Walk, ns: int, family: int) -> tuple[Gap, ...]:
    space = walk.world.space(ns)
    known = [held.row.form for held in space.all(RulesetRow)]
    if any(form in known or space.seen(RulesetRow, part=form) for form in _FORMS[family]):
        return ()
    command = "iptables-save -c; nft list ruleset" if family == V4 else "ip6tables-save -c; nft list ruleset"
    return (gap_of(ns, walk.world, "whether netfilter rules stop the packet", command, "no-netfilter"),)


def _context(walk: Walk, at: At, packet: Packet, carry: Carry) -> Context:
    space = walk.world.space(at.ns)
    known = carry.tracked.get(at.ns)
    connections = known if isinstance(known, Connections) else walk.world.connections(at.ns)
    local = at.hook is Hook.OUTPUT or (at.hook is Hook.POSTROUTING and not at.into)
    return Context(
        fib=Lookups(walk.world, at.ns),
        iif=at.into or None if at.hook is not Hook.POSTROUTING or at.physin else None, oif=at.out or None,
        physin=at.physin, physout=at.physout, devices=devices_of(space), track=carry.track, connections=connections,
        sysctls=space.sysctls, owner=Owner(exists=not packet.awaited) if local else None,
    )  # fmt: skip


def _passed(walk: Walk, at: At, before: Packet, carry: Carry, outcome: Outcome) -> Passed:
    after = replace(carry, track=outcome.track, tracked={**carry.tracked, at.ns: outcome.connections})
    share = Fraction(outcome.probability).limit_denominator(10_000)
    gaps = tuple(_doubted(walk, at.ns, doubt.reason, doubt.command) for doubt in outcome.doubts)
    marks = tuple(_marks(at, before, outcome))
    end: End | Complain | None = None
    if outcome.proxied is not None:
        gap = _doubted(walk, at.ns, "what the program does that TPROXY hands the packet to", "ss -tlnp")
        end = End(Verdict.UNKNOWN, gap.unknown.missing, at.ns, at.into, gap=gap)
    elif outcome.verdict is not Ruling.ACCEPT:
        end = _stopped(walk, at, before, after, outcome)
    return Passed(outcome.packet, after, marks, gaps, end, share, outcome.reroute)


def _doubted(walk: Walk, ns: int, reason: str, command: str) -> Gap:
    space = walk.world.space(ns)
    return Gap(
        Unknown(space.node, reason, inside(space.label, command) if command else "", ("trace",)), diverts=True, either=True
    )


def _marks(at: At, before: Packet, outcome: Outcome) -> list[Mark]:
    """Return what is worth telling: what changed the packet, and the rule that decided."""
    dev = at.physin or at.physout or at.out or at.into
    found = []
    for what, one, two in (("source", before.src, outcome.packet.src), ("destination", before.dst, outcome.packet.dst)):
        if one != two:
            hits = tuple(
                hit
                for hit in outcome.hits
                if hit.verdict.upper().startswith(("DNAT", "SNAT", "MASQ", "REDIR", "NETMAP", "TPROXY"))
            )
            found.append(
                Mark(
                    at.ns, dev, "netfilter", f"{at.hook}: {what} {ip_text(one)} becomes {ip_text(two)}", outcome.packet, hits[-1:]
                )
            )
    if outcome.hits and not found:
        last = outcome.hits[-1]
        # That a chain was passed through says nothing; that a rule let the packet go on, or not, does.
        if outcome.verdict is not Ruling.ACCEPT or (last.number and last.verdict.upper() == "ACCEPT"):
            found.append(Mark(at.ns, dev, "netfilter", f"{at.hook}: {_place_of(last)} says {last.verdict}", rows=(last,)))
    return [*found, *(Mark(at.ns, dev, "netfilter", note) for note in outcome.notes)]


def _place_of(hit: RuleHit) -> str:
    what = named(hit)
    by = f" ({what.owner}: {what.object or what.purpose})" if what is not None else ""
    return f"rule {hit.number} of {hit.chain}{by}" if hit.number else f"the policy of {hit.chain}"


def _stopped(walk: Walk, at: At, packet: Packet, carry: Carry, outcome: Outcome) -> End | Complain:
    if outcome.verdict is Ruling.UNKNOWN:
        first = outcome.doubts[0] if outcome.doubts else None
        reason = first.reason if first is not None else f"what {_place_of(outcome.hits[-1])} does"
        gap = _doubted(walk, at.ns, reason, first.command if first is not None else "")
        return End(Verdict.UNKNOWN, reason, at.ns, at.out or at.into, gap=gap)
    cause = _cause(walk, at, packet, outcome)
    # What its own host drops, a program that sends datagrams hears of at once; TCP goes on trying.
    own = at.hook is Hook.OUTPUT or (at.hook is Hook.POSTROUTING and not at.into)
    error = "EPERM" if own and packet.proto != "tcp" and packet.payload is None and not packet.awaited else ""
    end = End(Verdict.DROPPED, cause.summary, at.ns, at.out or at.into, error=error, cause=cause, packet=packet, carry=carry)
    if outcome.verdict is Ruling.DROP or outcome.answer is None:
        return end
    answer = outcome.answer
    told = (
        "ECONNREFUSED" if answer.proto == "tcp" else _ERRORS.get((answer.proto, answer.icmp_type or 0, answer.icmp_code or 0), "")
    )
    rejected = replace(end, verdict=Verdict.REJECTED, error=error or told)
    return Complain(at.ns, packet, "rejected", rejected, carry, at.into, answer=replace(answer, awaited=True))


def _cause(walk: Walk, at: At, packet: Packet, outcome: Outcome) -> Cause:
    space = walk.world.space(at.ns)
    last = outcome.hits[-1] if outcome.hits else None
    where = f"on {space.node}" if not space.label else f"in {space.label.replace(':', ' ', 1)} on {space.node}"
    does = "rejects" if outcome.verdict is Ruling.REJECT else "drops"
    if last is None:
        return Cause("netfilter-drop", at.ns, f"netfilter {does} it in {at.hook} {where}", "", ())
    what = f"rule {last.number} of chain {last.chain} in table {last.table} {where} {does} it: {last.text}"
    if not last.number:
        what = f"the policy of chain {last.chain} in table {last.table} {where} {does} it"
    flow = f"{ip_text(packet.src)} → {ip_text(packet.dst)}{f' port {packet.dport}' if packet.dport else ''} ({packet.proto})"
    counted = f" It has counted {last.packets} packets." if last.packets is not None else ""
    return Cause(
        _check(at, packet, last, outcome),
        at.ns,
        what,
        f"The packet is {flow}.{counted}",
        (last,),
        tuple(_mends(packet, last)),
    )


def _check(at: At, packet: Packet, hit: RuleHit, outcome: Outcome) -> str:
    who = named(hit)
    if packet.payload is not None:
        return "tunnel-port-blocked"
    if who is not None and who.owner in {"Calico", "kube-router"}:
        return "networkpolicy-drop"
    if not hit.number and at.hook is Hook.FORWARD:
        return "forward-policy-drop"
    if hit.table == "raw" and who is None and hit.back_end != "nft" and at.hook is Hook.PREROUTING:
        return "docker28-direct-routing-drop"
    return (
        "host-firewall-rejects-pods"
        if outcome.verdict is Ruling.REJECT and at.hook in {Hook.FORWARD, Hook.INPUT}
        else "netfilter-drop"
    )


def _mends(packet: Packet, hit: RuleHit) -> list[str]:
    """Return what lets the packet pass: a rule before, and taking the rule away."""
    tool = "iptables" if hit.family == "ip" else "ip6tables"
    if hit.back_end == "nft":
        chain = f"{hit.family} {hit.table} {hit.chain}"
        return [
            f"nft insert rule {chain} ip{'6' if packet.family != V4 else ''} daddr {ip_text(packet.dst)} accept",
            f"nft -a list chain {chain}",
        ]
    tool = f"{tool}-legacy" if hit.back_end == "legacy" else tool
    flow = (
        f"-s {ip_text(packet.src)} -d {ip_text(packet.dst)} -p {packet.proto}{f' --dport {packet.dport}' if packet.dport else ''}"
    )
    return [
        f"{tool} -t {hit.table} -I {hit.chain} {flow} -j ACCEPT",
        *([f"{tool} -t {hit.table} -D {hit.chain} {hit.number}"] if hit.number else []),
    ]
