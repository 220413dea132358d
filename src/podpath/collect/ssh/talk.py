"""One ssh process: what goes in, what comes out into a file, and when it is over."""

import asyncio
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from enum import Enum
from typing import IO, Final, cast

from podpath.collect.ssh.process import kill, surroundings
from podpath.collect.ssh.remote import Greeting, farewell, find_greeting

_NOISE: Final = 1024 * 1024
"""Bytes that a login shell may print before the script runs."""
_KEPT: Final = 64 * 1024
_GRACE: Final = 1.0
_FAREWELL: Final = 0.1
"""Seconds that ssh has to exit by itself once podpath has all output."""


class End(Enum):
    """How a talk ended."""

    WHOLE = "whole"
    """The node sent its last line."""
    CLOSED = "closed"
    """ssh ended before that."""
    SILENT = "silent"
    """The node sent nothing for too long."""
    LATE = "late"
    """The time for one node was up."""
    TOO_LONG = "too long"
    """It printed more than the limit for one node."""
    NOISE = "noise"
    """Its shell prints without end, and never runs the script."""


class Talk(asyncio.SubprocessProtocol):
    """What one ssh process prints; the answer goes to a file, so that none of it stays in memory.

    Args:
        mark: the word in the node's greeting and farewell.
        answer: gets what stands between them.
        largest: bytes that may be.
        heard: told how many bytes have come so far.

    Attributes:
        greeting: what the node said first.
        greeted: when that came, in seconds since 1970.
        size: bytes of the answer.
        over: becomes how it ended.
        exited: set when the process is gone.
        last: when anything came, by the monotonic clock.
        errors: the last of what came on standard error.
        noise: what came before the greeting.
    """

    def __init__(self, mark: str, answer: IO[bytes], largest: int, heard: Callable[[int], None]) -> None:
        self._mark, self._answer, self._largest, self._heard = mark, answer, largest, heard
        self._farewell = farewell(mark)
        self._tail = b""
        self._open = {1, 2}
        self.greeting: Greeting | None = None
        self.greeted = 0.0
        self.size = 0
        self.over: asyncio.Future[End] = asyncio.get_running_loop().create_future()
        self.exited = asyncio.Event()
        self.last = time.monotonic()
        self.errors = self.noise = b""

    def pipe_data_received(self, fd: int, data: bytes) -> None:
        """Take what came (asyncio calls this)."""
        if self.over.done():
            return
        if fd == 2:  # noqa: PLR2004 - standard error
            self.errors = (self.errors + data)[-_KEPT:]
            return
        self.last = time.monotonic()
        if self.greeting is None:
            self._before(data)
        else:
            self._take(data)

    def _before(self, data: bytes) -> None:
        self.noise += data
        # The greeting is a line: what comes byte by byte is looked through once.
        line = self.noise.rfind(b"\n", 0, len(self.noise) - len(data)) + 1
        found = find_greeting(self.noise[line:], self._mark) if b"\n" in data else None
        if found is not None:
            self.greeting, end = found[0], line + found[1]
            self.greeted = time.time()
            rest, self.noise = self.noise[end:], b""
            self._take(rest)
        elif len(self.noise) > _NOISE:
            self._end(End.NOISE)

    def _take(self, data: bytes) -> None:
        # The farewell may come in two pieces, so the end of what came before is kept back.
        data = self._tail + data
        at = data.find(self._farewell)
        keep = len(data) - len(self._farewell) + 1 if at < 0 else at
        self._tail = data[max(keep, 0) :] if at < 0 else b""
        self._answer.write(data[: max(keep, 0)])
        self.size += max(keep, 0)
        self._heard(self.size)
        if self.size > self._largest:
            self._end(End.TOO_LONG)
        elif at >= 0:
            self._end(End.WHOLE)

    def pipe_connection_lost(self, fd: int, exc: Exception | None) -> None:
        """Note that a pipe was closed (asyncio calls this)."""
        del exc
        self._open.discard(fd)
        self._perhaps_over()

    def process_exited(self) -> None:
        """Note that ssh ended (asyncio calls this); a shared connection that it left behind may keep the pipes open."""
        self.exited.set()
        self._perhaps_over()
        asyncio.get_running_loop().call_later(_GRACE, self._end, End.CLOSED)

    def _perhaps_over(self) -> None:
        if self.exited.is_set() and not self._open:
            self._end(End.CLOSED)

    def _end(self, how: End) -> None:
        if not self.over.done():
            if how is not End.WHOLE and self.greeting is not None:
                self._answer.write(self._tail)
            self.over.set_result(how)


async def converse(words: Sequence[str], program: bytes, talk: Talk, silence: float, limit: float, *, ask: bool) -> End:
    """Run ssh until the node's answer is whole, or will not become it; no process of it is left.

    Args:
        words: the command line.
        program: what it gets on standard input.
        talk: takes what it prints.
        silence: seconds that it may print nothing.
        limit: seconds in all.
        ask: it keeps the terminal, to ask there.

    Raises:
        OSError: ssh cannot be started.
    """
    loop = asyncio.get_running_loop()
    around = surroundings(ask=ask)
    transport, _ = await loop.subprocess_exec(
        lambda: talk, *words, stdin=-1, stdout=-1, stderr=-1, start_new_session=around.start_new_session, env=around.env
    )
    until = time.monotonic() + limit
    try:
        stdin = cast("asyncio.WriteTransport", transport.get_pipe_transport(0))
        stdin.write(program)
        stdin.write_eof()
        while not talk.over.done():
            now, speak = time.monotonic(), talk.last + silence
            if now >= min(until, speak):
                return End.LATE if until <= speak else End.SILENT
            await asyncio.wait([talk.over], timeout=min(until, speak) - now)
        return talk.over.result()
    finally:
        await _finish(transport, talk, group=not ask)


async def _finish(transport: asyncio.SubprocessTransport, talk: Talk, *, group: bool) -> None:
    """End ssh and what it started (jump hosts), unless it ends by itself at once; return when it is gone."""
    try:
        with suppress(asyncio.TimeoutError):
            await asyncio.wait_for(talk.exited.wait(), _FAREWELL)
    finally:
        if transport.get_returncode() is None:
            kill(transport.get_pid(), group=group)
        with suppress(asyncio.TimeoutError):
            await asyncio.wait_for(talk.exited.wait(), _GRACE)
        transport.close()
