"""One node over ssh: tries, and what came of them."""

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
from podpath.collect.ssh.words import may_pass, told

_PAUSE: Final = 0.5
_MEGABYTE: Final = 1_000_000


class Answer(NamedTuple):
    """What asking one node gave.

    Attributes:
        host: the host.
        file: what it printed; none where it printed nothing that is of use.
        began: when it was asked, in seconds since 1970 by this machine's clock.
        ended: when its answer was there.
        clock: seconds by which its clock is ahead of this machine's.
        clock_error: seconds by which that may be wrong.
        root: what ran there ran as root.
        machine: equal for two names of one host, and for nothing else; empty if not known.
        problem: why nothing, or not all, was read; none where all is there.
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
    """Ask a node, again after a failure that may pass.

    Args:
        host: the node.
        settings: how it is asked.
        file: where its answer goes.
        heard: told how many bytes have come so far.

    Raises:
        OSError: ssh cannot be started, or the file cannot be written.
    """
    for number in range(1, settings.retries + 2):
        answer = (await _once(host, settings, file, heard))._replace(tries=number)
        if answer.problem is None or number > settings.retries or not _again(answer):
            return answer
        await asyncio.sleep(_PAUSE * number)
    raise AssertionError(host)


def _again(answer: Answer) -> bool:
    """Say whether it is worth another try: a time that is up is not, it would cost the same time again."""
    return answer.problem is not None and not answer.problem.startswith(_SLOW) and may_pass(answer.problem)


_SLOW: Final = ("it said nothing", "it was not done", "it prints", "it printed")


async def _once(host: Host, settings: Settings, file: Path, heard: Callable[[int], None]) -> Answer:
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
        return Answer(host, None, began, began + waited, problem=problem)
    clock = error = None
    if greeting.clock is not None:
        clock, error = greeting.clock - talk.greeted, talk.greeted - began + (0 if greeting.precise else 1)
    return Answer(
        host, file, began, began + waited, clock, error, greeting.root, greeting.machine, problem, size=talk.size
    )  # fmt: skip


def _problem(end: End, talk: Talk, settings: Settings, waited: float) -> str:
    """Return why an answer is not whole, with the words of ssh or of the node."""
    words = told(talk.errors, talk.noise)
    so_far = f" after {talk.size / _MEGABYTE:.1f} MB" if talk.greeting is not None else ""
    if end is End.CLOSED:
        return f"the connection ended in the middle{so_far}: {words or 'ssh does not say why'}" if so_far else words or _NO_WORDS
    reasons = {
        End.SILENT: f"it said nothing for {min(settings.silence, settings.timeout):g} seconds{so_far}",
        End.LATE: f"it was not done within {waited:.0f} seconds{so_far} (--timeout)",
        End.TOO_LONG: f"it printed more than {settings.largest / _MEGABYTE:.0f} MB, the rest was not taken",
        End.NOISE: "it prints without end before the script runs; look at what its shell does at login",
    }
    return f"{reasons[end]}{f': {words}' if words and talk.greeting is None else ''}"


_NO_WORDS: Final = "ssh ended without a word, and the script was not run"


def how_to_learn(host: Host, settings: Settings) -> str:
    """Return the command that would tell what this node did not."""
    words = ["podpath", "collect", "--ssh", spelled(host)]
    words += ["--sudo"] if settings.sudo or host.sudo else []
    return shlex.join([*words, "-o", f"{host.name.replace('/', '_')}.podpath"])
