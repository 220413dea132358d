"""``podpath check``: findings, within and across nodes."""

import argparse
import sys
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from podpath.api.errors import UserError
from podpath.cli.arguments import (
    add_as_of,
    add_color,
    add_mode,
    add_snapshots,
    names_of,
    speaks_unicode,
    wants_color,
    width,
    write,
)
from podpath.cli.check_lake import add_options, check_fleet, of_fleet
from podpath.cli.endings import tell
from podpath.cli.progress import Progress
from podpath.language import choose, tr

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager

    from podpath.page.tables import PackedTable
    from podpath.snapshot.store import Store
    from podpath.state.finding import Report

_FORMATS: Final = ("text", "json", "markdown", "junit", "sarif", "html")
_LEVELS: Final = ("error", "warning", "info", "never")


def add_parser(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command to the command line."""
    parser = commands.add_parser(
        "check",
        help="findings, within and across nodes",
        description="Checks the state of one node or many, and says what is broken, which line proves it, and what to type.",
        epilog="Exit status: 0 nothing at or above --fail-on, 1 findings, 2 bad usage or unreadable input.",
    )
    add_snapshots(parser)
    add_as_of(parser)
    parser.add_argument("--format", choices=_FORMATS, help="form of the report (default: text; html if FILE ends in .html)")
    parser.add_argument("-o", "--output", metavar="FILE", help="write the report to a file; FILE.html is a page to open offline")
    ignored = parser.add_argument("--ignore", action="append", default=[], metavar="NAME", help="omit a check; may be repeated")
    names_of(ignored, "checks")
    parser.add_argument(
        "--fail-on", choices=_LEVELS, default=None, help=("exit with 1 for findings of this severity or higher (default: error)")
    )
    parser.add_argument("--strict", action="store_true", help="exit with 2 if a line cannot be read")
    parser.add_argument("--config", metavar="FILE", help="settings file; else podpath.toml, or [tool.podpath] of pyproject.toml")
    add_mode(parser)
    add_color(parser)
    add_options(parser)
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Run the command and return the exit code."""
    from podpath.api.questions import known_checks
    from podpath.checks.engine.registry import checks
    from podpath.cli.snapshots import open_asked

    settings = _settings(options.config)
    ignore = [*options.ignore, *settings.get("ignore", [])]
    known_checks(ignore)
    form = options.format or ("html" if (options.output or "").lower().endswith((".html", ".htm")) else "text")
    fail_on = options.fail_on or settings.get("fail-on", "error")
    if of_fleet(options):
        choose("en")  # findings of a fleet are kept in the lake, and judged by processes of their own
        fleet = check_fleet(options, ignore, form)
        reports = [one.report for one in fleet.clusters if one.report is not None]
        unjudged = any(one.problem is not None for one in fleet.clusters)
        return max([int(unjudged), *(_exit_code(report, fail_on, strict=options.strict) for report in reports)])
    with (
        Progress() as progress,
        open_asked(options, progress, load=("podpath.checks.engine.run",)) as store,
        _packing(store) if form == "html" else nullcontext() as held,
    ):
        from podpath.checks.engine.run import run_checks

        report = run_checks(store, ignore, lambda name: progress.step(f"checking {name}"))
        page = _page(store, report, held, progress) if held is not None else ""
    write(page or _rendered(report, form, options, tuple(sorted(set(checks()) - set(ignore)))), options.output, options.mode)
    return _exit_code(report, fail_on, strict=options.strict)


def _packing(store: "Store") -> "AbstractContextManager[Callable[[], list[PackedTable]]]":
    """Return what packs the tables of a page while the checks are run."""
    from podpath.page.tables import packing

    return packing(store)


def _page(store: "Store", report: "Report", held: "Callable[[], list[PackedTable]]", progress: Progress) -> str:
    from podpath.page.report import render
    from podpath.picture.layout_engine import LayoutError

    progress.step("drawing")
    try:
        return render(store, report, held)
    except LayoutError as error:
        raise UserError(str(error)) from None


def _rendered(report: "Report", form: str, options: argparse.Namespace, names: tuple[str, ...]) -> str:
    if form == "json":
        from podpath.report import json_form

        return json_form.render(report)
    if form == "markdown":
        from podpath.report import markdown

        return markdown.render(report)
    if form == "sarif":
        from podpath.causes.registry import cause
        from podpath.report import sarif

        found = {finding.check: cause(finding.check) for finding in report.findings}
        return sarif.render(
            report, {name: sarif.ReportingDescriptor(one.title, one.explain, one.severity) for name, one in found.items()}
        )
    if form == "junit":
        from podpath.report import junit

        return junit.render(report, names)
    from podpath.report.terminal import Terminal, as_ansi, as_text

    plain = options.output is not None
    columns = width()
    lines = Terminal(columns, unicode=plain or speaks_unicode(sys.stdout)).lines(report)
    return as_ansi(lines, columns) if not plain and wants_color(options.color, sys.stdout) else as_text(lines)


def _exit_code(report: "Report", fail_on: str, *, strict: bool) -> int:
    from podpath.state.finding import Severity

    if strict and report.unread:
        first = report.unread[0]
        tell(tr("{file}:{first}: {reason} (--strict makes this fatal)", file=first.file, first=first.first, reason=first.reason))
        return 2
    if fail_on == "never":
        return 0
    limit = Severity(fail_on).rank
    return int(any(finding.severity.rank <= limit for finding in report.findings))


def _settings(named: str | None) -> dict[str, Any]:
    """Return the settings of a file: ``ignore`` and ``fail-on``.

    Raises:
        UserError: the file cannot be read, or says something else.
    """
    candidates = [Path(named)] if named else [Path("podpath.toml"), Path("pyproject.toml")]
    found = next((path for path in candidates if named or path.is_file()), None)
    if found is None:
        return {}
    import tomllib

    try:
        document = tomllib.loads(found.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise UserError(f"{found}: {error}") from None
    own = document if found.name != "pyproject.toml" else {}
    settings: dict[str, Any] = document.get("tool", {}).get("podpath", {}) or {k: v for k, v in own.items() if k != "tool"}
    strange = sorted(set(settings) - {"ignore", "fail-on"})
    if strange or not isinstance(settings.get("ignore", []), list) or settings.get("fail-on", "error") not in _LEVELS:
        what = (
            tr("unknown setting {strange}", strange=strange[0])
            if strange
            else tr("ignore must be a list, fail-on one of {levels}", levels=", ".join(_LEVELS))
        )
        raise UserError(f"{found}: {what}")
    return settings
