"""The loop that each process of a lab runs: callbacks for files, for times, and for children that ended."""

import heapq
import os
import select
import signal
import time
from collections.abc import Callable
from itertools import count
from types import FrameType
from typing import Protocol

READ = select.EPOLLIN
WRITE = select.EPOLLOUT


class HasFile(Protocol):
    """What a selector can wait for."""

    def fileno(self) -> int:
        """Return the file descriptor."""


class Timer:
    """A callback in the future; :meth:`cancel` calls it off."""

    def __init__(self, callback: Callable[[], None]) -> None:
        self.callback: Callable[[], None] | None = callback

    def cancel(self) -> None:
        """Never call back."""
        self.callback = None


class Loop:
    """Callbacks for files and times, one after the other, until :meth:`stop`."""

    def __init__(self) -> None:
        self._epoll = select.epoll()
        self._callbacks: dict[int, Callable[[], None]] = {}
        self._timers: list[tuple[float, int, Timer]] = []
        self._order = count()
        self._running = True

    @staticmethod
    def now() -> float:
        """Return the time of timers, in seconds."""
        return time.monotonic()

    def watch(self, file: HasFile | int, callback: Callable[[], None], events: int = READ) -> None:
        """Call back whenever a file is ready, or has failed."""
        number = file if isinstance(file, int) else file.fileno()
        self._epoll.register(number, events)
        self._callbacks[number] = callback

    def change(self, file: HasFile, events: int) -> None:
        """Wait for something else on a file that is watched."""
        self._epoll.modify(file.fileno(), events)

    def forget(self, file: HasFile) -> None:
        """Watch a file no more; it must still be open."""
        if self._callbacks.pop(file.fileno(), None) is not None:
            self._epoll.unregister(file.fileno())

    def after(self, seconds: float, callback: Callable[[], None]) -> Timer:
        """Call back once, later."""
        timer = Timer(callback)
        heapq.heappush(self._timers, (time.monotonic() + seconds, next(self._order), timer))
        return timer

    def on_child(self, callback: Callable[[int, int], None]) -> None:
        """Reap children, adopted ones too, and call back with process id and exit code (negative: the signal)."""
        reader, writer = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
        signal.set_wakeup_fd(writer, warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, _nothing)

        def reap() -> None:
            os.read(reader, 4096)
            while True:
                try:
                    process, status = os.waitpid(-1, os.WNOHANG)
                except ChildProcessError:
                    return
                if process == 0:
                    return
                callback(process, os.waitstatus_to_exitcode(status))

        self.watch(reader, reap)
        os.write(writer, b"\0")  # some may have ended already

    def stop(self) -> None:
        """End :meth:`run` after the callback that says so."""
        self._running = False

    def run(self) -> None:
        """Call back until stopped."""
        while self._running:
            # Files go first: an answer that is already there is never too late.
            ready = [(number, self._callbacks.get(number)) for number, _ in self._epoll.poll(self._patience())]
            for number, callback in ready:
                # A callback before this one may have closed the file.
                if callback is not None and self._callbacks.get(number) is callback:
                    callback()
            now = time.monotonic()
            while self._timers and self._timers[0][0] <= now:
                timer = heapq.heappop(self._timers)[2]
                if timer.callback is not None:
                    timer.callback()

    def _patience(self) -> float | None:
        while self._timers and self._timers[0][2].callback is None:
            heapq.heappop(self._timers)
        return max(0.0, self._timers[0][0] - time.monotonic()) if self._timers else None


def _nothing(number: int, frame: FrameType | None) -> None:
    """Let a signal wake the selector."""
    del number, frame
