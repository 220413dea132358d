"""Files that are their owner's alone (umask(2)). The mask is the whole process's: one thread at a time may change it."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from threading import RLock
from typing import Final

PRIVATE: Final = 0o077
_ALONE: Final = RLock()


@contextmanager
def private_files() -> Iterator[None]:
    """Let files that are made meanwhile be their owner's alone; another thread that wants the same waits."""
    with _ALONE:
        before = os.umask(PRIVATE)
        try:
            yield
        finally:
            os.umask(before)
