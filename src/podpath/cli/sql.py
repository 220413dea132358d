"""``podpath sql``: the tables, as SQL."""

import argparse
import sys
from typing import Any, Final

from podpath.cli.arguments import add_row_format, add_snapshots, write
from podpath.cli.progress import Progress
from podpath.state.visible import visible

SCHEMA: Final = "podpath.sql/1"
_WIDEST: Final = 60


def add_parser(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command to the command line."""
    parser = commands.add_parser(
        "sql",
        help="the tables, as SQL",
        description="Queries the tables of a snapshot (docs/tables.md) in DuckDB's SQL. Addresses are stored as numbers and"
        " printed as addresses; in a query write ip4('10.42.1.0') and mac('ee:2c:05:d1:29:00').",
        epilog="Example: podpath sql \"select node_name(ns), dst, dst_len, via, dev from route where dev = 'flannel.1'\" n1.txt",
    )
    parser.add_argument("query", metavar="QUERY", help="one statement")
    add_snapshots(parser)
    add_row_format(parser)
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Run the command and return the exit code."""
    from podpath.api.questions import queried
    from podpath.cli.snapshots import open_asked
    from podpath.report import rows

    with (
        Progress() as progress,
        open_asked(options, progress) as store,
    ):
        result = queried(store, options.query)
    if options.format in rows.FORMS:
        write(rows.render(options.format, result.names, result.rows))
    else:
        write((_json if options.format == "json" else _table)(result.names, result.rows))
    return 0


def _cell(value: object) -> str:
    return "" if value is None else visible(str(value).replace("\n", "\\n"))


def _table(names: list[str], rows: list[tuple[Any, ...]]) -> str:
    if not names:
        return ""
    cells = [[_cell(value) for value in row] for row in rows]
    limit = _WIDEST if sys.stdout.isatty() else 10_000
    widths = [min(limit, max(len(name), *(len(row[at]) for row in cells), 0)) for at, name in enumerate(names)]
    lines = ["  ".join(f"{text[: widths[at]]:<{widths[at]}}" for at, text in enumerate(row)).rstrip() for row in [names, *cells]]
    return "\n".join(lines) + f"\n({len(rows)} row{'s' if len(rows) != 1 else ''})\n"


def _json(names: list[str], rows: list[tuple[Any, ...]]) -> str:
    import orjson

    from podpath.report.json_text import seen

    document = {"schema": SCHEMA, "columns": names, "rows": [list(row) for row in rows]}
    return seen(orjson.dumps(document, default=str, option=orjson.OPT_INDENT_2).decode()) + "\n"
