"""One process of ssh that is spoken with line by line, both ways; :mod:`podpath.collect.ssh.talk` takes one long answer."""

import os
import select
import subprocess
import time
from collections.abc import Sequence
from contextlib import suppress
from typing import Final

from podpath.collect.ssh.process import kill, surroundings
from podpath.collect.ssh.words import told

_LONGEST: Final = 1 << 20
_LARGEST: Final = 1 << 26
_KEPT: Final = 1 << 16
_GRACE: Final = 1.0


class Conversation:
    """A node that reads lines and prints lines, with limits on what it prints and on how long it takes.

    Args:
        words: the command line that reaches it.
        ask: ssh may ask on the terminal.
        largest: bytes that it may print in all.

    Raises:
        ConnectionError: the command cannot be started; so do the methods where the other end is gone.
    """

    def __init__(self, words: Sequence[str], *, ask: bool = False, largest: int = _LARGEST) -> None:
        self._largest, self._group = largest, not ask
        self._rest, self._size = b"", 0
        pipe, around = subprocess.PIPE, surroundings(ask=ask)
        try:
            self._process = subprocess.Popen(  # noqa: S603 - ssh, as the caller has made it
                words,
                stdin=pipe,
                stdout=pipe,
                stderr=pipe,
                start_new_session=around.start_new_session,
                env=around.env,
            )
        except OSError as error:
            raise ConnectionError(f"{words[0]}: {error.strerror}") from None
        assert self._process.stdin and self._process.stdout and self._process.stderr  # noqa: PT018, S101 - they were asked for
        self._input, self._output, self._errors = (
            stream.fileno() for stream in (self._process.stdin, self._process.stdout, self._process.stderr)
        )

    def close(self) -> None:
        """Hang up; no process is left."""
        for stream in (self._process.stdin, self._process.stdout, self._process.stderr):
            if stream is not None:
                with suppress(OSError):
                    stream.close()
        try:
            self._process.wait(_GRACE)
        except subprocess.TimeoutExpired:
            kill(self._process.pid, group=self._group)
            self._process.wait()

    def write(self, data: bytes, deadline: float) -> None:
        """Send bytes.

        Raises:
            TimeoutError: the node has not read them at a moment of the monotonic clock.
            ConnectionError: it is gone.
        """
        left = memoryview(data)
        while left:
            if not _is_ready(self._input, select.POLLOUT, deadline):
                raise TimeoutError("it does not read what it is sent")
            try:
                left = left[os.write(self._input, left[: select.PIPE_BUF]) :]  # more might wait for the node
            except OSError:
                raise ConnectionError(self._last_words()) from None

    def line(self, deadline: float) -> bytes:
        """Return the next line, without its end.

        Raises:
            TimeoutError: it is not there at a moment of the monotonic clock.
            ConnectionError: the node is gone, or prints too much.
        """
        while b"\n" not in self._rest:
            if time.monotonic() >= deadline or not _is_ready(self._output, select.POLLIN, deadline):
                raise TimeoutError("it does not answer in time")
            part = os.read(self._output, _KEPT)
            self._rest += part
            self._size += len(part)
            if not part:
                raise ConnectionError(self._last_words())
            if len(self._rest) > _LONGEST or self._size > self._largest:
                raise ConnectionError("it prints too much")
        line, _, self._rest = self._rest.partition(b"\n")
        return line

    def _last_words(self) -> str:
        """Return why the conversation ended, in the words of ssh or of the node."""
        said = b""
        with suppress(OSError):
            os.set_blocking(self._errors, False)
            _is_ready(self._errors, select.POLLIN, time.monotonic() + _GRACE)
            said = os.read(self._errors, _KEPT)
        return told(said) or "the connection ended without a message"


def _is_ready(descriptor: int, event: int, deadline: float) -> bool:
    """Wait until a descriptor can be read or written, or its other end is gone; return whether it came to that in time."""
    poll = select.poll()
    poll.register(descriptor, event)
    return bool(poll.poll(max(0.0, deadline - time.monotonic()) * 1000))
