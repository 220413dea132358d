"""What a runtime is: places where it may be, and a way to ask each without changing anything.

A module of this package with a ``RUNTIME`` is one. It finds its sources (a socket, a state
directory) under a root, and yields what each says; it raises :class:`UnansweredError` where one
is there and does not say it.
"""

import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from podpath.state.evidence import Coverage
from podpath.state.host import Missing


class UnansweredError(Exception):
    """A runtime is there and does not answer; the message says why, in plain words."""


class NotStartedError(UnansweredError):
    """A runtime does not run, and asking it would start it."""


class Heard(NamedTuple):
    """The answer of one runtime to one request.

    Attributes:
        command: what a person types to see the same.
        rows: rows of the types in ``podpath.state.runtime``.
        coverage: what the rows cover; ``part`` is the runtime's name.
        unknowns: what it should have said and did not.
    """

    command: str
    rows: Sequence[NamedTuple]
    coverage: tuple[Coverage, ...] = ()
    unknowns: tuple[Missing, ...] = ()


@dataclass(frozen=True, slots=True)
class Where:
    """Where and for how long to ask.

    Attributes:
        deadline: when to give up, in seconds of ``time.monotonic``.
        root: directory that stands for ``/``.
        environ: environment variables; the runtimes' own clients find their sockets there, too.
    """

    deadline: float
    root: Path = Path("/")
    environ: Mapping[str, str] = field(default_factory=lambda: os.environ)


class Source(NamedTuple):
    """One place that a runtime may be asked at.

    Attributes:
        name: runtime and place, for people.
        command: what a person types to ask it.
        read: yields what it says.
    """

    name: str
    command: str
    read: Callable[[], Iterator[Heard]]


@dataclass(frozen=True, slots=True)
class Runtime:
    """A container runtime.

    Attributes:
        name: its name, as in ``container.runtime``.
        sources: finds the sources to read; empty if the runtime is not on this node.
    """

    name: str
    sources: Callable[[Where], Iterable[Source]]
