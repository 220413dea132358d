"""``podpath check LAKE -o report.html``: one page for the fleet, in which each cluster opens to its own report.

A cluster's report is a page of its own in a frame: it is loaded once somebody opens it, and nothing outside reaches into it.
The fleet's page has no script; its policy allows those of the frames, which take over the policy of the page that holds them.
"""

import html
import re
from collections.abc import Iterable, Iterator
from typing import Final

from podpath.language import chosen, tr
from podpath.page.report import HEAD, POLICY, SIGNS, style_of_pages
from podpath.picture.markup import escape
from podpath.report.fleet import faults, headline, pairs_of
from podpath.report.words import plural
from podpath.state.finding import Severity
from podpath.state.fleet import ClusterResult, FleetResult

_SCRIPTS: Final = re.compile(r"script-src ((?:'sha256-[A-Za-z0-9+/=]+' ?)+)")
_PAGE: Final = (
    HEAD
    + """
iframe {{ width: 100%; height: 85vh; border: 1px solid; }}
summary {{ cursor: pointer; padding: 0.2em 0; }}
</style>
</head>
<body>
<header>
<h1 class="{state}"><span aria-hidden="true">{sign}</span> {title}</h1>
<p class="muted">{lake}</p>
</header>
<main>
<section id="clusters"><h2>Clusters</h2>
{clusters}
</section>
{body}
</main>
<footer>Made by podpath. This page holds all that it shows, and asks no network.</footer>
</body>
</html>
"""
)


def render(fleet: FleetResult) -> str:
    """Return the page."""
    hashes = {one for result in fleet.clusters for found in _SCRIPTS.findall(result.page[:4096]) for one in found.split()}
    grave = any(one.problem is not None or one.count(Severity.ERROR) for one in fleet.clusters)
    unknown = any(pairs_of(one)[2] or one.troubles for one in fleet.clusters)
    state, sign = ("error", "✗") if grave else ("unknown", "?") if unknown else ("good", "✓")
    parts = (("Faults", _faults(fleet)), (tr("Across clusters"), _across(fleet)), ("Unknown", _unknown(fleet)))
    return _PAGE.format(
        policy=POLICY.format(" ".join(sorted(hashes)) or "'none'"),
        icon="",
        lang=chosen().replace("_", "-"),
        title=escape(headline(fleet)),
        style=style_of_pages(),
        state=state,
        sign=sign,
        lake=escape(fleet.lake),
        clusters="\n".join(map(_cluster, fleet.clusters)),
        body="\n".join(f"<section><h2>{name}</h2>\n{listed}\n</section>" for name, listed in parts if listed),
    )


def _cluster(one: ClusterResult) -> str:
    proven, broken, unknown = pairs_of(one)
    total = proven + broken + unknown
    words = [
        plural(one.nodes, "node"),
        tr("{proven:,} of {total} proven", proven=proven, total=plural(total, "pair")) if total else tr("no overlay"),
    ]
    words += [
        plural(count, word)
        for count, word in ((one.count(Severity.ERROR), "error"), (one.count(Severity.WARNING), "warning"))
        if count
    ]
    sign = (
        "✗"
        if one.count(Severity.ERROR) or broken
        else "!"
        if one.count(Severity.WARNING)
        else "?"
        if unknown or one.troubles
        else "✓"
    )
    if one.problem is not None:
        return f"<p>? {escape(one.cluster)}: not judged: {escape(one.problem)}</p>"
    title = f"<summary>{sign} <b>{escape(one.cluster)}</b>: {escape(', '.join(words))}</summary>"
    if not one.page:
        return f"<details>{title}<p>Its own page could not be drawn.</p></details>"
    # In a sandbox without an origin, its scripts reach nothing of this page.
    frame = (
        f'<iframe title="{escape(one.cluster)}" sandbox="allow-scripts" loading="lazy" srcdoc="{html.escape(one.page)}"></iframe>'
    )
    return f"<details>{title}{frame}</details>"


def _listed(lines: Iterable[str]) -> str:
    items = "\n".join(f"<li>{escape(line)}</li>" for line in lines)
    return f"<ul>\n{items}\n</ul>" if items else ""


def _faults(fleet: FleetResult) -> str:
    parts = []
    for (severity, check), clusters in faults(fleet).items():
        count = sum(map(len, clusters.values()))
        where = f"{count} in {plural(len(clusters), 'cluster')}"
        nodes = (f"{cluster}: {', '.join(dict.fromkeys(one.node for one in found))}" for cluster, found in clusters.items())
        first = next(iter(clusters.values()))[0]
        parts.append(
            f"<details><summary>{SIGNS[severity]} <b>{escape(check)}</b> <span class='muted'>{escape(where)}</span>: "
            f"{escape(first.headline)}</summary>{_listed(nodes)}</details>"
        )
    return "\n".join(parts)


def _across(fleet: FleetResult) -> str:
    def lines() -> Iterator[str]:
        for overlap in fleet.overlaps:
            connected = f"connected: {overlap.peered}" if overlap.peered else tr("nothing shows that they are connected")
            yield tr(
                "{networks} is in {clusters}; {connected}",
                networks=", ".join(overlap.networks[:8]),
                clusters=", ".join(overlap.clusters),
                connected=connected,
            )
        for drift in fleet.drifts:
            values = "; ".join(f"{value}: {', '.join(clusters)}" for value, clusters in drift.values)
            yield f"{drift.setting} differs: {values}"

    return _listed(lines())


def _unknown(fleet: FleetResult) -> str:
    return _listed(f"{one.cluster} {one.node}: {one.text}" for cluster in fleet.clusters for one in cluster.troubles)
