"""What podpath makes of pasted texts, for tests."""

from collections.abc import Iterable
from pathlib import Path

from podpath.checks.engine.run import run_checks
from podpath.cli.progress import Progress
from podpath.cli.snapshots import open_snapshots
from podpath.snapshot.store import Store
from podpath.state.finding import Report, Severity

CASES = Path(__file__).parent / "cases"


def opened(case: str, *names: str) -> Store:
    """Return the snapshot of some texts of a case; all of them where none is named."""
    folder = CASES / case
    files = [folder / name for name in names] or sorted(folder.glob("*.txt"))
    return open_snapshots([str(file) for file in files], Progress())


def reported(case: str, *names: str) -> Report:
    """Return what the checks say of a case."""
    with opened(case, *names) as store:
        return run_checks(store)


def said(report: Report, *severities: Severity) -> set[tuple[str, str]]:
    """Return the findings of some severities, errors and warnings where none is named, as (check, confidence)."""
    wanted = severities or (Severity.ERROR, Severity.WARNING)
    return {(found.check, str(found.confidence)) for found in report.findings if found.severity in wanted}


def proven(report: Report) -> set[tuple[str, str]]:
    """Return the pairs that are proven."""
    return {(pair.source, pair.target) for overlay in report.overlays for pair in overlay.pairs if str(pair.status) == "proven"}


def unknowns(report: Report) -> str:
    """Return all that is unknown, and the commands that tell, as one text."""
    return "\n".join(f"{item.node}: {item.missing}: {item.command}" for item in report.unknowns)


def placed(store: Store, table: str) -> Iterable[tuple[str, str]]:
    """Return where the rows of a table are, and how sure that is."""
    return store.raw(f'SELECT DISTINCT place(t.ns), s.place FROM "{table}" t JOIN source s USING (source) ORDER BY ALL')
