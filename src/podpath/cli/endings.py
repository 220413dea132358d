"""How a command ends before its time, where that is not at once: by a signal, or by an output that cannot be written."""

import os
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from types import FrameType, TracebackType
from typing import Final

from podpath.cli.halt import halt
from podpath.language import tr
from podpath.state.visible import visible_lines

KILLED: Final = 128
"""Exit status of a command that a signal ends, without the signal's number."""


_LATE: Final = 2


class Terminated(KeyboardInterrupt):
    """A signal asks the command to end; holders of resources release them.

    Args:
        number: the signal.
    """

    def __init__(self, number: int) -> None:
        super().__init__()
        self.number = number


def _raise(number: int, frame: FrameType | None) -> None:
    del frame
    raise Terminated(number)


@contextmanager
def told_by_exceptions() -> Iterator[None]:
    """Turn signals into :class:`Terminated` meanwhile, for what must be put away in order: labs, a server."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)}
    for number, handler in before.items():
        if handler is not signal.SIG_IGN:
            signal.signal(number, _raise)
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@contextmanager
def within(seconds: float | None) -> Iterator[None]:
    """End the command with the exit code of bad usage if it takes longer, wherever it is: in Python, or in DuckDB.

    Args:
        seconds: the time; none means that it has as long as it takes.
    """
    if seconds is None or threading.current_thread() is not threading.main_thread():
        yield
        return

    def late(number: int, frame: FrameType | None) -> None:
        del number, frame
        tell(
            tr(
                "the command took more than {seconds:g} seconds (--timeout), and has no result yet: raise --timeout, "
                "or read fewer nodes",
                seconds=seconds,
            )
        )
        halt(_LATE)

    before = signal.signal(signal.SIGALRM, late)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


@contextmanager
def not_counted() -> Iterator[None]:
    """Stop the clock of :func:`within`: what is done meanwhile has limits of its own."""
    left, _ = signal.setitimer(signal.ITIMER_REAL, 0)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, left)


def forget_output() -> None:
    """Let what could not be written go: the interpreter would try again at its end."""
    with suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    with suppress(OSError, ValueError):
        sys.stdout.flush()


def tell(message: str) -> None:
    """Write a line on standard error, where there is one."""
    try:
        sys.stderr.write(f"podpath: {visible_lines(message)}\n")
        sys.stderr.flush()
    except (OSError, ValueError):
        with suppress(OSError, ValueError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stderr.fileno())


def where(error: BaseException, trace: TracebackType | None) -> str:
    """Return the place in podpath's source at which an error was raised, for a report of the fault."""
    place = ""
    while trace is not None:
        file = trace.tb_frame.f_code.co_filename
        if "podpath" in file:
            place = f"{file.rpartition('/')[2]}:{trace.tb_lineno}"
        trace = trace.tb_next
    return f"{type(error).__name__} at {place}" if place else type(error).__name__
