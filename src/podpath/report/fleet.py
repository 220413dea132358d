"""``check LAKE`` of several clusters: the clusters, the worst first, then each fault once, whichever clusters have it."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final

from podpath.language import tr
from podpath.language.wrap import wrapped
from podpath.report.json_form import document
from podpath.report.json_text import json_text
from podpath.report.signs import cut, signs
from podpath.report.terminal import Line, Span
from podpath.report.words import plural
from podpath.state.finding import Finding, Severity
from podpath.state.fleet import ClusterResult, FleetResult

SCHEMA: Final = "podpath.fleet/1"
_SHOWN: Final = 6
_NODES: Final = 4
_STYLE: Final = {Severity.ERROR: "red", Severity.WARNING: "yellow", Severity.INFO: "blue"}
_SIGN: Final = {Severity.ERROR: "bad", Severity.WARNING: "warn", Severity.INFO: "info"}


def faults(fleet: FleetResult) -> dict[tuple[Severity, str], dict[str, list[Finding]]]:
    """Return the findings by cause, and by cluster: the gravest first, then those of most clusters."""
    found: dict[tuple[Severity, str], dict[str, list[Finding]]] = {}
    for one in fleet.clusters:
        for finding in one.report.findings if one.report is not None else ():
            found.setdefault((finding.severity, finding.check), {}).setdefault(one.cluster, []).append(finding)
    return dict(sorted(found.items(), key=lambda item: (item[0][0].rank, -len(item[1]), item[0][1])))


def pairs_of(one: ClusterResult) -> tuple[int, int, int]:
    """Return how many pairs of a cluster's nodes are proven, broken and unknown."""
    overlays = one.report.overlays if one.report is not None else ()
    return sum(o.proven for o in overlays), sum(o.broken for o in overlays), sum(o.unknown for o in overlays)


def headline(fleet: FleetResult) -> str:
    """Return the one sentence that says how the fleet stands."""
    broken = [one for one in fleet.clusters if one.problem is not None or one.count(Severity.ERROR)]
    nodes = sum(one.nodes for one in fleet.clusters)
    found = faults(fleet)
    grave = sum(severity is Severity.ERROR for severity, _ in found)
    unknown = sum(1 for one in fleet.clusters if pairs_of(one)[2] or one.troubles)
    if not broken:
        state = tr("no error found") if found else tr("nothing wrong found")
        state += tr(", {unknown} not known whole", unknown=plural(unknown, "cluster")) if unknown else ""
    else:
        state = tr("{grave} of error in {broken}", grave=plural(grave, "kind"), broken=plural(len(broken), "cluster"))
    return tr(
        "{clusters}, {nodes} on {day}: {state}",
        clusters=plural(len(fleet.clusters), "cluster"),
        nodes=plural(nodes, "node"),
        day=fleet.day,
        state=state,
    )


