"""One node over ssh, or as the settings reach it: tries, and what came of them."""

import asyncio
import secrets
import shlex
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final, NamedTuple

from podpath.collect.ssh.host import Host, spelled
from podpath.collect.ssh.remote import program
from podpath.collect.ssh.settings import Settings, command
from podpath.collect.ssh.talk import End, Talk, converse
from podpath.collect.ssh.words import has_no_shell, may_pass, told

_PAUSE: Final = 0.5
_MEGABYTE: Final = 1_000_000


class Answer(NamedTuple):
    """What asking one node gave.

    Attributes:
        host: the host.
        file: what it printed, or None if it printed nothing that is of use.
        began: when it was asked, in seconds since 1970 by this machine's clock.
        ended: when its answer was there.
        clock: seconds by which its clock is ahead of this machine's.
        clock_error: seconds by which that may be wrong.
        root: what ran there ran as root.
        machine: equal for two names of one host, and for nothing else; empty if not known.
        problem: why nothing, or not all, was read, or None if all is there.
        tries: how often it was asked.
        size: bytes of the answer.
    """

    host: Host
    file: Path | None
    began: float
    ended: float
    clock: float | None = None
    clock_error: float | None = None
    root: bool = False
    machine: str = ""
    problem: str | None = None
    tries: int = 1
    size: int = 0


async def ask(host: Host, settings: Settings, file: Path, heard: Callable[[int], None]) -> Answer:
    """Ask a node, again after a failure that may pass, and by another container of it where one has no shell.

    Args:
        host: the node.
        settings: how it is asked.
        file: where its answer goes.
        heard: told how many bytes have come so far.

    Raises:
        OSError: the program that reaches it cannot be started, or the file cannot be written.
    """
    answer = await _tried(host, settings, file, heard)
    if host.other is None or answer.file is not None or not has_no_shell(answer.problem or ""):
        return answer
    return await ask(host.other, settings, file, heard)


async def _tried(host: Host, settings: Settings, file: Path, heard: Callable[[int], None]) -> Answer:
    for number in range(1, settings.retries + 2):
        answer, end = await _once(host, settings, file, heard)
        if answer.problem is None or number > settings.retries or not _again(answer.problem, end):
            return answer._replace(tries=number)
        await asyncio.sleep(_PAUSE * number)
    raise AssertionError(host)


def _again(problem: str, end: End) -> bool:
    """Say whether another try may help: a node that was too slow, or printed too much, would cost the same time again."""
    return end is End.CLOSED and may_pass(problem)


async def _once(host: Host, settings: Settings, file: Path, heard: Callable[[int], None]) -> tuple[Answer, End]:
    mark = secrets.token_hex(16)
    began, started = time.time(), time.monotonic()
    with file.open("wb") as answer:
        talk = Talk(mark, answer, settings.largest, heard)
        end = await converse(
            command(host, settings), program(mark), talk, min(settings.silence, settings.timeout), settings.timeout,
            ask=settings.ask,
        )  # fmt: skip
    waited = time.monotonic() - started
    problem = None if end is End.WHOLE else _problem(end, talk, settings, waited)
    greeting = talk.greeting
    if greeting is None:
        return Answer(host, None, began, began + waited, problem=problem), end
    clock = error = None
    if greeting.clock is not None:
        clock, error = greeting.clock - talk.greeted, talk.greeted - began + (0 if greeting.precise else 1)
    answered = Answer(
        host, file, began, began + waited, clock, error, greeting.root, greeting.machine, problem, size=talk.size
    )  # fmt: skip
    return answered, end


def _problem(end: End, talk: Talk, settings: Settings, waited: float) -> str:
    """Return why an answer is not whole, with the words of the node, or of what reaches it."""
    words = told(talk.errors, talk.noise)
    so_far = f" after {talk.size / _MEGABYTE:.1f} MB" if talk.greeting is not None else ""
    if end is End.CLOSED:
        if so_far:
            return f"the connection ended in the middle{so_far}: {words or f'{settings.program} does not say why'}"
        return words or f"{settings.program} ended without a message, and the script did not run"
    reasons = {
        End.SILENT: f"it sent nothing for {min(settings.silence, settings.timeout):g} seconds{so_far}",
        End.LATE: f"it did not finish within {waited:.0f} seconds{so_far} (--timeout)",
        End.TOO_LONG: f"it printed more than {settings.largest / _MEGABYTE:.0f} MB; podpath did not read the rest",
        End.NOISE: "it prints without end before the script runs; check what its shell does at login",
    }
    return f"{reasons[end]}{f': {words}' if words and talk.greeting is None else ''}"


def how_to_learn(host: Host, settings: Settings) -> str:
    """Return the command that shows what this node did not."""
    if settings.way is not None:
        return settings.way.instead
    words = ["podpath", "collect", "--ssh", spelled(host)]
    words += ["--sudo"] if settings.sudo or host.sudo else []
    return shlex.join([*words, "-o", f"{host.name.replace('/', '_')}.podpath"])
