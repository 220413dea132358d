"""``podpath diff``: what changed, the checks first; nothing where nothing did."""

from collections import Counter
from collections.abc import Iterator
from itertools import groupby
from typing import Final

from podpath.language import tr
from podpath.language.wrap import wrapped
from podpath.report.json_text import json_text
from podpath.report.signs import cut, signs
from podpath.report.words import plural
from podpath.state.change import Change, Diff, Kind, Standing
from podpath.state.visible import visible

SCHEMA: Final = "podpath.diff/1"
_MARKS: Final = {Kind.APPEARED: "+", Kind.VANISHED: "-", Kind.CHANGED: "~"}
_TIMES: Final = ((86400 * 2, 86400, "days"), (3600 * 2, 3600, "hours"), (120, 60, "minutes"), (0, 1, "seconds"))
_UNKNOWNS: Final = 12


def as_json(diff: Diff) -> str:
    """Return the document ``podpath.diff/1``; its JSON Schema ships beside this module."""
    checks = [
        {"was": item.was, "now": item.now, **{name: getattr(item.finding, name) for name in _FINDING}} for item in diff.checks
    ]
    unknowns = [{name: getattr(item, name) for name in _UNKNOWN} for item in diff.unknowns]
    return json_text({
        "schema": SCHEMA, "nodes": diff.nodes, "seconds": diff.seconds,
        "checks": checks, "changes": diff.changes, "unknowns": unknowns,
    })  # fmt: skip


_FINDING: Final = ("check", "severity", "node", "netns", "summary", "evidence")
_UNKNOWN: Final = ("node", "missing", "command")


def as_text(diff: Diff, width: int, *, unicode: bool) -> str:
    """Return the lines for people.

    Args:
        diff: what changed.
        width: columns of the terminal.
        unicode: it shows more than ASCII.
    """
    sign = signs(unicode=unicode)
    return "\n".join(visible(line).rstrip() for line in _lines(diff, max(width, 60), sign)) + "\n"


def _lines(diff: Diff, width: int, sign: dict[str, str]) -> Iterator[str]:
    yield _headline(diff, sign)
    for item in diff.checks:
        yield ""
        worse = item.now is Standing.FAILING
        where = f"{item.finding.node} {item.finding.netns}".rstrip()
        yield f"{sign['bad' if worse else 'ok' if item.now is Standing.CLEAN else 'open']} {item.finding.check}    {where}"
        text = tr("was {was}, is {now}: {headline}", was=tr(item.was), now=tr(item.now), headline=item.finding.headline)
        yield from wrapped(text, width, "  ", "  ")
    for (node, netns), changes in groupby(sorted(diff.changes, key=_where), key=_where):
        yield ""
        yield f"{node} {netns}".rstrip()
        yield from _place(list(changes), width, sign)
    if diff.unknowns:
        yield ""
    for unknown in diff.unknowns[:_UNKNOWNS]:
        yield tr("{open} not compared: {node}: {missing}", open=sign["open"], node=unknown.node, missing=unknown.missing)
        if unknown.command:
            yield tr("  run: {command}", command=unknown.command)
    if len(diff.unknowns) > _UNKNOWNS:
        yield tr("  and {unknowns} more: --format json lists them", unknowns=len(diff.unknowns) - _UNKNOWNS)


def _where(change: Change) -> tuple[str, str]:
    return change.node, change.netns


def _apart(seconds: float) -> str:
    """Return how much later the second capture is."""
    time = _time(abs(seconds))
    return tr(", {time} later", time=time) if seconds >= 0 else tr(", {time} earlier", time=time)


def _headline(diff: Diff, sign: dict[str, str]) -> str:
    apart = _apart(diff.seconds) if diff.seconds is not None else ""
    nodes = tr("on {nodes}{apart}", nodes=plural(len(diff.nodes), "node"), apart=apart)
    worse = sum(item.now is Standing.FAILING for item in diff.checks)
    better = sum(item.now is Standing.CLEAN for item in diff.checks)
    said = [plural(len(diff.changes), "change")] if diff.changes else []
    said += [tr("{worse} more", worse=plural(worse, "finding"))] if worse else []
    said += [tr("{better} gone", better=plural(better, "finding"))] if better else []
    if not said and not diff.checks:
        partly = tr(" in the state that both have") if diff.unknowns else ""
        return tr(
            "{sign} nothing changed{partly} {nodes}", sign=sign["open" if diff.unknowns else "ok"], partly=partly, nodes=nodes
        )
    return f"{sign['bad' if worse else 'warn']} {', '.join(said) or 'checks are unknown now'} {nodes}"


def _time(seconds: float) -> str:
    return next(f"{seconds / unit:.0f} {name}" for least, unit, name in _TIMES if seconds >= least)


def _place(changes: list[Change], width: int, sign: dict[str, str]) -> Iterator[str]:
    followers: dict[tuple[str | None, Kind], Counter[str]] = {}
    for change in changes:
        if change.under is not None:
            followers.setdefault((change.under, change.kind), Counter())[change.table.replace("_", " ")] += 1
    for change in changes:
        if change.under is not None:
            continue
        head = f"  {_MARKS[change.kind]} {change.table.replace('_', ' ')} "
        if change.kind is Kind.CHANGED:
            values = ", ".join(
                f"{f.name.replace('_', ' ')} {f.old or 'none'} {sign['arrow']} {f.new or 'none'}" for f in change.fields
            )
            yield f"{head}{change.object}: {values}"
        else:
            shown = change.old or change.new
            text = " ".join(shown.line.split()) if shown and shown.line else change.object
            yield cut(f"{head}{text}", width, sign["cut"])
        with_it = followers.get((change.object, change.kind)) if change.table == "link" else None
        if with_it:
            yield tr(
                "      and with it {names}", names=", ".join(plural(count, table) for table, count in sorted(with_it.items()))
            )
