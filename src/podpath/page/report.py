"""``podpath check -o report.html``: all that the checks say of a snapshot in one file, which a colleague opens offline.

The page asks nobody for anything, and its policy forbids it to. Text from the snapshot is escaped where it stands in the page,
and set as text by its one script, whose hash the policy names.
"""

import base64
import hashlib
import re
from collections.abc import Callable, Iterable, Sequence
from importlib import resources
from typing import Final, NamedTuple

from podpath.language import chosen, marked, tr
from podpath.page.mesh import meshes, pairs
from podpath.page.tables import PackedTable, packed, tables
from podpath.picture.graph import map_of
from podpath.picture.html import RULES, figure
from podpath.picture.markup import escape
from podpath.picture.model import Map
from podpath.picture.style import style, variables
from podpath.report.json_text import json_text
from podpath.report.words import headline, plural
from podpath.snapshot.store import Store
from podpath.state.evidence import Unknown
from podpath.state.finding import Evidence, Finding, Report, Severity
from podpath.state.fix import Fix

_CODE: Final = re.compile("`([^`]*)`")
_MOST_SPACES: Final = 2_000
"""Containers that can be opened one by one, or the page would be map for the most part."""
_WORDS: Final = marked((
    "proven", "broken", "unknown", "{shown} of {all} shown", "{shown} of {all} rows shown", "copy", "copied", "from ↓  to →",
    "{a} to {b}: {state}",
    "{count} nodes: rows send, columns receive", "; a dot is a pair: grey unknown, black broken", "reading …", "as it must be",
    "not in the tables of this page", "not compared: {what}; on {node} run ", "sending packets …", "walking …",
    "podpath serve does not answer: {error}",
    "could not look again: {trouble}", "as of {time}", "podpath serve has ended; this is what it last saw",
))  # fmt: skip
"""What the scripts of a page say."""
SIGNS: Final = {Severity.ERROR: "✗", Severity.WARNING: "!", Severity.INFO: "i"}
"""Signs of findings on pages."""
POLICY: Final = "default-src 'none'; script-src {}; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
"""What a page may do: run the scripts with these hashes, and ask nobody."""
LIVE_POLICY: Final = "; connect-src 'self'; img-src 'self' data:"
"""What a live page may ask, of the server that it came from alone."""
HEAD: Final = """<!DOCTYPE html>
<html lang="{lang}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="{policy}">
<meta name="referrer" content="no-referrer">
{icon}<title>{title}</title>
<style>
{style}"""
"""How each page begins, up to the end of the style that all have; ``icon`` is empty, or :data:`NO_ICON`."""
NO_ICON: Final = '<link rel="icon" href="data:,">\n'
"""On a page that is served, or the browser asks the server for one."""
_PAGE: Final = (
    HEAD
    + """</style>
</head>
<body{version}>
<header>
<h1 class="{state}"><span aria-hidden="true">{sign}</span> {title}</h1>
<p class="muted">{subtitle}</p>
</header>
<nav aria-label="{parts}"><ul>{links}</ul></nav>
<main>
{body}
</main>
<footer>{footer}</footer>
<script type="application/json" id="data">{data}</script>
<script type="text/plain" id="pairs">{pairs}</script>
{tables}
{scripts}
</body>
</html>
"""
)


class Live(NamedTuple):
    """What a page needs that is served.

    Attributes:
        version: a word that changes when the page should reload.
        ends: names by which a trace can be asked for.
        probes: packets may be sent from the page.
        pastes: another text can be pasted.
    """

    version: str
    ends: Sequence[str]
    probes: bool = False
    pastes: bool = False


