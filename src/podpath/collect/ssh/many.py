"""Many nodes at once, as many as are allowed; each answer is handed on as it comes, and waits nowhere."""

import asyncio
import signal
import tempfile
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Final, Protocol

from podpath.collect.ssh.host import Host
from podpath.collect.ssh.node import Answer, ask
from podpath.collect.ssh.settings import Settings

_EVERY: Final = 2.0
"""Seconds after which what was delivered is kept for good, however long other nodes take."""
Deliver = Callable[[Answer], None]


class Watcher(Protocol):
    """Is told how far each node is."""

    def started(self, host: Host) -> None:
        """Say that a node is being asked."""

    def heard(self, host: Host, size: int) -> None:
        """Say how many bytes have come of a node."""

    def finished(self, answer: Answer) -> None:
        """Say what came of a node."""


class InterruptedCollectionError(Exception):
    """Somebody ended the collection; what was delivered before is whole."""


def ask_all(
    hosts: Sequence[Host],
    settings: Settings,
    deliver: Deliver,
    watcher: Watcher,
    keep: Callable[[], None] = lambda: None,
    stop: Callable[[], None] = lambda: None,
) -> None:
    """Ask every host.

    Args:
        hosts: the hosts.
        settings: how they are asked.
        deliver: takes an answer, one at a time and in a thread of its own; its file is gone afterwards.
        watcher: is told how far it is.
        keep: called again and again, in the thread of ``deliver``: what was delivered is to be kept for good.
        stop: called when a signal ends it: ``deliver`` is to return soon.

    Raises:
        InterruptedCollectionError: a signal (SIGINT, SIGTERM, SIGHUP) ended it; no ssh is left.
        OSError: ssh cannot be started.
    """
    with tempfile.TemporaryDirectory(prefix="podpath-ssh-") as folder, ThreadPoolExecutor(1, "podpath-store") as executor:
        try:
            asyncio.run(_all(hosts, settings, deliver, watcher, keep, stop, Path(folder), executor))
        except asyncio.CancelledError:
            raise InterruptedCollectionError from None


@contextmanager
def _ended_by_signals(task: "asyncio.Task[None]", stop: Callable[[], None]) -> Iterator[None]:
    def end() -> None:
        stop()
        task.cancel()

    loop = asyncio.get_running_loop()
    numbers = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    added = []
    for number in numbers:
        try:
            loop.add_signal_handler(number, end)
            added.append(number)
        except (RuntimeError, ValueError):  # not the main thread: somebody else's to handle
            break
    try:
        yield
    finally:
        for number in added:
            loop.remove_signal_handler(number)


async def _all(
    hosts: Sequence[Host],
    settings: Settings,
    deliver: Deliver,
    watcher: Watcher,
    keep: Callable[[], None],
    stop: Callable[[], None],
    folder: Path,
    executor: ThreadPoolExecutor,
) -> None:
    waiting = iter(enumerate(hosts))
    one_at_a_time = asyncio.Lock()
    loop = asyncio.get_running_loop()

    async def work() -> None:
        for number, host in waiting:
            watcher.started(host)
            file = folder / str(number)
            answer = await ask(host, settings, file, lambda size, host=host: watcher.heard(host, size))  # type: ignore[misc]
            # Who waits here asks nobody else: there are never more answers on the disk than nodes asked at once.
            async with one_at_a_time:
                # What is half in the store would have to be taken out again.
                await asyncio.shield(loop.run_in_executor(executor, deliver, answer))
            file.unlink(missing_ok=True)
            watcher.finished(answer)

    async def keep_it() -> None:
        while True:
            await asyncio.sleep(_EVERY)
            async with one_at_a_time:
                await asyncio.shield(loop.run_in_executor(executor, keep))

    current = asyncio.current_task()
    assert current is not None  # noqa: S101 - asyncio.run made one
    with _ended_by_signals(current, stop):
        keeper = loop.create_task(keep_it())
        try:
            async with asyncio.TaskGroup() as group:
                for _ in range(min(len(hosts), 1 if settings.ask else settings.jobs)):
                    group.create_task(work())
        except ExceptionGroup as errors:
            raise errors.exceptions[0] from None
        finally:
            keeper.cancel()
