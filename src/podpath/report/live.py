"""What was seen of real packets (``podpath trace --live``): the verdict in a line, the column of hops, and JSON."""

from collections.abc import Iterator, Sequence
from typing import Any, Final, assert_never

from podpath.language import marked, tr
from podpath.report.terminal import Line, Span, Terminal
from podpath.report.words import plural
from podpath.state.fix import Command, Fix, do
from podpath.state.live import Agreement, Fate, Live, Rung, SeenDrop, SeenHop, Sight
from podpath.state.step import Encapsulated
from podpath.state.trace import Branch, Hop, Leg, Trace, Verdict

COLUMN: Final = 11
"""Columns that what was seen takes beside a step."""
_MILLISECOND: Final = 1000
_PACKETS: Final = {"icmp": "echo request", "tcp": "TCP handshake", "udp": "UDP datagram"}
_SENT: Final = marked((
    "{count} echo request", "{count} echo requests", "{count} TCP handshake", "{count} TCP handshakes",
    "{count} UDP datagram", "{count} UDP datagrams",
))  # fmt: skip
"""What :func:`podpath.report.words.plural` makes of them, for catalogs."""
_STYLES: Final = {
    Agreement.AGREED: "bold",
    Agreement.NETWORK: "bold yellow",
    Agreement.UNSHOWN: "bold yellow",
    Agreement.DISAGREED: "bold yellow",
    Agreement.SEEN: "bold cyan",
    Agreement.UNSEEN: "bold cyan",
}
_RUNGS: Final = marked(
    {
        Rung.TRACEPOINTS: "the kernel's tracepoints",
        Rung.SOCKETS: "packet sockets, which do not see drops",
        Rung.COUNTERS: "counters of devices, which show no drop, and only where no packet passed",
        Rung.NOTHING: "the sender's socket alone, which sees neither hops nor drops",
    }
)


# -- the verdict ---------------------------------------------------------------------------------------


def sentence(trace: Trace, live: Live) -> str:
    """Return the verdict of prediction and observation together."""
    leg = _leg(trace, live)
    match live.agreement:
        case Agreement.AGREED:
            return f"{_how(live)}: {_agreed(trace, live)}"
        case Agreement.NETWORK:
            return _network(leg.worst, live)
        case Agreement.UNSHOWN:
            meaning = f": {live.drop.meaning}" if live.drop is not None else ""
            return tr("{live}, which no table shows{meaning}", live=_happened(live), meaning=meaning)
        case Agreement.DISAGREED:
            return tr(
                "model and kernel disagree{worst}: {leg}; {live}",
                worst=_step(leg.worst, live),
                leg=_predicted(leg, live),
                live=_happened(live),
            )
        case Agreement.SEEN:
            return tr("seen, where the evidence does not tell: {live}", live=_happened(live))
        case Agreement.UNSEEN:
            return tr(
                "predicted {verdict}, {worst}: {live}",
                verdict=tr(trace.verdict),
                worst=_unseen(leg.worst, live),
                live=_happened(live),
            )
        case _:
            assert_never(live.agreement)


def _leg(trace: Trace, live: Live) -> Leg:
    return trace.reply if live.backwards and trace.reply is not None else trace.forward


def _how(live: Live) -> str:
    """Return how sure an agreement is: silence alone shows no drop."""
    watched = live.rung in {Rung.TRACEPOINTS, Rung.SOCKETS}
    if not watched or all(hop.sight is not Sight.SEEN for hop in (*live.forward, *live.reply)):
        return tr("as predicted, though no hop was seen")
    if live.fate is Fate.SILENT and live.drop is None:
        return tr("as predicted, though the drop itself was not seen")
    return tr("predicted and seen")


def _unseen(branch: Branch, live: Live) -> str:
    """Return how far a packet was seen, and where nobody could look."""
    seen = live.reply if live.backwards else live.forward
    if live.hop is None or live.hop >= len(seen):
        return "not observed"
    here = _hop(branch.hops[live.hop])
    if seen[live.hop].sight is Sight.SEEN:
        return tr("seen last on {here}, and not observed behind it", here=here)
    before = next((at for at in range(live.hop - 1, -1, -1) if seen[at].sight is Sight.SEEN), None)
    return tr(
        "not seen on {here}, and not observed {where}",
        here=here,
        where=tr("behind {hops}", hops=_hop(branch.hops[before])) if before is not None else tr("before it"),
    )


def _agreed(trace: Trace, live: Live) -> str:
    if live.fate is Fate.ANSWERED:
        return tr("delivered, there and back")
    if live.fate is Fate.ARRIVED:
        return tr("it arrives; no answer came, and UDP needs none")
    if live.drop is not None:
        return f"{_verb(_leg(trace, live).verdict)} {_place(live.drop)}{_reason(live.drop)}"
    end = _leg(trace, live).worst.steps[-1]
    error = tr(", and the sender gets {error}", error=live.error) if live.error else ""
    return tr(
        "{verdict} on {names}{error}",
        verdict=_verb(_leg(trace, live).verdict),
        names=" ".join(part for part in (end.node, end.interface) if part),
        error=error,
    )


