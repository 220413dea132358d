"""Names from snapshots in everything that leaves podpath: they act on nothing, and what cannot be seen is shown."""

import re
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from html.parser import HTMLParser
from pathlib import Path
from xml.etree import ElementTree as ET

import orjson
import pytest

from podpath.checks.engine.registry import checks
from podpath.checks.engine.run import run_checks
from podpath.cli.check import _FORMATS
from podpath.cli.progress import Progress
from podpath.cli.snapshots import open_snapshots
from podpath.page import report as page
from podpath.picture import dot, mermaid, path, svg
from podpath.picture import html as picture_html
from podpath.picture import json_form as map_json
from podpath.picture.graph import map_of
from podpath.report import json_form, junit, markdown, sarif, veth
from podpath.report.terminal import Terminal, as_ansi, as_text
from podpath.report.trace import TraceTerminal, as_json
from podpath.snapshot.schema import FRAME, ROWS, StoredColumn, columns
from podpath.snapshot.store import Store
from podpath.state.column import Public
from podpath.walk.cluster import Cluster
from podpath.walk.endpoints import endpoint
from podpath.walk.trace import Ask, Tracer
from podpath.wiring.attachments import attachments

SAMPLE = Path(__file__).parents[2] / "samples" / "broken-tunnel"
HOSTILE = (
    "\"'><img src=x onerror=alert(1)><script>alert(2)</script></style>--!>]]>&#x41;|`x`**b**\\"
    "\x1b[31mRED\x1b]0;T\x07\x9b2J\u202eRTL\u2066"
    "\u200b\u00ad\nINJ mend: rm -rf /\r\t\u2028END"
)
_HIDDEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\xad\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]")
_NAMES = (
    ("node", "name"), ("netns", "name"), ("link", "name"), ("link", "master"), ("link", "alias"), ("route", "dev"),
    ("fdb", "dev"), ("neighbour", "dev"), ("vxlan", "name"), ("vxlan", "lower"), ("bridge", "name"),
    ("address", "dev"), ("source", "command"),
    ("source", "file"), ("source", "text"), ("unread", "reason"), ("unread", "text"), ("missing", "what"), ("missing", "command"),
)  # fmt: skip


# All text but the words of which a kernel, or podpath itself, has a few: with others in their place nothing would be found.
_TEXTS = [
    (table, column.name)
    for table in (*FRAME, *ROWS)
    for column in columns(table)
    if column.sql == "VARCHAR" and not isinstance(column.privacy, Public)
]


def _made(column: StoredColumn) -> str:
    """Return the value of a row in a table that the cluster has not: a name, a one, an address."""
    if column.sql == "VARCHAR":
        return "NULL" if isinstance(column.privacy, Public) else f"'{column.name}'"
    return {"UHUGEINT": "281470681743361", "BOOLEAN": "true"}.get(column.sql, "1")


@contextmanager
def _spoilt(changed: Collection[tuple[str, str]]) -> Iterator[Store]:
    """Give a broken cluster in which the values of some columns go on with what is hostile."""
    with open_snapshots([str(SAMPLE)], Progress(), editable=True) as store:
        for table in {table for table, _ in changed} - store.sizes().keys():
            store.connection.execute(f'INSERT INTO "{table}" SELECT {", ".join(_made(one) for one in columns(table))}')
        for table, column in changed:
            change = f'UPDATE "{table}" SET "{column}" = "{column}" || ? WHERE "{column}" <> \'lo\''
            store.connection.execute(change, [HOSTILE])
        yield store


@pytest.fixture(scope="module")
def hostile() -> Iterator[Store]:
    """Return a broken cluster in which every name goes on with what is hostile."""
    with _spoilt(_NAMES) as store:
        yield store


def _forms(store: Store) -> dict[str, Callable[[], str]]:
    report, graph = run_checks(store), None
    graph = map_of(store, report)
    world = Cluster(store)
    first, second = (name for (name,) in store.raw("SELECT name FROM netns WHERE kind <> 'host' ORDER BY ns LIMIT 2"))
    source = endpoint(world, first)
    trace = Tracer(world).trace(Ask(source=source, destination=endpoint(world, second, source.ns), proto="icmp", port=None))
    return {
        "text": lambda: as_text(Terminal(80).lines(report)),
        "ansi": lambda: re.sub("\x1b\\[[0-9;]*m", "", as_ansi(Terminal(80).lines(report), 80)),
        "json": lambda: json_form.render(report),
        "markdown": lambda: markdown.render(report),
        "sarif": lambda: sarif.render(
            report, {one.check: sarif.ReportingDescriptor("", "", one.severity) for one in report.findings}
        ),
        "junit.xml": lambda: junit.render(report, tuple(checks())),
        "page.html": lambda: page.render(store, report),
        "map.svg": lambda: svg.render(graph, (), everything=True),
        "map.dot": lambda: dot.render(graph, (), everything=True),
        "map.mermaid": lambda: mermaid.render(graph, (), everything=True),
        "map.html": lambda: picture_html.render_map(graph, (), everything=True),
        "map.json": lambda: map_json.render(graph),
        "trace.text": lambda: as_text(TraceTerminal(100, evidence=True).lines(trace)),
        "trace.json": lambda: as_json(trace),
        "trace.svg": lambda: path.render(trace, graph, dark=True),
        "veth.text": lambda: veth.as_text(attachments(store), 100),
    }


def test_every_form_of_the_report_is_tried(hostile: Store) -> None:
    """And the README names it."""
    known = {name.partition(".")[2] if name.startswith("page") else name.partition(".")[0] for name in _forms(hostile)}
    assert set(_FORMATS) <= known | {"text"}
    assert f"`--format {'|'.join(_FORMATS)}`" in (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")


class _Tags(HTMLParser):
    """What a browser would take for elements."""

    def __init__(self) -> None:
        super().__init__()
        self.images = 0
        self.handlers: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Count what nobody of us wrote."""
        self.images += tag == "img"
        self.handlers += [name for name, value in attrs if name.startswith("on") or "javascript:" in (value or "")]


def test_what_a_snapshot_calls_things_stays_text(hostile: Store) -> None:
    """In every form: no control character, no line of its own, no element, no attribute; documents are well-formed."""
    _act_on_nothing(hostile)


@pytest.mark.long
@pytest.mark.timeout(900)
def test_every_text_of_a_snapshot_stays_text() -> None:
    """One table after another, so that what is found of the others is still shown; those that the cluster lacks at once."""
    with _spoilt(()) as store:
        filled = store.sizes().keys()
    groups = [[one for one in _TEXTS if one[0] == table] for table in sorted({table for table, _ in _TEXTS} & filled)]
    for changed in (*groups, [one for one in _TEXTS if one[0] not in filled]):
        with _spoilt(changed) as store:
            _act_on_nothing(store)


def _act_on_nothing(hostile: Store) -> None:
    for form, render in _forms(hostile).items():
        text = render()
        assert not _HIDDEN.findall(text), form
        assert not [line for line in text.split("\n") if line.lstrip().startswith("INJ mend")], form
        if form.endswith((".xml", ".svg")):
            found = ET.fromstring(text)  # noqa: S314 - it is ours
            assert not {element.tag.rpartition("}")[2] for element in found.iter()} & {"img", "script"}, form
        if form.endswith(".html"):
            tags = _Tags()
            tags.feed(text)
            assert (tags.images, tags.handlers) == (0, []), form
        if form.endswith("json"):
            orjson.loads(text)
        if form == "markdown":
            assert "<img" not in re.sub(r"(`+).*?\1", "", text).replace("\\<", "")
