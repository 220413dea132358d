"""Tasks on an engine that exists: a pool of processes, or a Dask cluster. Behind both is ``concurrent.futures.Executor``.

A task that is lost with its worker is given out again; what a task itself says is final.
"""

import os
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, CancelledError, Executor, Future, ProcessPoolExecutor, wait
from contextlib import contextmanager, suppress
from multiprocessing import active_children, connection, get_context, parent_process
from multiprocessing.process import BaseProcess
from threading import Thread
from typing import Final, NamedTuple

from podpath.lake.inventory import first_line
from podpath.lake.judge import ClusterTask, judge_cluster
from podpath.lake.place import LakeError
from podpath.state.fleet import ClusterResult

LOCAL: Final = "local"
DASK: Final = "dask://"
_TRIES: Final = 3
_PAUSE: Final = 1.0
_GRACE: Final = 5
"""Seconds in which a process without tasks has to end by itself."""
_PATIENCE: Final = 20
"""Seconds in which a scheduler must answer."""


class Engine(NamedTuple):
    """What runs tasks.

    Attributes:
        executor: takes them.
        lost: says whether the tasks that it took are lost, although nothing was said of them.
    """

    executor: Executor
    lost: Callable[[], bool]


def workers_of(wanted: int | None, tasks: int) -> int:
    """Return how many processes a pool has: one for each processor, or as many as were asked for, and none too many."""
    return max(1, min(wanted or len(os.sched_getaffinity(0)), tasks))


@contextmanager
def started(engine: str, workers: int) -> Iterator[Engine]:
    """Yield what runs tasks.

    Args:
        engine: ``local``, or ``dask://HOST:PORT``.
        workers: number of processes of a local pool.

    Raises:
        LakeError: there is no such engine, it does not answer, or its library is not installed.
    """
    if engine == LOCAL:
        with _pool(workers) as found:
            yield found
    elif engine.startswith(DASK):
        with _dask(engine.removeprefix(DASK)) as found:
            yield found
    else:
        raise LakeError(f'there is no engine "{engine}"; use local, or dask://HOST:PORT')


def _end_with_parent() -> None:
    """Let a process of the pool end when podpath is killed: nobody gives it tasks any more."""

    def watch() -> None:
        parent = parent_process()
        if parent is not None:
            connection.wait([parent.sentinel])
            os._exit(1)

    Thread(target=watch, daemon=True).start()


@contextmanager
def _pool(workers: int) -> Iterator[Engine]:
    before = set(active_children())
    seen: set[object] = set()

    def lost() -> bool:
        """Say whether a process has died; the pool itself notices that, but not always."""
        alive = set(active_children()) - before
        seen.update(alive)
        return len(alive) < len(seen)

    # Fork would copy the threads of DuckDB as they are.
    pool = ProcessPoolExecutor(workers, mp_context=get_context("spawn"), initializer=_end_with_parent)
    try:
        yield Engine(pool, lost)
    finally:
        # A killed process may hold the lock of the queue that another one waits for, which then never ends.
        pool.shutdown(wait=False, cancel_futures=True)
        for child in _left(set(active_children()) - before, 0 if lost() else _GRACE):
            child.kill()


def _left(children: set[BaseProcess], seconds: float) -> set[BaseProcess]:
    """Return the processes that have not ended by themselves after some time; the pool itself collects the others."""
    until = time.monotonic() + seconds
    while children and (rest := until - time.monotonic()) > 0:
        ended = connection.wait([child.sentinel for child in children], rest)
        children = {child for child in children if child.sentinel not in ended}
    return children


@contextmanager
def _dask(address: str) -> Iterator[Engine]:
    try:
        from distributed import Client
    except ImportError:
        raise LakeError("Dask is not installed: pip install 'podpath[fleet]'") from None
    try:
        client = Client(f"tcp://{address}", timeout=_PATIENCE, set_as_default=False)
    except (OSError, ValueError) as error:
        raise LakeError(f"dask://{address}: no scheduler answers ({first_line(error)})") from None
    try:
        # A client that lost its scheduler forgets its tasks, and those who wait never hear of it.
        yield Engine(client.get_executor(retries=_TRIES), lambda: client.status != "running" or not client.futures)
    finally:
        with suppress(Exception):  # the scheduler may be gone: then there is nothing to say goodbye to
            client.close(timeout=1)


def run_tasks(tasks: Sequence[ClusterTask], engine: str, workers: int) -> Iterator[ClusterResult]:
    """Yield the result of each task as it comes.

    Args:
        tasks: the tasks.
        engine: ``local``, or ``dask://HOST:PORT``.
        workers: number of processes of a local pool.

    Raises:
        LakeError: there is no such engine, or it does not answer.
    """
    waiting = {task.cluster: task for task in tasks}
    if engine == LOCAL and len(tasks) == 1:
        yield judge_cluster(tasks[0])  # another process would only have to be started
        return
    for attempt in range(_TRIES):
        if not waiting:
            return
        if attempt:
            time.sleep(_PAUSE)
        try:
            with started(engine, workers if attempt < _TRIES - 1 else 1) as running:
                for result in _completed(running, waiting):
                    del waiting[result.cluster]
                    yield result
        except LakeError:
            if attempt in (0, _TRIES - 1):
                raise
    for task in waiting.values():
        yield ClusterResult(task.cluster, 0, None, None, problem=f"its worker was lost {_TRIES} times")


def _completed(running: Engine, waiting: dict[str, ClusterTask]) -> Iterator[ClusterResult]:
    """Yield the results of tasks whose workers were not lost."""
    pending: set[Future[ClusterResult]] = set()
    # A pool or a client that has broken takes no more tasks; the rest is for the next one.
    with suppress(Exception):
        pending.update([running.executor.submit(judge_cluster, task) for task in list(waiting.values())])
    while pending:
        done, pending = wait(pending, timeout=_PAUSE, return_when=FIRST_COMPLETED)
        for future in done:
            # A task catches its own errors: what comes out here is the loss of its worker, or of the scheduler.
            try:
                result = future.result()
            except (Exception, CancelledError):  # noqa: BLE001, S112 - engines have errors of their own: try again
                continue
            yield result
        if pending and not done and running.lost():
            return
