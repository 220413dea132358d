"""``podpath sql``: the tables, as SQL."""

import argparse
import sys
from typing import Any, Final

from podpath.cli.arguments import add_snapshots, write
from podpath.cli.errors import UserError
from podpath.cli.progress import Progress
from podpath.state.visible import visible, visible_lines

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
    parser.add_argument("--format", choices=("text", "json", "csv"), default="text", help="form of the output (default: text)")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Run the command and return the exit code."""
    import duckdb

    from podpath.cli.snapshots import open_snapshots
    from podpath.cli.ssh import remote_of

    with (
        Progress() as progress,
        open_snapshots(options.snapshots, progress, remote_of(options), most_nodes=options.max_nodes) as store,
    ):
        # The query is the person's own, but a snapshot may come from anybody: nothing outside it can be reached.
        store.lock()
        try:
            result = store.query(options.query)
        except duckdb.Error as error:
            raise UserError(f"the query failed: {error}") from None
    write({"text": _table, "json": _json, "csv": _csv}[options.format](result.names, result.rows))
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


def _csv(names: list[str], rows: list[tuple[Any, ...]]) -> str:
    import csv
    import io

    out = io.StringIO()
    plain = ([visible_lines(each) if isinstance(each, str) else each for each in row] for row in rows)
    csv.writer(out, lineterminator="\n").writerows([names, *plain])
    return out.getvalue()
