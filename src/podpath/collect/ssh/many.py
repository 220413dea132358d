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
"""Seconds after which received data is stored permanently, however long other nodes take."""
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
    """Somebody ended the collection; what was delivered before is whole.

    Args:
        number: the signal that came.
    """

    def __init__(self, number: int) -> None:
        super().__init__()
        self.number = number


def ask_all(
    hosts: Sequence[Host],
    settings: Settings,
    deliver: Deliver,
    watcher: Watcher,
    keep: Callable[[], None] = lambda: None,
    stop: Callable[[], None] = lambda: None,
    within: Path | None = None,
) -> None:
    """Ask every host.

    Args:
        hosts: the hosts.
        settings: how they are asked.
        deliver: takes an answer, one at a time and in a thread of its own; its file is gone afterwards.
        watcher: gets the progress.
        keep: called again and again, in the thread of ``deliver``: what was delivered is to be kept for good.
        stop: called when a signal ends it: ``deliver`` is to return soon.
        within: folder for the answers, until they are delivered; none means the usual one for temporary files.

    Raises:
        InterruptedCollectionError: a signal (SIGINT, SIGTERM, SIGHUP) ended it; no ssh is left.
        OSError: ssh cannot be started.
    """
    came: list[int] = []

    def ended(number: int) -> None:
        came.append(number)
        stop()

    with (
        tempfile.TemporaryDirectory(prefix="podpath-ssh-", dir=within) as folder,
        ThreadPoolExecutor(1, "podpath-store") as executor,
    ):
        try:
            asyncio.run(_all(hosts, settings, deliver, watcher, keep, ended, Path(folder), executor))
        except asyncio.CancelledError:
            raise InterruptedCollectionError(came[0] if came else signal.SIGINT) from None


@contextmanager
def _ended_by_signals(task: "asyncio.Task[None]", stop: Callable[[int], None]) -> Iterator[None]:
    def end(number: int) -> None:
        stop(number)
        task.cancel()

    loop = asyncio.get_running_loop()
    numbers = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    before = [signal.getsignal(number) for number in numbers]
    added = []
    for number in numbers:
        try:
            loop.add_signal_handler(number, end, number)
            added.append(number)
        except (RuntimeError, ValueError):  # not the main thread: somebody else's to handle
            break
    try:
        yield
    finally:
        for number, handler in zip(added, before, strict=False):
            loop.remove_signal_handler(number)
            signal.signal(number, handler)


async def _all(
    hosts: Sequence[Host],
    settings: Settings,
    deliver: Deliver,
    watcher: Watcher,
    keep: Callable[[], None],
    stop: Callable[[int], None],
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