def render(
    store: Store,
    report: Report,
    packed_tables: Callable[[], Sequence[PackedTable]] | None = None,
    *,
    graph: Map | None = None,
    live: Live | None = None,
) -> str:
    """Return the page.

    Args:
        store: the snapshot, as the checks left it.
        report: what they said of it.
        packed_tables: waits for its tables, where they are being packed already (:func:`podpath.page.tables.packing`).
        graph: the map of it, where it is made already.
        live: the page is served, and asks its server.

    Raises:
        LayoutError: Graphviz is not installed, or gave no layout.
    """
    overlays = meshes(store, report)
    drawing = figure(graph or map_of(store, report), most=_MOST_SPACES)
    held = list(tables(store)) if packed_tables is None else packed_tables()
    parts = {
        "findings": (tr("Findings"), _findings(report)),
        "trace": (tr("Trace"), _trace(live.ends, probes=live.probes) if live is not None else ""),
        "mesh": (tr("Mesh"), "\n".join(_matrix(number, mesh) for number, mesh in enumerate(overlays))),
        "map": (tr("Map"), f'<div class="map pp-map" tabindex="0" role="region" aria-label="{tr("Map")}">{drawing}</div>'),
        "unknowns": (tr("Unknown"), _unknowns(report)),
        "tables": (tr("Tables"), _tables(held)),
    }
    shown = {name: part for name, part in parts.items() if part[1]}
    data = {
        "findings": len(report.findings),
        "words": {word: tr(word) for word in _WORDS if chosen() != "en"},
        "meshes": overlays,
        "tables": [{"name": one.name, "columns": one.columns, "rows": one.rows} for one in held if one.packed],
    }
    scripts = [file_of_page("report.js"), *([file_of_page("live.js")] if live is not None else [])]
    state, sign = _state(report)
    return _PAGE.format(
        policy=POLICY.format(" ".join(map(hash_of, scripts))) + (LIVE_POLICY if live is not None else ""),
        version=f' data-version="{live.version}"' if live is not None else "",
        lang=chosen().replace("_", "-"),
        parts=tr("Parts of this report"),
        title=escape(headline(report)),
        subtitle=escape(tr("{said}, {more}", said=plural(len(report.nodes), "node"), more=plural(report.checks, "check"))),
        state=state,
        sign=sign,
        style=style_of_pages(),
        links="".join(f'<li><a href="#{name}">{words}</a></li>' for name, (words, _) in shown.items())
        + ('<li><a href="paste">' + tr("paste another text") + "</a></li>" if live is not None and live.pastes else ""),
        body="\n".join(f'<section id="{name}">\n<h2>{words}</h2>\n{body}\n</section>' for name, (words, body) in shown.items()),
        data=_inert(json_text(data)),
        pairs=packed(json_text(pairs(report))),
        tables="\n".join(f'<script type="text/plain" id="table-{one.name}">{one.packed}</script>' for one in held if one.packed),
        icon=NO_ICON if live is not None else "",
        scripts="\n".join(f"<script>{script}</script>" for script in scripts),
        footer=tr("Made by podpath. It is served from this machine.")
        if live is not None
        else tr("Made by podpath. This page holds all that it shows, and asks no network."),
    )


def style_of_pages() -> str:
    """Return the style that all pages have."""
    return variables() + file_of_page("report.css") + RULES + style()


