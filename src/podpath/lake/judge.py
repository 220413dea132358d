"""One cluster of a lake, judged: a task that any process on any machine can do, as long as it sees the lake."""

import time
from contextlib import AbstractContextManager, ExitStack, nullcontext
from functools import partial
from typing import TYPE_CHECKING, Final, Literal, NamedTuple

from podpath.lake.inventory import Moment, first_line, take_inventory
from podpath.lake.layout import ENTRIES, PEERS, TABLES
from podpath.lake.load import TRUTH, ClusterLoader
from podpath.lake.place import LakeError, open_lake
from podpath.snapshot import leftovers
from podpath.state.fleet import ClusterResult

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from podpath.page.tables import PackedTable
    from podpath.snapshot.store import Store
    from podpath.state.finding import Report

Mesh = Literal["", "sums", "rows"]
"""Whether the mesh alone is judged, and by what: the sums that nodes wrote, or those of the rows that they wrote."""

_IN_MEMORY: Final = 3_000_000
"""Maximum number of entries for peers that a store in memory takes; more are kept in a file."""
_MEMORY: Final = "1500MB"


class ClusterTask(NamedTuple):
    """A cluster to be judged.

    Attributes:
        lake: the lake, as every worker can open it.
        cluster: name of the cluster.
        moment: the time that is meant.
        mesh: the mesh alone is judged, and how; empty for all checks.
        ignore: names of checks to leave out.
        threads: threads that one task may use; 0 leaves it to DuckDB.
        page: an HTML page of the cluster is wanted, too.
    """

    lake: str
    cluster: str
    moment: Moment
    mesh: Mesh = ""
    ignore: tuple[str, ...] = ()
    threads: int = 0
    page: bool = False


def judge_cluster(task: ClusterTask) -> ClusterResult:
    """Judge a cluster; whatever goes wrong is in the result, and other clusters are judged all the same."""
    began = time.perf_counter()
    try:
        result = _judged(task)
    except LakeError as error:
        result = ClusterResult(task.cluster, 0, None, None, problem=str(error))
    except Exception as error:  # noqa: BLE001 - a lake may hold anything: it is that cluster's loss, and no other's
        result = ClusterResult(task.cluster, 0, None, None, problem=f"{type(error).__name__}: {first_line(error)}")
    return result._replace(seconds=time.perf_counter() - began)


def _judged(task: ClusterTask) -> ClusterResult:
    lake = open_lake(task.lake)
    try:
        inventory = take_inventory(lake, task.cluster, task.moment)
        tables: Collection[str] = TRUTH if task.mesh else TABLES
        loader = ClusterLoader(lake, inventory, tables, peers=not task.mesh)
        if not loader.captures:
            return ClusterResult(task.cluster, 0, None, None, tuple(loader.troubles), problem="no capture of it can be used")
        return _of_loader(task, loader)
    finally:
        lake.close()


def _of_loader(task: ClusterTask, loader: ClusterLoader) -> ClusterResult:
    from podpath.checks.engine.run import run_checks
    from podpath.lake.traits import traits_of
    from podpath.snapshot.link_up import link_up
    from podpath.snapshot.store import Store

    with ExitStack() as stack:
        large = not task.mesh and _peers(loader) > _IN_MEMORY
        file = stack.enter_context(leftovers.folder()) / "cluster" if large else None
        store = stack.enter_context(Store(file))
        settings = f"SET memory_limit = '{_MEMORY}'" + (f"; SET threads = {task.threads}" if task.threads else "")
        store.connection.execute(settings)
        loader.fill(store)
        page = ""
        if task.mesh:
            report, by_rows = _mesh(task, loader, store)
        else:
            store.tune()
            link_up(store)
            # A page packs the tables while the checks are run.
            with _packing(store) if task.page else nullcontext() as held:
                report, by_rows = run_checks(store, task.ignore), len(loader.captures)
                page = _page(store, report, held) if held is not None else ""
        traits = traits_of(store)
    return ClusterResult(task.cluster, len(loader.captures), report, traits, tuple(loader.troubles), by_rows, page=page)


def _mesh(task: ClusterTask, loader: ClusterLoader, store: "Store") -> "tuple[Report, int]":
    """Judge the mesh alone; return the number of nodes whose rows that took, too."""
    from podpath.checks.engine.run import run_mesh
    from podpath.checks.overlay.mesh.sums import KnownSums, md5_sum, quick_sum

    method: Callable[[str], str] = md5_sum if task.mesh == "sums" else quick_sum
    sums = loader.sums(store) if task.mesh == "sums" else loader.sums_of_rows(store, method)
    known = KnownSums(sums, method, partial(loader.fetch, store))
    report = run_mesh(store, known, task.ignore)
    if not _someone_lacks_a_device(store):
        return report, len(known.fetched)
    # Only the entries of the others tell that it has lost one.
    loader.fetch(store, {ns for (ns,) in store.raw("SELECT ns FROM netns")} - known.fetched)
    return run_mesh(store, None, task.ignore), len(loader.captures)


def _someone_lacks_a_device(store: "Store") -> bool:
    """Say whether a captured node has no device in an overlay that others are in, by the table that judging has made."""
    hosts = (
        "SELECT DISTINCT node FROM netns WHERE kind = 'host'"
        " AND ns NOT IN (SELECT ns FROM capture WHERE way IS NULL AND problem IS NOT NULL)"
    )
    ((count,),) = store.raw(f"SELECT count(*) FROM ({hosts})")
    members = store.raw(f"SELECT count(DISTINCT node) FROM vtep WHERE node IN ({hosts}) GROUP BY overlay")
    return not members or any(held < count for (held,) in members)


def _packing(store: "Store") -> "AbstractContextManager[Callable[[], list[PackedTable]]]":
    from podpath.page.tables import packing

    return packing(store)


def _page(store: "Store", report: "Report", held: "Callable[[], list[PackedTable]]") -> str:
    """Return a cluster's own page; one that cannot be drawn is none, and its report is in the fleet's all the same."""
    from podpath.page.report import render
    from podpath.picture.layout_engine import LayoutError

    try:
        return render(store, report, held)
    except LayoutError:
        return ""


def _peers(loader: ClusterLoader) -> int:
    """Return how many entries for peers the captures hold."""
    parts = {capture.marker: capture.parts for capture in loader.captures.values()}
    return sum(part.rows for listed in parts.values() for part in listed if part.part == PEERS and part.table in ENTRIES)
