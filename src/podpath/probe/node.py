"""A conversation with the agent on another node (:mod:`podpath.probe.agent`): one line of JSON, one or more in answer.

The node is not trusted: what it is spoken with limits how much it prints, each answer has a deadline, and each field is
checked for what it must be. Whatever else comes ends the conversation, and costs that node's part of the answer alone.
"""

import base64
import json
import math
import re
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from typing import Any, Final, NamedTuple, Protocol

from podpath.probe.agent_text import greeting
from podpath.probe.obstacle import Obstacle, ObstacleError
from podpath.state.visible import visible

_PATIENCE: Final = 15.0
_ROUNDS: Final = 5
_WORDS: Final = 200
_READING: Final = 4
"""Times the patience that all observations of a node may take: they are many lines."""
_HIGHEST: Final = 1 << 63
_LONG_TIME: Final = 1e12
"""Microseconds that no answer takes."""
_NAME: Final = re.compile(r"[A-Za-z0-9_]{1,128}")
_ERROR: Final = re.compile(r"[A-Z0-9]{0,20}")
"""Names of error numbers; empty for none."""
_SOMETHING_ELSE: Final = "it answers something else"


class NodeError(Exception):
    """A node does not take part; the message says why."""


class PathNamespace(NamedTuple):
    """A namespace that a path leads through.

    Attributes:
        label: as traces call it: ``kind:name``; empty for the host's own.
        inode: its number, or None if the capture does not have it.
        paths: what leads to it.
    """

    label: str
    inode: int | None
    paths: tuple[str, ...]


class Facts(NamedTuple):
    """What programs for a node's kernel must know.

    Attributes:
        members: offsets of members of structures, in the order in which they were asked for.
        tracepoints: number of the type and of the arguments of each.
        enums: names of values, by enum.
    """

    members: list[int]
    tracepoints: list[tuple[int, int]]
    enums: dict[str, dict[int, str]]


class Spoken(Protocol):
    """What a node is spoken with; who makes it ends it.

    Its methods raise OSError, with the reason as its text, where a deadline of the monotonic clock is over or the node is gone.
    """

    def write(self, data: bytes, deadline: float) -> None:
        """Send bytes."""

    def line(self, deadline: float) -> bytes:
        """Return the next line, without its end."""


