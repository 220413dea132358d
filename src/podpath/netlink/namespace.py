"""Entering network namespaces (setns(2)): by threads of their own, which always leave."""

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from types import TracebackType
from typing import Final, Self, TypeVar

from podpath.netlink.libc import call

_CLONE_NEWNET: Final = 0x40000000
T = TypeVar("T")


def _setns(descriptor: int) -> None:
    """Move the calling thread, and no other, into a network namespace.

    Raises:
        OSError: it is no network namespace, or CAP_SYS_ADMIN is lacking.
    """
    if hasattr(os, "setns"):  # Python 3.12
        os.setns(descriptor, _CLONE_NEWNET)
    else:
        call("setns", descriptor, _CLONE_NEWNET)


class Visitor:
    """Does work inside network namespaces, in threads of its own.

    Args:
        threads: how many may be in a namespace at once, each in another one or the same.

    The network namespace belongs to a thread, and the caller's thread never leaves its own. After each visit the thread
    returns to its first namespace, whatever happened inside; if that fails, the next visit first enters the one that it needs.
    """

    def __init__(self, threads: int = 1) -> None:
        self._home = os.open("/proc/thread-self/ns/net", os.O_RDONLY | os.O_CLOEXEC)
        self._executor = ThreadPoolExecutor(threads, thread_name_prefix="podpath-netns")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._executor.shutdown()
        os.close(self._home)

    def inside(self, descriptor: int | None, work: Callable[[], T]) -> T:
        """Do work in a namespace, and return what it returns or raise what it raises.

        Args:
            descriptor: the namespace; none is our own, which needs no permission.
            work: what to do there.

        Raises:
            OSError: the namespace cannot be entered.
        """
        return self._executor.submit(self._visit, descriptor, work).result()

    def _visit(self, descriptor: int | None, work: Callable[[], T]) -> T:
        if descriptor is None:
            return work()
        _setns(descriptor)
        try:
            return work()
        finally:
            _setns(self._home)
