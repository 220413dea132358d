"""Text about a lab: its nodes and pods, and which pairs reach each other."""

from collections.abc import Iterable
from typing import Final

from podpath.lab.matrix import Cell, Matrix
from podpath.lab.plan import Plan
from podpath.lab.reach import End

WORDS: Final = {
    "ETIMEDOUT": "no answer",
    "ECONNREFUSED": "connection refused",
    "EHOSTUNREACH": "no route to host",
    "ENETUNREACH": "network is unreachable",
    "EMSGSIZE": "message too long",
    "ECONNRESET": "connection reset",
    "EPERM": "operation not permitted",
    "EINVAL": "invalid argument",
    "EWRONGEND": "another end answers",
    "EACCES": "permission denied",
    "ENOBUFS": "no buffer space",
}
"""Errors as programs print them."""
_ALL_PROBES: Final = 6
_MOST_COLUMNS: Final = 16


class Signs:
    """The signs of a table; ASCII where the terminal has no Unicode."""

    def __init__(self, *, unicode: bool) -> None:
        self.yes, self.no, self.some, self.never = ("✓", "✗", "~", "·") if unicode else ("+", "x", "~", ".")
        self.arrow = "→" if unicode else "->"


def population(plan: Plan) -> list[str]:
    """Return a line for each node: its name, address, and pods."""
    lines = []
    for node in plan.nodes:
        pods = " ".join(pod.name for pod in node.pods) if len(node.pods) <= 12 else f"{len(node.pods)} pods"  # noqa: PLR2004
        what = pods if node.kind == "node" else node.facts.get("role", "the outside host")
        lines.append(f"  {node.name:<6}{', '.join(node.addresses):<18} {what}".rstrip())
    return lines


def matrix(found: Matrix, plan: Plan, signs: Signs) -> list[str]:
    """Return a table of the pairs that reach each other, and below it the unexpected results."""
    lines = _table(found, plan, signs)
    if found.green:
        return [*lines, "", f"{signs.yes} all pairs behave as they should: {len(found.cells)} probes"]
    bad = found.unexpected
    lines += ["", f"{signs.no} {len(bad)} of {len(found.cells)} probes did not go as they should"]
    return lines + _folded(bad, plan, signs)


def _table(found: Matrix, plan: Plan, signs: Signs) -> list[str]:
    asked = {cell.target for cell in found.cells}
    names = [end.name for end in plan.targets if end.name in asked]
    group = {end.name: _group(end) if len(names) > _MOST_COLUMNS else end.name for end in plan.targets}
    rows: dict[str, dict[str, list[Cell]]] = {}
    for cell in found.cells:
        rows.setdefault(group[cell.source], {}).setdefault(group[cell.target], []).append(cell)
    columns = list(dict.fromkeys(group[name] for name in names))
    short = [name.removeprefix("service/") if name.startswith("service/") else name.rpartition("/")[2] for name in columns]
    first = max(len(name) for name in rows)
    lines = [f"{'from':<{first}}  {'  '.join(short)}"]
    for name, row in rows.items():
        marks = [_mark(row.get(column), signs).ljust(len(head)) for column, head in zip(columns, short, strict=True)]
        lines.append(f"{name:<{first}}  {'  '.join(marks)}".rstrip())
    return [*lines, "", f"{signs.yes} all answered   {signs.some} some   {signs.no} none   {signs.never} not meant to"]


def _group(end: End) -> str:
    return f"pods@{end.node}" if end.kind == "pod" else end.name


def _mark(cells: list[Cell] | None, signs: Signs) -> str:
    if not cells:
        return " "
    meant = [cell for cell in cells if cell.rule is None]
    if not meant:
        return signs.never if all(cell.expected for cell in cells) else signs.some
    answered = sum(1 for cell in meant if not cell.error)
    return signs.yes if answered == len(meant) else signs.some if answered else signs.no


def _folded(bad: Iterable[Cell], plan: Plan, signs: Signs) -> list[str]:
    """Return a line for all equal cells: several sources and destinations, the same probes, the same errors."""
    pairs: dict[tuple[str, str], list[Cell]] = {}
    for cell in bad:
        pairs.setdefault((cell.source, cell.target), []).append(cell)
    ends = {end.name: end for end in plan.targets}
    by_sight: dict[tuple[str, str], dict[str, list[str]]] = {}
    for (source, target), cells in pairs.items():
        sight = (_probes(cells), _errors(cells))
        by_sight.setdefault(sight, {}).setdefault(source, []).append(target)
    lines = []
    for (probes, errors), targets_of in by_sight.items():
        sources_of: dict[tuple[str, ...], list[str]] = {}
        for source, targets in targets_of.items():
            sources_of.setdefault(tuple(targets), []).append(source)
        lines += [
            f"  {_names(sources, ends)} {signs.arrow} {_names(targets, ends)}: {probes}: {errors}"
            for targets, sources in sources_of.items()
        ]
    return lines


def _probes(cells: list[Cell]) -> str:
    names = list(dict.fromkeys(cell.probe for cell in cells))
    if len(names) == _ALL_PROBES:
        return "everything"
    if len(names) == _ALL_PROBES // 2 and len(sizes := {name.split()[1] for name in names}) == 1:
        return f"everything {sizes.pop()}"
    protocols = list(dict.fromkeys(name.split()[0] for name in names))
    if len(names) == 2 * len(protocols):
        return ", ".join(protocols)
    return ", ".join(names)


def _errors(cells: list[Cell]) -> str:
    errors = list(dict.fromkeys(cell.error or "answered, although it should not" for cell in cells))
    return " or ".join(f"{WORDS[error]} ({error})" if error in WORDS else error for error in errors)


def _names(names: Iterable[str], ends: dict[str, End]) -> str:
    """Return names, those of all pods of a node in one word."""
    left = list(names)
    words = []
    for node in dict.fromkeys(ends[name].node for name in left if ends[name].kind == "pod"):
        pods = [end.name for end in ends.values() if end.kind == "pod" and end.node == node]
        if len(pods) > 1 and set(pods) <= set(left):
            words.append(f"pods@{node}")
            left = [name for name in left if name not in pods]
    return " ".join([*words, *left])