def hash_of(script: str) -> str:
    """Return a script's hash, as a policy names it."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()}'"


def file_of_page(name: str) -> str:
    """Return a style or script that comes with podpath."""
    return resources.files("podpath.page").joinpath(name).read_text(encoding="utf-8")


def _inert(text: str) -> str:
    """Return JSON that no HTML parser sees an end or a comment in (HTML, 4.12.1.3)."""
    return text.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")


def _state(report: Report) -> tuple[str, str]:
    if any(one.severity is Severity.ERROR for one in report.findings) or any(one.broken for one in report.overlays):
        return "error", "✗"
    if any(one.severity is Severity.WARNING for one in report.findings):
        return "warning", "!"
    return ("unknown", "?") if report.unknowns or report.unread else ("good", "✓")


# -- findings ----------------------------------------------------------------------------------------


def _findings(report: Report) -> str:
    if not report.findings:
        return f"<p>{tr('Nothing wrong was found.')}</p>"
    nodes = sorted({name for one in report.findings for name in (one.node, *one.related)})
    filters = "".join((
        _select("by-node", tr("Node"), nodes),
        _select("by-severity", tr("Severity"), [str(one) for one in Severity], spoken=True),
        _select("by-check", tr("Check"), sorted({one.check for one in report.findings})),
        f'<label>{tr("Words")}<input id="by-words" type="search" autocomplete="off"></label>',
        f'<p id="shown" class="muted" aria-live="polite">{plural(len(report.findings), "finding")}</p>',
    ))  # fmt: skip
    listed = "\n".join(_finding(one, opened=at == 0) for at, one in enumerate(report.findings))
    return f'<div class="filters" role="search" aria-label="{tr("Findings")}">{filters}</div>\n{listed}'


def _select(ident: str, name: str, words: Sequence[str], *, spoken: bool = False) -> str:
    options = "".join(f'<option value="{escape(word)}">{escape(tr(word) if spoken else word)}</option>' for word in words)
    return f'<label>{name}<select id="{ident}"><option value="">{tr("all")}</option>{options}</select></label>'


def _finding(finding: Finding, *, opened: bool) -> str:
    where = " ".join(filter(None, (finding.node, finding.netns)))
    nodes = json_text([finding.node, *finding.related]).strip()
    return (
        f'<details class="{finding.severity}" data-severity="{finding.severity}" data-check="{escape(finding.check)}"'
        f' data-nodes="{escape(nodes)}"{" open" if opened else ""}>'
        f'<summary><span class="sign">{SIGNS[finding.severity]}</span> <strong>{escape(finding.check)}</strong>'
        f' <span class="where">{escape(where)}</span> {escape(finding.headline)}</summary>\n<div>'
        f"<p>{escape(finding.why)}</p>"
        f'<p class="muted">{tr("{said}, {more}", said=tr(finding.severity), more=tr(finding.confidence))}'
        f"{_related(finding)}{tr('; more: ')}<code>podpath explain {escape(finding.check)}</code></p>"
        f"{_evidence(finding.evidence)}{''.join(map(_step, finding.fix))}</div></details>"
    )


def _related(finding: Finding) -> str:
    return escape(tr("; touches {nodes}", nodes=", ".join(finding.related))) if finding.related else ""


def _evidence(lines: Iterable[Evidence]) -> str:
    told = []
    for one in lines:
        file = f"{one.file}:{one.file_line}" if one.file and one.file_line else one.file or ""
        head = "   ".join(filter(None, (" ".join(filter(None, (one.node, one.netns))), one.command, file)))
        told.append(f"<dt>{escape(head)}</dt><dd><pre>{escape(one.line)}</pre></dd>")
    return f'<dl class="evidence">{"".join(told)}</dl>' if told else ""


def _step(step: Fix) -> str:
    """Return a step of a fix; the button copies its command alone."""
    return _command_line(step.text, step.command.text if step.command is not None else step.words)


def _command_line(text: str, copied: str = "") -> str:
    """Return a line with a button that copies it, or another text."""
    copied, copy = copied or text, tr("copy")
    return (
        f'<div class="fix"><pre>{escape(text)}</pre>'
        f'<button type="button" data-copy="{escape(copied)}" aria-label="{copy}: {escape(copied)}">{copy}</button></div>'
    )


# -- mesh, unknowns, tables --------------------------------------------------------------------------


def _matrix(number: int, mesh: dict[str, object]) -> str:
    name = escape(str(mesh["name"]))
    nodes = mesh["nodes"]
    assert isinstance(nodes, tuple)  # noqa: S101 - of OverlayResult
    counts = tr(
        "{proven} pairs proven, {broken} broken, {unknown} unknown",
        proven=mesh["proven"],
        broken=mesh["broken"],
        unknown=mesh["unknown"],
    )
    return (
        f'<h3>{name}</h3><p class="muted">{counts}{tr(". Rows send, columns receive; a cell opens its chain of evidence")}'
        f"{tr(' (arrow keys move, Enter opens, N goes to the next pair that is not proven).')}"
        f"{_next(number, mesh)}</p>"
        f'<div class="matrix" id="matrix-{number}" role="grid" tabindex="0" aria-label="{name}: {tr("which node reaches which")}"'
        f' aria-rowcount="{len(nodes) + 1}" aria-colcount="{len(nodes) + 1}"><div class="size" role="presentation"></div></div>'
        f'<div class="chain" id="chain-{number}" aria-live="polite"><p class="muted">{tr("No cell is open.")}</p></div>'
    )


def _next(number: int, mesh: dict[str, object]) -> str:
    """Return the button that goes to the next doubtful pair; empty if there is none."""
    doubtful = mesh["broken"] or mesh["unknown"]
    return f' <button type="button" id="next-{number}">{tr("next that is not proven")}</button>' if doubtful else ""


def _unknowns(report: Report) -> str:
    listed = "".join(_unknown(one) for one in report.unknowns)
    unread = "".join(
        f"<tr><td>{escape(one.file)}:{one.first}</td><td>{escape(one.reason)}</td><td>{escape(one.text)}</td></tr>"
        for one in report.unread
    )
    if unread:
        title = tr("Lines that were not read")
        listed += (
            f'<h3>{title}</h3><div class="rows" tabindex="0" role="region" aria-label="{title}"><table><thead><tr>'
            f'<th scope="col">{tr("where")}</th><th scope="col">{tr("why")}</th><th scope="col">{tr("line")}</th></tr></thead>'
            f"<tbody>{unread}</tbody></table></div>"
        )
    return listed


def _unknown(unknown: Unknown) -> str:
    return (
        f'<details class="unknown"><summary><span class="sign">?</span> <span class="where">{escape(unknown.node)}</span>'
        f" {escape(unknown.missing)}</summary><div><p>{tr('This command tells:')}</p>{_command_line(unknown.command)}"
        f'<p class="muted">{escape(tr("It is needed by {blocks}.", blocks=", ".join(unknown.blocks)))}</p></div></details>'
    )


def _trace(ends: Sequence[str], *, probes: bool) -> str:
    options = "".join(f'<option value="{escape(name)}"></option>' for name in ends)
    fields = [
        f'<label>{tr("From")}<input id="trace-from" list="ends" required autocomplete="off"></label>',
        f'<label>{tr("To")}<input id="trace-to" list="ends" required autocomplete="off"></label>',
        f'<label>{tr("Protocol")}<select id="trace-proto"><option value="">{tr("any")}</option>'
        "<option>tcp</option><option>udp</option><option>icmp</option><option>sctp</option></select></label>",
        f'<label>{tr("Port")}<input id="trace-port" inputmode="numeric" size="6" autocomplete="off"></label>',
        f'<label>{tr("What if (a command a line)")}<textarea id="trace-what-if" rows="1" cols="36" spellcheck="false"></textarea>'
        "</label>",
        f'<button type="submit">{tr("trace")}</button>',
        *([f'<button type="button" id="trace-probe">{tr("send packets")}</button>'] if probes else []),
    ]
    return (
        f'<p class="muted" id="live" aria-live="off"></p><form class="filters" id="trace-form">{"".join(fields)}'
        f'<datalist id="ends">{options}</datalist></form>'
        f'<pre id="trace-answer" class="answer" aria-live="polite" tabindex="0" aria-label="{tr("answer")}"></pre>'
        f'<div id="trace-picture" class="map" tabindex="0" role="region" aria-label="{tr("Path")}"></div>'
    )


def _with_code(text: str) -> str:
    """Return a text with what stands between backticks as code."""
    return _CODE.sub(r"<code>\1</code>", escape(text))


def _tables(held: Sequence[PackedTable]) -> str:
    options = "".join(f'<option value="{one.name}">{one.name} ({one.rows})</option>' for one in held if one.packed)
    large = [tr("{name} ({rows:,} rows)", name=one.name, rows=one.rows) for one in held if not one.packed]
    asked = tr("Too large for a page: {tables}. Ask `podpath sql` for them.", tables=", ".join(large))
    note = f"<p>{_with_code(asked)}</p>" if large else ""
    if not options:
        return note
    return (
        f'{note}<div class="filters" role="search" aria-label="{tr("Rows")}"><label>{tr("Table")}<select id="table">'
        f'<option value="">{tr("choose one")}</option>{options}</select></label>'
        f'<label>{tr("Words")}<input id="rows-words" type="search" autocomplete="off"></label>'
        '<p id="rows-shown" class="muted" aria-live="polite"></p></div>'
        f'<div class="rows" id="rows" tabindex="0" role="region" aria-label="{tr("Rows")}"></div>'
        f'<p><button type="button" id="rows-more" hidden>{tr("show more")}</button></p>'
    )