def _verb(verdict: Verdict) -> str:
    return {Verdict.REFUSED: tr("refused"), Verdict.REJECTED: tr("rejected"), Verdict.UNREACHABLE: tr("no route")}.get(
        verdict, tr("dropped")
    )


def _place(drop: SeenDrop) -> str:
    namespace = drop.netns.partition(":")[2] or ("" if drop.netns != "?" else tr("in an unknown namespace"))
    return " ".join(part for part in ("on", drop.node, namespace, drop.interface) if part)


def _reason(drop: SeenDrop) -> str:
    words = [
        part
        for part in (drop.reason, tr("in {function}", function=drop.function) if drop.reason in {"", "NOT_SPECIFIED"} else "")
        if part
    ]
    return f" ({' '.join(words)})" if words else ""


def _network(branch: Branch, live: Live) -> str:
    hop = live.hop or 0
    before = next((branch.hops[at] for at in range(hop - 1, -1, -1) if branch.hops[at].out), branch.hops[0])
    outer = next(
        (step.facts for step in reversed(branch.steps[: branch.hops[hop].step]) if isinstance(step.facts, Encapsulated)), None
    )
    what = tr("the packet")
    if outer is not None:
        what = f"UDP {outer.port}" if outer.port is not None else outer.kind
    # What others of the packets have passed is carried, and has lost this one.
    lost = (
        tr("does not carry {what}", what=what)
        if live.alike == live.sent
        else tr("lost {what} ({alike} of {sent} fared so)", what=what, alike=live.alike, sent=live.sent)
    )
    return tr(
        "predicted to pass {before}, not seen on {hops}: the network between the nodes {lost}",
        before=_hop(before),
        hops=_hop(branch.hops[hop]),
        lost=lost,
    )


def _hop(hop: Hop) -> str:
    namespace = hop.netns.partition(":")[2]
    return " ".join(part for part in (hop.node, namespace, hop.interface) if part)


def _step(branch: Branch, live: Live) -> str:
    return (
        tr(" at step {step}", step=branch.hops[live.hop].step + 1) if live.hop is not None and live.hop < len(branch.hops) else ""
    )


def _predicted(leg: Leg, live: Live) -> str:
    seen = live.reply if live.backwards else live.forward
    if live.hop is not None and live.hop < len(seen) and seen[live.hop].sight is Sight.MISSED:
        return tr("predicted to pass {hops}, where it was not seen", hops=_hop(leg.worst.hops[live.hop]))
    return tr("predicted {verdict}", verdict=tr(leg.verdict))


def _happened(live: Live) -> str:
    """Return what happened, without what was predicted."""
    if live.drop is not None:
        return tr("dropped {place}{reason}", place=_place(live.drop), reason=_reason(live.drop))
    match live.fate:
        case Fate.ANSWERED:
            return tr("the sender got the answer")
        case Fate.ARRIVED:
            return tr("the packet arrived, and no answer came")
        case Fate.ERROR:
            return tr("the sender got {error}", error=live.error)
        case Fate.SILENT:
            return tr("the sender got no answer")
        case _:
            assert_never(live.fate)


# -- text ------------------------------------------------------------------------------------------------


def headline(terminal: Terminal, trace: Trace, live: Live, signs: dict[str, str]) -> Iterator[Line]:
    """Yield the verdict, and what to do with a disagreement."""
    sign = {Agreement.NETWORK: "warn", Agreement.UNSHOWN: "warn", Agreement.DISAGREED: "warn"}.get(live.agreement, "open")
    sign = "ok" if live.agreement is Agreement.AGREED else sign
    yield from terminal.wrapped(sentence(trace, live), f"{signs[sign]} ", _STYLES[live.agreement], 2)
    if live.drop is not None and live.agreement is not Agreement.AGREED and live.drop.meaning:
        yield [Span("  more  ", "dim"), Span(do("podpath", "explain", live.drop.reason).text, "dim")]
    if live.agreement is Agreement.DISAGREED:
        said = tr("This is a fault of podpath, or the state changed meanwhile. If it stays, report it with a redacted capture:")
        yield from terminal.wrapped(said, "  ", "dim")
        yield [Span("          podpath collect --redact -o report.podpath", "dim")]