class FleetTerminal:
    """Lays the report of a fleet out.

    Args:
        width: columns.
        unicode: the terminal shows more than ASCII.
    """

    def __init__(self, width: int = 80, *, unicode: bool = True) -> None:
        self._width = max(60, width)
        self._sign = signs(unicode=unicode)

    def lines(self, fleet: FleetResult) -> Iterator[Line]:
        """Yield the lines of the report."""
        grave = any(one.problem is not None or one.count(Severity.ERROR) for one in fleet.clusters)
        open_ = any(pairs_of(one)[2] or one.troubles for one in fleet.clusters)
        sign, style = ("bad", "bold red") if grave else ("open", "bold cyan") if open_ else ("ok", "bold green")
        yield [Span(f"{self._sign[sign]} {headline(fleet)}", style)]
        yield []
        yield from self._clusters(fleet)
        for (severity, check), clusters in faults(fleet).items():
            yield []
            yield from self._fault(severity, check, clusters)
        yield from self._across(fleet)
        yield from self._unknown(fleet)
        yield []
        yield [
            Span(
                tr("  one cluster: podpath check {lake} --cluster {cluster}", lake=fleet.lake, cluster=fleet.clusters[0].cluster),
                "dim",
            )
        ]

    def _clusters(self, fleet: FleetResult) -> Iterator[Line]:
        name = min(max(len(one.cluster) for one in fleet.clusters), 30)
        for one in fleet.clusters:
            sign, style, text = self._state(one)
            yield [
                Span(f"{self._sign[sign]} ", style),
                Span(f"{cut(one.cluster, name, self._sign['cut']):<{name}}  {plural(one.nodes, 'node'):>12}  {text}"),
            ]

    def _state(self, one: ClusterResult) -> tuple[str, str, str]:
        """Return the sign, the style and the words of a cluster."""
        if one.problem is not None:
            return "open", "cyan", tr("not judged: {problem}", problem=one.problem)
        proven, broken, unknown = pairs_of(one)
        total = proven + broken + unknown
        parts = [tr("{proven:,} of {total} proven", proven=proven, total=plural(total, "pair")) if total else tr("no overlay")]
        parts += [tr("{broken:,} broken", broken=broken)] * bool(broken) + [tr("{unknown:,} unknown", unknown=unknown)] * bool(
            unknown
        )
        parts += [
            plural(count, word) for severity, word in ((Severity.ERROR, "error"), (Severity.WARNING, "warning"))
            if (count := one.count(severity))
        ]  # fmt: skip
        if one.count(Severity.ERROR) or broken:
            return "bad", "red", ", ".join(parts)
        if one.count(Severity.WARNING):
            return "warn", "yellow", ", ".join(parts)
        return ("open", "cyan", ", ".join(parts)) if unknown or one.troubles else ("ok", "green", ", ".join(parts))

    def _fault(self, severity: Severity, check: str, clusters: dict[str, list[Finding]]) -> Iterator[Line]:
        count = sum(map(len, clusters.values()))
        where = tr("{count} in {clusters}", count=count, clusters=plural(len(clusters), "cluster"))
        yield [Span(f"{self._sign[_SIGN[severity]]} {check}", f"bold {_STYLE[severity]}"), Span(f"    {where}", "dim")]
        first = next(iter(clusters.values()))[0]
        yield from _wrapped(first.headline, self._width)
        for cluster, found in list(clusters.items())[:_SHOWN]:
            nodes = list(dict.fromkeys(finding.node for finding in found))
            yield [Span(cut(f"    {cluster}: {_listed(nodes)}", self._width, self._sign["cut"]))]
        if len(clusters) > _SHOWN:
            yield [Span(tr("    and {clusters} more clusters", clusters=len(clusters) - _SHOWN))]
        yield [Span(f"  {tr('more')}  podpath explain {check}", "dim")]

    def _across(self, fleet: FleetResult) -> Iterator[Line]:
        for overlap in fleet.overlaps:
            yield []
            sign, style = ("warn", "yellow") if overlap.peered else ("info", "blue")
            yield [
                Span(
                    tr(
                        "{sign} one pod network in {clusters}",
                        sign=self._sign[sign],
                        clusters=plural(len(overlap.clusters), "cluster"),
                    ),
                    f"bold {style}",
                )
            ]
            yield from _wrapped(
                tr("{networks} is in {clusters}", networks=_listed(overlap.networks), clusters=_listed(overlap.clusters, _SHOWN)),
                self._width,
            )
            text = (
                tr("they are connected: {peered}", peered=overlap.peered)
                if overlap.peered
                else tr("nothing shows that they are connected")
            )
            yield from _wrapped(text, self._width)
        for drift in fleet.drifts:
            yield []
            yield [Span(tr("{info} {setting} differs", info=self._sign["info"], setting=drift.setting), "bold blue")]
            for value, clusters in drift.values:
                yield from _wrapped(f"{value}: {_listed(clusters, _SHOWN)}", self._width)

    def _unknown(self, fleet: FleetResult) -> Iterator[Line]:
        troubles = [trouble for one in fleet.clusters for trouble in one.troubles]
        if troubles:
            yield []
            yield [
                Span(
                    tr(
                        "{open} {troubles} not known, or not whole",
                        open=self._sign["open"],
                        troubles=plural(len(troubles), "node"),
                    ),
                    "bold cyan",
                )
            ]
            for trouble in troubles[: _SHOWN * 2]:
                yield from _wrapped(f"{trouble.cluster} {trouble.node}: {trouble.text}", self._width)
            if len(troubles) > _SHOWN * 2:
                yield [Span(tr("    and {troubles} more: --format json lists them", troubles=len(troubles) - _SHOWN * 2), "cyan")]


def _listed(names: Sequence[str], most: int = _NODES) -> str:
    return ", ".join(names[:most]) + (tr(" and {names} more", names=len(names) - most) if len(names) > most else "")


def _wrapped(text: str, width: int) -> Iterator[Line]:
    for line in wrapped(text, width - 4):
        yield [Span(f"  {line}")]


def streamed(result: ClusterResult, most: int = 3) -> Iterable[str]:
    """Yield what is said of a cluster as soon as it is judged."""
    if result.problem is not None:
        yield tr("{cluster}: not judged: {problem}", cluster=result.cluster, problem=result.problem)
        return
    counts = ", ".join(
        plural(result.count(severity), word) for severity, word in ((Severity.ERROR, "error"), (Severity.WARNING, "warning"))
    )
    yield tr(
        "{cluster}: {counts} in {nodes}, {seconds:.1f} s",
        cluster=result.cluster,
        counts=counts,
        nodes=plural(result.nodes, "node"),
        seconds=result.seconds,
    )
    grave = [found for found in (result.report.findings if result.report else ()) if found.severity is Severity.ERROR]
    yield from (f"{result.cluster}: {found.check}: {found.headline}" for found in grave[:most])


def render(fleet: FleetResult) -> str:
    """Return the document ``podpath.fleet/1`` as text."""
    return json_text(
        {
            "schema": SCHEMA,
            "lake": fleet.lake,
            "day": fleet.day,
            "clusters": [_cluster(one) for one in fleet.clusters],
            "drifts": [
                {"setting": drift.setting, "values": [{"value": value, "clusters": clusters} for value, clusters in drift.values]}
                for drift in fleet.drifts
            ],
            "overlaps": fleet.overlaps,
        }
    )


def _cluster(one: ClusterResult) -> dict[str, Any]:
    proven, broken, unknown = pairs_of(one)
    return {
        "cluster": one.cluster,
        "nodes": one.nodes,
        "read_by_rows": one.by_rows,
        "seconds": round(one.seconds, 3),
        "problem": one.problem,
        "pairs": {"proven": proven, "broken": broken, "unknown": unknown},
        "troubles": one.troubles,
        "report": document(one.report) if one.report is not None else None,
    }
