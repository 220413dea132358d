"""Tasks on a pool of processes and on a Dask cluster; the answer is the same when a worker is killed half-way."""

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from benchmarks.clusters import damages
from podpath.lake.engine import run_tasks, started, workers_of
from podpath.lake.judge import ClusterTask
from podpath.lake.place import LakeError, LakeFolder
from podpath.state.fleet import ClusterResult
from tests.lake.helper import made, now, pushed

pytestmark = pytest.mark.timeout(180)
NAMES = ("a", "b", "c", "d")


@pytest.fixture(scope="module")
def lake(tmp_path_factory: pytest.TempPathFactory) -> LakeFolder:
    """Return a lake of four clusters, each with damages of its own."""
    folder = tmp_path_factory.mktemp("fleet")
    found = LakeFolder(str(folder / "lake"))
    for seed, name in enumerate(NAMES):
        pushed(found, name, made(folder / f"{name}.podpath", 34, list(damages(34, 2, seed))))
    return found


def tasks(lake: LakeFolder) -> list[ClusterTask]:
    """Return a task for each cluster."""
    return [ClusterTask(lake.url, name, now(), "sums", threads=1) for name in NAMES]


def told(results: list[ClusterResult]) -> dict[str, set[tuple[str, str]]]:
    """Return the broken pairs of each cluster."""
    assert [one.problem for one in results] == [None] * len(results)
    return {
        one.cluster: {(pair.source, pair.target) for pair in one.report.overlays[0].pairs if pair.status == "broken"}
        for one in results
        if one.report is not None
    }


WANTED = {name: {(f"node-{one.node}", f"node-{one.peer}") for one in damages(34, 2, seed)} for seed, name in enumerate(NAMES)}


def children(pid: int) -> list[int]:
    """Return the processes that a process started and that run Python code of a pool."""
    found = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [int(each) for each in found if b"spawn_main" in Path(f"/proc/{each}/cmdline").read_bytes()]


def test_a_pool_of_processes_judges_all_clusters(lake: LakeFolder) -> None:
    """As many as there are processors, and none too many."""
    assert told(list(run_tasks(tasks(lake), "local", 2))) == WANTED
    assert (workers_of(8, 3), workers_of(1, 3), workers_of(None, 100)) == (3, 1, len(os.sched_getaffinity(0)))


def test_a_killed_process_changes_nothing(lake: LakeFolder) -> None:
    """Its tasks are given out again."""
    before = set(children(os.getpid()))

    def kill() -> None:
        until = time.monotonic() + 60
        while time.monotonic() < until:
            mine = set(children(os.getpid())) - before
            if mine:
                os.kill(min(mine), signal.SIGKILL)
                return
            threading.Event().wait(0.05)

    killer = threading.Thread(target=kill)
    killer.start()
    found = told(list(run_tasks(tasks(lake), "local", 2)))
    killer.join()
    assert found == WANTED


def test_processes_end_when_podpath_is_killed() -> None:
    """None of them waits for tasks forever."""
    code = (
        "import os, sys, time; from podpath.lake.engine import started\n"
        "if __name__ == '__main__':\n"
        "    with started('local', 1) as engine:\n"
        "        print(engine.executor.submit(os.getpid).result(), flush=True); time.sleep(100)\n"
    )
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        worker = int(process.stdout.readline())
        process.kill()
    until = time.monotonic() + 60
    while Path(f"/proc/{worker}/cmdline").exists() and Path(f"/proc/{worker}/cmdline").read_bytes():
        assert time.monotonic() < until
        threading.Event().wait(0.05)


@pytest.mark.parametrize("engine", ["spark", "dask://127.0.0.1:1"])
def test_an_engine_that_is_none_is_said(lake: LakeFolder, engine: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """At once, with what may be given, or with the address."""
    monkeypatch.setattr("podpath.lake.engine._PATIENCE", 1)
    with (
        pytest.raises(LakeError, match="there is no engine" if engine == "spark" else "no scheduler answers"),
        started(engine, 1),
    ):
        pass
    with pytest.raises(LakeError):
        list(run_tasks(tasks(lake), engine, 1))


class DaskProcesses:
    """A scheduler and two workers of Dask, each a process."""

    def __init__(self, folder: Path) -> None:
        with socket.create_server(("127.0.0.1", 0)) as server:
            self.port = server.getsockname()[1]
        self._folder = folder
        self.scheduler = self.start_scheduler()
        self.workers = [self._worker() for _ in range(2)]

    def start_scheduler(self) -> subprocess.Popen[bytes]:
        """Start a scheduler at the port."""
        return self._start("scheduler", "--host", "127.0.0.1", "--port", str(self.port))

    def _worker(self) -> subprocess.Popen[bytes]:
        return self._start("worker", f"tcp://127.0.0.1:{self.port}", "--nthreads", "1", "--no-nanny")

    def restart(self) -> None:
        """Kill the scheduler and start it again; workers end with their scheduler, and whatever runs them starts them again."""
        self.scheduler.kill()
        self.scheduler.wait()
        self.scheduler = self.start_scheduler()
        self.workers.append(self._worker())

    def _start(self, kind: str, *words: str) -> subprocess.Popen[bytes]:
        code = f"from distributed.cli.dask_{kind} import main; main()"
        extra = ("--no-dashboard",) if kind == "worker" else ("--no-dashboard", "--no-show")
        with (self._folder / f"{kind}.log").open("ab") as log:
            # What is killed leaves its folder: it stands in the test's own.
            env = {**os.environ, "DASK_TEMPORARY_DIRECTORY": str(self._folder)}
            return subprocess.Popen([sys.executable, "-W", "ignore", "-c", code, *words, *extra], stdout=log, stderr=log, env=env)

    def stop(self) -> None:
        """End all of them."""
        for process in (*self.workers, self.scheduler):
            process.kill()
            process.wait()


@contextmanager
def dask(folder: Path) -> Iterator[DaskProcesses]:
    """Run a Dask cluster of two worker processes on the loopback device."""
    pytest.importorskip("distributed")
    processes = DaskProcesses(folder)
    try:
        yield processes
    finally:
        processes.stop()


@pytest.mark.long
@pytest.mark.filterwarnings("ignore")
def test_dask_judges_the_same_and_loses_nothing(lake: LakeFolder, tmp_path: Path) -> None:
    """With two workers; when one is killed half-way; and when the scheduler is started again."""
    with dask(tmp_path) as processes:
        engine = f"dask://127.0.0.1:{processes.port}"
        assert told(list(run_tasks(tasks(lake), engine, 1))) == WANTED
        running = run_tasks(tasks(lake), engine, 1)
        first = next(running)
        processes.workers[0].kill()
        assert told([first, *running]) == WANTED
        running = run_tasks(tasks(lake), engine, 1)
        first = next(running)
        processes.restart()
        assert told([first, *running]) == WANTED