def footer(terminal: Terminal, trace: Trace, live: Live) -> Iterator[Line]:
    """Yield how many packets were sent, what they have in common, and how they were watched."""
    proto = trace.sent.proto if trace.sent is not None else ""
    kind = _PACKETS.get(proto, "packet")
    parts = [
        tr(
            "{kinds} sent, {answered} answered, {alike} alike",
            kinds=plural(live.sent, kind),
            answered=live.answered,
            alike=live.alike,
        )
    ]
    if live.microseconds is not None:
        parts.append(
            tr("first error after {time}", time=duration(live.microseconds))
            if live.error
            else tr("first answer after {time}", time=duration(live.microseconds))
        )
    if live.path_mtu is not None:
        parts.append(tr("the largest packet that passes has {path_mtu} bytes", path_mtu=live.path_mtu))
    yield from terminal.wrapped("; ".join(parts), "live    ", "dim", 8)
    if live.lower:
        how = (
            tr("some hops were not watched")
            if live.rung is Rung.TRACEPOINTS
            else tr("watched through {rungs}", rungs=tr(_RUNGS[live.rung]))
        )
        yield from terminal.wrapped(tr("{how}, because", how=how), "        ", "yellow")
    for lower in live.lower:
        remedy = f": {lower.remedy}" if lower.remedy else ""
        yield from terminal.wrapped(f"{lower.reason}{remedy}", "        - ", "dim", 10)
    if live.lost:
        said = tr("{lost} observations could not be recorded: a hop that was not seen may have been passed", lost=live.lost)
        yield from terminal.wrapped(said, "        ", "yellow")
    learn = _to_learn(trace, live)
    if learn is not None:
        yield from terminal.wrapped(tr("what would tell, {lead}:", lead=learn.lead), "        ", "cyan")
        yield [Span(f"          {learn.typed}", "cyan")]


def _to_learn(trace: Trace, live: Live) -> Fix | None:
    """Return the command that shows whether the packet passes where nobody looked, or None if that decides nothing."""
    if live.fate in {Fate.ANSWERED, Fate.ARRIVED} or live.drop is not None:
        return None
    legs = [(trace.forward, live.forward), *([(trace.reply, live.reply)] if trace.reply is not None else [])]
    hops = [(hop, one.sight) for leg, seen in legs for hop, one in zip(leg.worst.hops, seen, strict=False)]
    hidden = next((hop for hop, sight in hops if sight is Sight.HIDDEN), None)
    if hidden is None or not (live.lower or live.agreement is Agreement.UNSEEN):
        return None
    words = tr("inside {netns}", netns=hidden.netns) if hidden.netns else ""
    return Fix(words, Command(("tcpdump", "-nei", hidden.interface), hidden.node))


def duration(microseconds: float) -> str:
    """Return a time that is easy to read: ``84 µs``, ``1.2 ms``."""
    if microseconds < _MILLISECOND:
        return f"{microseconds:.0f} µs"
    if microseconds < 10 * _MILLISECOND:
        return tr("{microseconds:.1f} ms", microseconds=microseconds / _MILLISECOND)
    return tr("{microseconds:.0f} ms", microseconds=microseconds / _MILLISECOND)


def column(branch: Branch, seen: Sequence[SeenHop], step: int, signs: dict[str, str]) -> Span:
    """Return what was seen at the hops of a step: a sign, and the time of the first."""
    sight = sight_of(branch, seen, step)
    if sight is None:
        return Span("")
    times = [one.microseconds for one in _of_step(branch, seen, step) if one.microseconds is not None]
    time = duration(min(times)) if times else ""
    if sight is Sight.MISSED:
        return Span(f"{signs['bad']} {time:>{COLUMN - 4}}".rstrip(), "bold red")
    if sight is Sight.SEEN:
        return Span(f"{signs['ok']} {time:>{COLUMN - 4}}", "green")
    return Span(signs["none"], "dim")


def sight_of(branch: Branch, seen: Sequence[SeenHop], step: int) -> Sight | None:
    """Return whether the packet was seen at a step, or None if the step has no hop."""
    mine = _of_step(branch, seen, step)
    if not mine:
        return None
    if any(one.sight is Sight.MISSED for one in mine):
        return Sight.MISSED
    return Sight.SEEN if any(one.microseconds is not None for one in mine) else Sight.HIDDEN


def _of_step(branch: Branch, seen: Sequence[SeenHop], step: int) -> list[SeenHop]:
    return [one for hop, one in zip(branch.hops, seen, strict=False) if hop.step == step]


# -- JSON ------------------------------------------------------------------------------------------------


def document(trace: Trace, live: Live) -> dict[str, Any]:
    """Return what was seen, as JSON has it: each predicted hop with its sight."""
    return {
        **live._asdict(),
        "lower": [one._asdict() for one in live.lower],
        "drop": live.drop._asdict() if live.drop is not None else None,
        "forward": _hops(trace.forward.worst, live.forward),
        "reply": _hops(trace.reply.worst, live.reply) if trace.reply is not None else [],
        "summary": sentence(trace, live),
    }


def _hops(branch: Branch, seen: Sequence[SeenHop]) -> list[dict[str, Any]]:
    return [
        {
            "node": hop.node,
            "netns": hop.netns,
            "interface": hop.interface,
            "point": "out" if hop.out else "in",
            "step": hop.step,
            "seen": one.sight,
            "microseconds": one.microseconds,
        }
        for hop, one in zip(branch.hops, seen, strict=False)
    ]
