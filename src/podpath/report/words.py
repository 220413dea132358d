"""The sentences that every form of the report shares."""

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from functools import reduce
from typing import Final

from podpath.language import marked, tr
from podpath.state.evidence import Unknown, Unread
from podpath.state.finding import Report, Severity

_CHECK: Final = re.compile("[a-z][a-z0-9]*(?:-[a-z0-9]+)+")
"""Names of checks; whatever else waits for evidence (the mesh, the pairing of cables) has no such name."""


ENUMERATED: Final = marked((
    "error", "warning", "info", "proven", "likely", "broken", "unknown",
    "allowed", "denied", "clean", "failing", "delivered", "refused", "rejected", "too-big", "unreachable", "loop", "dropped",
))  # fmt: skip
"""Values of types that reports print as words, for catalogs: severity, confidence, status, permit, standing, verdict."""


def plural(count: int, one: str, many: str | None = None) -> str:
    """Return ``3 nodes``, ``1 node`` in the chosen language, whose catalog has both forms."""
    return tr("{count} " + (one if count == 1 else many or f"{one}s"), count=count)


def headline(report: Report) -> str:
    """Return the one sentence that says how it stands."""
    proven = sum(overlay.proven for overlay in report.overlays)
    broken = sum(overlay.broken for overlay in report.overlays)
    unknown = sum(overlay.unknown for overlay in report.overlays)
    total = proven + broken + unknown
    grave = [f for f in report.findings if f.severity is Severity.ERROR]
    warnings = sum(f.severity is Severity.WARNING for f in report.findings)
    notes = sum(f.severity is Severity.INFO for f in report.findings)
    none = tr("no error found") if warnings else tr("nothing wrong found")
    parts = []
    if grave:
        parts.append(_broken(len(grave), broken, plural(total, "node pair")))
    elif broken:
        parts.append(tr("{broken} of {total} broken", broken=broken, total=plural(total, "node pair")))
    elif total and not unknown:
        parts.append(
            tr(
                "{nodes}, {proven} of {total} proven",
                nodes=plural(len(report.nodes), "node"),
                proven=proven,
                total=plural(total, "pair"),
            )
        )
    elif total:
        parts.append(
            tr(
                "{none}; {proven} of {total} proven, {unknown} unknown",
                none=none,
                proven=proven,
                total=plural(total, "node pair"),
                unknown=unknown,
            )
        )
    else:
        seen = plural(len(report.nodes), "node") if report.nodes else tr("objects of a cluster, and no node")
        parts.append(tr("{said}, {more}", said=seen, more=none))
    parts += [plural(warnings, "warning")] if warnings else []
    parts += [plural(notes, "note")] if notes else []
    if (grave or broken) and unknown:
        parts.append(tr("{unknown} unknown", unknown=plural(unknown, "pair")))
    if not grave and not broken:
        parts.append(f"{plural(report.checks, 'check')}")
        if not report.findings and not report.unknowns:
            parts.append(tr("nothing to fix"))
    joint = marked("{said}; {more}") if grave else marked("{said}, {more}")
    return reduce(lambda said, more: tr(joint, said=said, more=more), parts)


def _broken(causes: int, broken: int, total: str) -> str:
    """Return how many causes break how many pairs."""
    if not broken:
        return tr("{cause} of trouble", cause=plural(causes, "cause"))
    if causes == 1:
        return tr("1 cause breaks {broken} of {total}", broken=broken, total=total)
    return tr("{causes} causes break {broken} of {total}", causes=causes, broken=broken, total=total)


def short_names(names: Sequence[str]) -> dict[str, str]:
    """Return each name without what all of them share in front: 192.168.200.204 → 204."""
    if len(names) < 2 or any("." not in name and "-" not in name for name in names):  # noqa: PLR2004 - one name shares nothing
        return {name: name for name in names}
    for mark in (".", "-"):
        heads = {name.rpartition(mark)[0] for name in names}
        if len(heads) == 1 and all(mark in name for name in names):
            return {name: name.rpartition(mark)[2] for name in names}
    return {name: name for name in names}


def listed(names: Iterable[str], most: int = 6) -> str:
    """Return names in a row: ``n1, n2 and n3``, ``n1, n2 … and 98 others``."""
    known = list(names)
    if len(known) > most:
        return tr("{shown} and {count} others", shown=", ".join(known[: most - 1]), count=len(known) - most + 1)
    return tr(" and ").join([", ".join(known[:-1]), known[-1]] if len(known) > 1 else known)


def learn_lines(report: Report) -> list[tuple[str, str]]:
    """Return (what is unknown and where, the commands that would show it), the mesh first, equal ones together."""
    mesh = [item for item in report.unknowns if any(not _is_check(name) for name in item.blocks)]
    other = [item for item in report.unknowns if item not in mesh]
    lines = [
        (tr("{missing}, on {nodes}", missing=missing, nodes=listed(nodes)), command) for missing, nodes, command in _grouped(mesh)
    ]
    if other:
        checks = {name for item in other for name in item.blocks}
        nodes = list(dict.fromkeys(item.node for item in other))
        commands = list(dict.fromkeys(item.command for item in other))
        lines.append(
            (
                tr("1 check lacks evidence on {nodes}", nodes=listed(nodes))
                if len(checks) == 1
                else tr("{count} checks lack evidence on {nodes}", count=len(checks), nodes=listed(nodes)),
                "; ".join(commands),
            )
        )
    return lines


def _is_check(name: str) -> bool:
    return _CHECK.fullmatch(name) is not None


def _grouped(unknowns: Iterable[Unknown]) -> list[tuple[str, list[str], str]]:
    """Join what is missing on the same nodes into one line of commands."""
    per_node: dict[str, list[Unknown]] = defaultdict(list)
    for item in unknowns:
        per_node[item.node].append(item)
    alike: dict[tuple[tuple[str, ...], tuple[str, ...]], list[str]] = defaultdict(list)
    for node, items in per_node.items():
        missing = tuple(dict.fromkeys(item.missing for item in items))
        commands = tuple(dict.fromkeys(part for item in items for part in item.command.split("; ") if part))
        alike[missing, commands].append(node)
    return [(listed(missing), nodes, "; ".join(commands)) for (missing, commands), nodes in alike.items()]


def unread_line(item: Unread) -> str:
    """Return a sentence about lines that were not read."""
    place = f"{item.file}:{item.first}" + (f"-{item.last}" if item.last != item.first else "")
    return f"{place}: {item.reason}: {item.text[:80]}"
