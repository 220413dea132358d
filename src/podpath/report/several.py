"""``podpath trace`` where a name means several pods: what is true of which pair, then the worst one's path."""

from collections.abc import Iterator
from typing import Any, Final

from podpath.language import tr
from podpath.report.json_text import json_text
from podpath.report.signs import signs
from podpath.report.terminal import Line, Span, Terminal
from podpath.report.trace import TraceTerminal
from podpath.report.trace import document as traced
from podpath.report.words import plural
from podpath.state.policing import Permit
from podpath.state.trace import Alike, Several, Verdict

SCHEMA: Final = "podpath.trace-several/1"
_SHOWN: Final = 12


def as_json(found: Several) -> str:
    """Return the JSON document; its JSON Schema ships beside this module."""
    return json_text(document(found))


def document(found: Several) -> dict[str, Any]:
    """Return the document, ``podpath.trace-several/1``."""
    return {
        "schema": SCHEMA,
        "source": found.source,
        "destination": found.destination,
        "verdict": found.verdict,
        "groups": [{"pairs": group.pairs, "trace": traced(group.trace)} for group in found.groups],
        "left_out": [{"pair": [one, two], "reason": reason} for one, two, reason in found.left_out],
    }


class SeveralTerminal:
    """Lays out what is true of several pairs.

    Args:
        width: columns.
        unicode: the terminal shows more than ASCII.
        evidence: each step shows the entry that decided it.
    """

    def __init__(self, width: int = 80, *, unicode: bool = True, evidence: bool = False) -> None:
        self._sign = signs(unicode=unicode)
        self._terminal = Terminal(max(60, width), unicode=unicode)
        self._one = TraceTerminal(width, unicode=unicode, evidence=evidence)

    def lines(self, found: Several) -> Iterator[Line]:
        """Yield the lines: how all pairs stand, then the path of the worst."""
        pairs = sum(len(group.pairs) for group in found.groups) + len(found.left_out)
        fine = sum(len(group.pairs) for group in found.groups if group.trace.verdict is Verdict.DELIVERED)
        sign, style = _look(found.verdict)
        head = tr(
            "{source} {arrow} {destination}: {fine} of {pairs} delivered",
            source=found.source,
            arrow=self._sign["arrow"],
            destination=found.destination,
            fine=fine,
            pairs=plural(pairs, "pair"),
        )
        yield from self._terminal.wrapped(head, f"{self._sign[sign]} ", f"bold {style}", 2)
        for group in found.groups:
            yield from self._group(group)
        for one, two, reason in found.left_out:
            text = tr("{one} {arrow} {two}: not traced: {reason}", one=one, arrow=self._sign["arrow"], two=two, reason=reason)
            yield from self._terminal.wrapped(text, f"  {self._sign['open']} ", "cyan", 4)
        yield []
        one, two = found.groups[0].pairs[0]
        many = len(found.groups) > 1 or len(found.groups[0].pairs) > 1
        if many:
            yield [Span(f"{'the worst' if len(found.groups) > 1 else 'one of them'}: {one} {self._sign['arrow']} {two}", "bold")]
        yield from self._one.lines(found.worst)

    def _group(self, group: Alike) -> Iterator[Line]:
        sign, style = _look(group.trace.verdict)
        senders, receivers = (tuple(dict.fromkeys(pair[end] for pair in group.pairs)) for end in (0, 1))
        if len(senders) * len(receivers) == len(group.pairs):
            shown = f"{_names(senders)} {self._sign['arrow']} {_names(receivers)}"
        else:
            shown = _names(tuple(f"{one} {self._sign['arrow']} {two}" for one, two in group.pairs))
        yield from self._terminal.wrapped(f"{shown}: {group.trace.verdict}{_why(group)}", f"  {self._sign[sign]} ", style, 4)


def _look(verdict: Verdict) -> tuple[str, str]:
    return ("ok", "green") if verdict is Verdict.DELIVERED else ("open", "cyan") if verdict is Verdict.UNKNOWN else ("bad", "red")


def _names(names: tuple[str, ...]) -> str:
    more = tr(" and {names} more", names=len(names) - _SHOWN) if len(names) > _SHOWN else ""
    return ", ".join(names[:_SHOWN]) + more


def _why(group: Alike) -> str:
    trace = group.trace
    if trace.cause is not None:
        return tr(" ({check} on {node})", check=trace.cause.check, node=trace.cause.node)
    denied = next((one for one in trace.policies if one.permit is Permit.DENIED), None)
    if denied is not None:
        return tr(" (policies deny it: {names})", names=tr(" and ").join(dict.fromkeys(ref.called for ref in denied.policies)))
    return tr(" (what policies say is not known)") if any(one.permit is Permit.UNKNOWN for one in trace.policies) else ""
