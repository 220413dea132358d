"""What changed between two snapshots: the tables, and the result of every check."""

from collections.abc import Callable, Iterable
from typing import Final

from podpath.causes.registry import cause as declared
from podpath.checks.engine.run import run_checks
from podpath.language import tr
from podpath.snapshot.compare import compare
from podpath.snapshot.store import Store
from podpath.state.change import CheckChange, Diff, Standing
from podpath.state.finding import Finding, Report

_TIME: Final = "SELECT avg(began) FROM capture WHERE way IS NOT NULL"


def changes(old: Store, new: Store, ignore: Iterable[str] = (), progress: Callable[[str], None] = lambda _: None) -> Diff:
    """Compare two snapshots of the same nodes.

    Args:
        old: the earlier one, merged.
        new: the later one, merged.
        ignore: names of checks to leave out.
        progress: told what is being done.
    """
    progress(tr("comparing tables"))
    compared = compare(old, new)
    reports = [run_checks(store, ignore, progress) for store in (old, new)]
    times = [store.raw(_TIME)[0][0] for store in (old, new)]
    return Diff(
        compared.nodes,
        None if None in times else times[1] - times[0],
        tuple(_checks(reports[0], reports[1], set(compared.nodes))),
        compared.changes,
        compared.unknowns,
        compared.only_old,
        compared.only_new,
    )


def _checks(old: Report, new: Report, nodes: set[str]) -> Iterable[CheckChange]:
    before, after = ({_name(found): found for found in report.findings if found.node in nodes} for report in (old, new))
    new_ones = (CheckChange(found, _without(old, found), Standing.FAILING) for name, found in after.items() if name not in before)
    gone = (CheckChange(found, Standing.FAILING, _without(new, found)) for name, found in before.items() if name not in after)
    yield from new_ones
    yield from (item for item in gone if item.now is not Standing.FAILING)


def _name(found: Finding) -> tuple[str, str, str, str]:
    return found.check, found.node, found.netns, found.summary


def _without(report: Report, found: Finding) -> Standing:
    """Return the result of a check whose finding a report does not have: clean, or without evidence."""
    # The same with other words, or a symptom that was folded under its cause there.
    alike = {found.check, *declared(found.check).symptom_of}
    if any(other.check in alike and other.node == found.node for other in report.findings):
        return Standing.FAILING
    touched = {found.node, *found.related}
    waits = any(found.check in item.blocks for item in report.unknowns if item.node in touched)
    return Standing.UNKNOWN if waits or not touched <= set(report.nodes) else Standing.CLEAN
