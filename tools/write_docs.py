"""Writes the pages that are made from the code: docs/tables.md and docs/checks.md. A test holds them to it."""

import inspect
from collections.abc import Iterator
from pathlib import Path

from podpath.checks.registry import checks
from podpath.readers.registry import readers
from podpath.snapshot.schema import FRAME, MACROS, ROWS, VERSION, columns

DOCS = Path(__file__).resolve().parent.parent / "docs"


def _table(name: str) -> Iterator[str]:
    text = inspect.getdoc(FRAME.get(name) or ROWS[name]) or ""
    yield f"### {name}"
    yield ""
    yield text.partition("\n")[0]
    yield ""
    yield "| column | type | meaning |"
    yield "| --- | --- | --- |"
    for column in columns(name):
        if name in FRAME or column.name not in ("ns", "source", "line"):
            yield f"| `{column.name}` | {column.sql} | {column.doc.replace('|', chr(92) + '|')} |"
    yield ""


def tables() -> str:
    """Return docs/tables.md."""
    macros = sorted(macro.split("CREATE MACRO ")[1].partition(" AS")[0] for macro in MACROS)
    lines = [
        "# Tables of a snapshot",
        "",
        "A snapshot is one DuckDB file. `podpath sql QUERY FILE` asks it, and so does any DuckDB of the same age.",
        f"The layout's version is `podpath.snapshot/{VERSION}` (table `meta`); podpath refuses another.",
        "",
        "An address of either family is one number (`UHUGEINT`), an IPv4 address stands where `::ffff:a.b.c.d` does. A MAC",
        "is one number too (`UBIGINT`). `podpath sql` prints both as text. An empty word is stored as NULL.",
        "",
        "These functions are stored in every snapshot:",
        "",
        *(f"- `{macro}`" for macro in macros),
        "",
        "## Where rows come from",
        "",
    ]
    for name in FRAME:
        lines += _table(name)
    lines += [
        "## Rows",
        "",
        "Each of these tables begins with `ns` (the namespace, `netns.ns`), `source` (the output, `source.source`) and",
        "`line` (the line of the file, from 1).",
        "",
    ]
    for name in ROWS:
        lines += _table(name)
    lines += ["## Readers", "", "Output of these commands is read:", ""]
    lines += [f"- `{reader.name}`{', JSON too' if reader.read_json else ''}" for reader in readers()]
    return "\n".join(lines).rstrip() + "\n"


def checks_page() -> str:
    """Return docs/checks.md."""
    lines = [
        "# Checks",
        "",
        "`podpath explain NAME` says what each means and how to look; `--ignore NAME` leaves one out.",
        "",
        "| check | severity | what is wrong |",
        "| --- | --- | --- |",
    ]
    lines += [f"| `{name}` | {check.severity} | {check.title} |" for name, check in checks().items()]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    (DOCS / "tables.md").write_text(tables(), encoding="utf-8")
    (DOCS / "checks.md").write_text(checks_page(), encoding="utf-8")
