"""``podpath check LAKE``: many clusters, judged on an engine, in one report."""

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

from podpath.api.errors import UserError
from podpath.cli.arguments import speaks_unicode, wants_color, width, write
from podpath.cli.endings import tell
from podpath.cli.lakes import choice_of, opened
from podpath.cli.progress import Progress
from podpath.language import tr
from podpath.state.visible import visible

if TYPE_CHECKING:
    from collections.abc import Sequence

    from podpath.lake.inventory import Moment
    from podpath.state.fleet import ClusterResult, FleetResult

_FORMATS: Final = ("text", "json", "html")


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the options for many clusters."""
    group = parser.add_argument_group("many clusters of a lake (docs/fleet.md)")
    group.add_argument("--engine", metavar="ENGINE", help="what judges the clusters: local (processes here), dask://HOST:PORT")
    group.add_argument("--workers", type=int, metavar="N", help="processes of the local engine (default: one for each processor)")
    group.add_argument(
        "--mesh", nargs="?", const="sums", choices=("sums", "rows"),
        help="judge the mesh alone: by the sums that nodes wrote, or by those of their rows",
    )  # fmt: skip
    group.add_argument("--no-results", action="store_true", help="do not write what is found into the lake")


def of_fleet(options: argparse.Namespace) -> bool:
    """Say whether a lake is to be judged as a fleet: it has several clusters, or an option for many is given.

    Raises:
        UserError: the lake cannot be read, or there is none.
    """
    from podpath.lake.arguments import clusters_of, moment_of, names_lake, split
    from podpath.lake.place import LakeError

    lone = len(options.snapshots) == 1 and names_lake(options.snapshots[0])
    wanted = options.engine or options.mesh or options.workers
    if wanted and not lone:
        raise UserError(tr("--engine, --workers and --mesh judge a lake: give one (docs/fleet.md)"))
    if not lone:
        return False
    if wanted:
        return True
    text, day = split(options.snapshots[0])
    lake = opened(text)
    try:
        choice = choice_of(options)
        return len(clusters_of(lake, choice, moment_of(choice, day))) > 1
    except LakeError as error:
        raise UserError(str(error)) from None
    finally:
        lake.close()


def check_fleet(options: argparse.Namespace, ignore: "Sequence[str]", form: str) -> "FleetResult":
    """Judge all clusters that are meant, write the report, and return the result.

    Raises:
        UserError: the lake or the engine cannot be used.
    """
    from podpath.lake.arguments import clusters_of, moment_of, split
    from podpath.lake.place import LakeError

    if form not in _FORMATS:
        raise UserError(
            tr(
                "the report of several clusters is {formats}; choose one with --cluster for {form}",
                formats=", ".join(_FORMATS),
                form=form,
            )
        )
    text, day = split(options.snapshots[0])
    lake = opened(text)
    try:
        choice = choice_of(options)
        moment = moment_of(choice, day)
        fleet = _judged(options, ignore, form, text, moment, clusters_of(lake, choice, moment))
        if not options.no_results:
            _keep(text, fleet)
    except LakeError as error:
        raise UserError(str(error)) from None
    finally:
        lake.close()
    write(_rendered(fleet, form, options), options.output, options.mode)
    return fleet


def _judged(
    options: argparse.Namespace, ignore: "Sequence[str]", form: str, text: str, moment: "Moment", clusters: list[str]
) -> "FleetResult":
    import os

    from podpath.lake.across import fleet_of
    from podpath.lake.engine import LOCAL, run_tasks, workers_of
    from podpath.lake.judge import ClusterTask
    from podpath.lake.place import is_url
    from podpath.report.fleet import streamed

    workers = workers_of(options.workers, len(clusters))
    threads = max(1, len(os.sched_getaffinity(0)) // workers)
    url = text if is_url(text) else str(Path(text).absolute())
    tasks = [
        ClusterTask(url, cluster, moment, options.mesh or "", tuple(ignore), threads, form == "html") for cluster in clusters
    ]
    results: list[ClusterResult] = []
    with Progress() as progress:
        progress.step(f"judging {len(tasks)} clusters")
        for result in run_tasks(tasks, options.engine or LOCAL, workers):
            results.append(result)
            for line in streamed(result):
                tell(visible(f"{len(results)}/{len(tasks)} {line}"))
            progress.step(f"judging {len(tasks) - len(results)} clusters")
    return fleet_of(text, str(moment.day), results)


def _keep(text: str, fleet: "FleetResult") -> None:
    """Write the results into the lake; who may only read it is not kept from its report."""
    from podpath.lake.place import LakeError
    from podpath.lake.results import write_results

    lake = opened(text)
    try:
        for result in fleet.clusters:
            write_results(lake, result, fleet.day)
    except LakeError as error:
        tell(tr("what was found is not written into the lake: {error}", error=error))
    finally:
        lake.close()


def _rendered(fleet: "FleetResult", form: str, options: argparse.Namespace) -> str:
    from podpath.report import fleet as report

    if form == "json":
        return report.render(fleet)
    if form == "html":
        from podpath.page.fleet import render

        return render(fleet)
    from podpath.report.terminal import as_ansi, as_text

    plain = options.output is not None
    columns = width()
    lines = report.FleetTerminal(columns, unicode=plain or speaks_unicode(sys.stdout)).lines(fleet)
    return as_ansi(lines, columns) if not plain and wants_color(options.color, sys.stdout) else as_text(lines)
