"""What processes of ssh have in common, however they are talked to: who may ask on the terminal, and how they end."""

import os
import signal
from contextlib import suppress
from typing import NamedTuple


class Surroundings(NamedTuple):
    """What a process is started with.

    Attributes:
        start_new_session: it has no terminal, and its helpers (jump hosts) are one group with it.
        env: its environment.
    """

    start_new_session: bool
    env: dict[str, str]


def surroundings(*, ask: bool) -> Surroundings:
    """Return what ssh is started with.

    Args:
        ask: it keeps the terminal, to ask there; else it asks nowhere.
    """
    quiet = {} if ask else {"SSH_ASKPASS_REQUIRE": "never"}
    return Surroundings(not ask, {**os.environ, **quiet})


def kill(pid: int, *, group: bool) -> None:
    """End a process that has not ended by itself, with what it started where that is a group of its own."""
    with suppress(ProcessLookupError, PermissionError):
        (os.killpg if group else os.kill)(pid, signal.SIGKILL)