class Node:
    """A node that takes part.

    Args:
        line: what it is spoken with: something there hands Python what is written.
    """

    def __init__(self, line: Spoken) -> None:
        self._line = line

    def hello(
        self,
        spaces: Sequence[PathNamespace],
        members: Sequence[tuple[str, str]],
        tracepoints: Sequence[str],
        enums: Sequence[str],
    ) -> None:
        """Send the agent, and say what is wanted of it."""
        wanted = [space._asdict() for space in spaces]
        self._write(greeting())
        self._order("hello", spaces=wanted, members=list(members), tracepoints=list(tracepoints), enums=list(enums))

    def spaces(self) -> dict[str, int]:
        """Return the numbers of the namespaces that were found there.

        Raises:
            NodeError: it does not answer as it should.
        """
        answer = self._first()
        if answer.get("version") != 1:
            raise NodeError(f"its agent speaks version {visible(str(answer.get('version')))[:_WORDS]} of the conversation, not 1")
        return {label: _whole(inode) for label, inode in _object(answer.get("spaces")).items()}

    def facts(self) -> Facts:
        """Return what programs for its kernel must know.

        Raises:
            NodeError: it does not answer as it should.
            ObstacleError: its kernel cannot be watched.
        """
        answer = self._answer("facts", obstacles=True)
        enums = {
            name: {_whole(number): _word(value, _NAME) for number, value in _rows(pairs, 2)}
            for name, pairs in _object(answer.get("enums")).items()
        }
        points = [(_whole(number), _whole(arguments)) for number, arguments in _rows(answer.get("tracepoints"), 2)]
        return Facts([_whole(offset) for offset in _list(answer.get("members"))], points, enums)

    def clock(self) -> tuple[int, int]:
        """Return by how many nanoseconds its monotonic clock is ahead of ours, and by how many that may be wrong.

        Of several questions the one that was answered fastest counts.

        Raises:
            NodeError: it does not answer as it should.
        """
        found = []
        for number in range(_ROUNDS):
            began = time.monotonic_ns()
            self._order("clock", number=number)
            theirs, ended = _whole(self._answer("clock").get("time")), time.monotonic_ns()
            found.append((ended - began, theirs - (began + ended) // 2))
        took, ahead = min(found)
        return ahead, took // 2

    def prepare(self, space: int, flow: dict[str, Any], target: dict[str, Any], packets: int) -> list[int]:
        """Open the sockets of packets in a namespace there, and return their ports (UDP).

        Raises:
            NodeError: it does not answer as it should.
        """
        self._order("prepare", space=space, flow=flow, target=target, packets=packets)
        return [_whole(port) for port in _list(self._answer("prepared").get("ports"))]

    def watch(self, programs: Sequence[tuple[int, bytes]], licence: str, ring: int) -> None:
        """Load and attach programs there.

        Raises:
            NodeError: it does not answer as it should.
            ObstacleError: its kernel refuses them.
        """
        coded = [{"tracepoint": number, "code": base64.b64encode(code).decode()} for number, code in programs]
        self._order("watch", programs=coded, licence=licence, ring=ring)
        self._answer("ready", obstacles=True)

    def send(
        self, ports: Sequence[int], served: Sequence[int], interval: float, wait: float, packets: int
    ) -> dict[int, tuple[str, float]]:
        """Send the packets, and return the error of each (empty for an answer) and the microseconds until then.

        Raises:
            NodeError: it does not answer as it should.
        """
        self._order("send", ports=list(ports), served=list(served), interval=interval, wait=wait)
        answer = self._answer("results", time.monotonic() + _PATIENCE + wait + packets * interval)
        found = {
            _whole(number): (_word(error, _ERROR), _microseconds(took)) for number, error, took in _rows(answer.get("results"), 3)
        }
        if set(found) != set(range(packets)):
            raise NodeError("it does not say what came of each packet")
        return found

    def stop(self) -> tuple[list[bytes], dict[tuple[int, int], str], int]:
        """End the watch, and return its records, the names of devices by namespace and number, and how many records were lost.

        Raises:
            NodeError: it does not answer as it should.
        """
        self._order("stop")
        records: list[bytes] = []
        deadline = time.monotonic() + _READING * _PATIENCE
        while (answer := self._answer(None, deadline)).get("kind") == "seen":
            records += [_bytes(record) for record in _list(answer.get("records"))]
        if answer.get("kind") != "names":
            raise NodeError(_SOMETHING_ELSE)
        devices = _rows(answer.get("devices"), 3)
        names = {(_whole(space), _whole(number)): _text(name)[:_WORDS] for space, number, name in devices}
        return records, names, _whole(self._answer("end", deadline).get("lost"))

    # -- lines -------------------------------------------------------------------------------------------

    def _order(self, kind: str, **fields: Any) -> None:  # noqa: ANN401 - JSON
        self._write((json.dumps({"kind": kind, **fields}) + "\n").encode())

    def _write(self, data: bytes) -> None:
        try:
            self._line.write(data, time.monotonic() + _PATIENCE)
        except OSError as error:
            raise NodeError(str(error)) from None

    def _read(self, deadline: float) -> bytes:
        try:
            return self._line.line(deadline)
        except OSError as error:
            raise NodeError(str(error)) from None

    def _first(self) -> dict[str, Any]:
        """Return the first answer; what the login shell prints before is passed over.

        Raises:
            NodeError: none comes.
        """
        deadline = time.monotonic() + _PATIENCE
        while True:
            line = self._read(deadline)
            with suppress(ValueError, RecursionError):
                answer = json.loads(line)
                if isinstance(answer, dict) and answer.get("kind") == "spaces":
                    return answer

    def _answer(self, kind: str | None, deadline: float | None = None, *, obstacles: bool = False) -> dict[str, Any]:
        """Return the next line, which must be of a kind.

        Args:
            kind: the kind, or None if the caller looks.
            deadline: when it must be there, by the monotonic clock; None gives the usual time.
            obstacles: it may say instead that the kernel cannot be watched.

        Raises:
            NodeError: it is not, or none comes.
            ObstacleError: it says that the kernel cannot be watched.
        """
        try:
            answer = _object(json.loads(self._read(time.monotonic() + _PATIENCE if deadline is None else deadline)))
        except (ValueError, RecursionError):
            raise NodeError("it answers something that is no JSON") from None
        if obstacles and answer.get("kind") == "obstacle":
            known = {str(one.value): one for one in Obstacle}
            obstacle = known.get(str(answer.get("obstacle")), Obstacle.REFUSED)
            raise ObstacleError(obstacle, visible(str(answer.get("detail", "")))[:_WORDS])
        if answer.get("kind") == "failed":
            raise NodeError(visible(_text(answer.get("detail")))[:_WORDS])
        if kind is not None and answer.get("kind") != kind:
            raise NodeError(_SOMETHING_ELSE)
        return answer


# -- fields: each is what it must be, or the conversation ends --------------------------------------------


def _object(value: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON
    if not isinstance(value, dict):
        raise NodeError(_SOMETHING_ELSE)
    return value


def _list(value: Any) -> list[Any]:  # noqa: ANN401 - JSON
    if not isinstance(value, list):
        raise NodeError(_SOMETHING_ELSE)
    return value


def _rows(value: Any, length: int) -> Iterator[list[Any]]:  # noqa: ANN401 - JSON
    for row in _list(value):
        if len(_list(row)) != length:
            raise NodeError(_SOMETHING_ELSE)
        yield row


def _whole(value: Any) -> int:  # noqa: ANN401 - JSON
    """Return a whole number that fits into 64 bits: no arithmetic with it overflows."""
    if isinstance(value, bool) or not isinstance(value, int) or not -_HIGHEST <= value < _HIGHEST:
        raise NodeError(_SOMETHING_ELSE)
    return value


def _microseconds(value: Any) -> float:  # noqa: ANN401 - JSON
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= _LONG_TIME or math.isnan(value):
        raise NodeError(_SOMETHING_ELSE)
    return float(value)


def _text(value: Any) -> str:  # noqa: ANN401 - JSON
    """Return text; halves of characters, which no output can write, are replaced."""
    if not isinstance(value, str):
        raise NodeError(_SOMETHING_ELSE)
    return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _word(value: Any, form: re.Pattern[str]) -> str:  # noqa: ANN401 - JSON
    if not isinstance(value, str) or not form.fullmatch(value):
        raise NodeError(_SOMETHING_ELSE)
    return value


def _bytes(value: Any) -> bytes:  # noqa: ANN401 - JSON
    try:
        return base64.b64decode(_text(value), validate=True)
    except ValueError:
        raise NodeError(_SOMETHING_ELSE) from None
