"""Conversations with nodes, of which some are hostile."""

import json
import math
import os
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from podpath.collect.ssh.conversation import Conversation
from podpath.probe import node as module
from podpath.probe.agent_text import COMMAND
from podpath.probe.node import Node, NodeError, PathNamespace
from podpath.probe.obstacle import Obstacle, ObstacleError
from podpath.state.visible import visible


def talking(*lines: object) -> list[str]:
    """Return a node that takes what it is sent and prints lines."""
    printed = "".join((line if isinstance(line, str) else json.dumps(line)) + "\n" for line in lines)
    return [
        sys.executable,
        "-S",
        "-c",
        f"import sys\nprint({printed!r}.replace('LONG', 'x' * (2 << 20)), end='', flush=True)\nsys.stdin.buffer.read()",
    ]


@contextmanager
def spoken(words: Sequence[str]) -> Iterator[Node]:
    """Return a node that a command reaches."""
    with closing(Conversation(words)) as line:
        yield Node(line)


def asked(words: Sequence[str]) -> dict[str, int]:
    """Greet a node, and return its namespaces."""
    with spoken(words) as node:
        node.hello([], [], [], [])
        return node.spaces()


def test_a_real_agent_answers() -> None:
    """Its namespaces, its clock, and how wrong that may be."""
    with spoken(["sh", "-c", f"exec {COMMAND}"]) as node:
        node.hello(
            [PathNamespace("", None, ("/proc/self/ns/net",)), PathNamespace("netns:none", None, ("/nowhere",))], [], [], []
        )
        assert node.spaces() == {"": os.stat("/proc/self/ns/net").st_ino}  # noqa: PTH116 - /proc
        try:
            node.facts()
        except ObstacleError as error:
            pytest.skip(str(error))
        ahead, wrong = node.clock()
        assert abs(ahead) <= wrong + 1_000_000
        began = time.monotonic()
    assert time.monotonic() - began < 5


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ((), "without a message"),
        (({"kind": "spaces", "version": 2, "spaces": {}},), "version 2"),
        (({"kind": "spaces", "version": 1, "spaces": []},), "something else"),
        (({"kind": "spaces", "version": 1, "spaces": {"": "x"}},), "something else"),
        (("LONG",), "too much"),
    ],
)
def test_what_is_no_answer_ends_the_conversation(lines: tuple[object, ...], said: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """With the reason, and without waiting for more."""
    monkeypatch.setattr(module, "_PATIENCE", 5.0)
    words = talking(*lines)
    if not lines:
        words = [sys.executable, "-S", "-c", "pass"]
    with pytest.raises(NodeError, match=said):
        asked(words)


def test_a_silent_node_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its process is ended, too."""
    monkeypatch.setattr(module, "_PATIENCE", 0.2)
    began = time.monotonic()
    with pytest.raises(NodeError, match="in time"):
        asked([sys.executable, "-S", "-c", "import time; time.sleep(60)"])
    assert time.monotonic() - began < 10


def test_the_words_of_a_node_are_made_visible() -> None:
    """What it prints on standard error acts on no terminal."""
    with pytest.raises(NodeError) as error:
        asked([sys.executable, "-S", "-c", "import sys; sys.stderr.write('no \\x1b[2J way\\n')"])
    assert str(error.value) == "no \\x1b[2J way"


def test_an_obstacle_is_typed() -> None:
    """One that is not known is a refusal."""
    spaces = {"kind": "spaces", "version": 1, "spaces": {}}
    for name, obstacle in (("permission", Obstacle.PERMISSION), ("gremlins", Obstacle.REFUSED)):
        with spoken(talking("noise", spaces, {"kind": "obstacle", "obstacle": name})) as node:
            node.hello([], [], [], [])
            assert node.spaces() == {}
            with pytest.raises(ObstacleError) as error:
                node.facts()
            assert error.value.obstacle is obstacle


class _Printed:
    """Answers that are there already, whatever is asked."""

    def __init__(self, answers: Sequence[object]) -> None:
        self._lines = [json.dumps(one).encode() for one in (*answers, None)]

    def write(self, data: bytes, deadline: float) -> None:
        """Send nothing."""

    def line(self, deadline: float) -> bytes:
        """Return the next answer."""
        del deadline
        return self._lines.pop(0)


def recited(*answers: object) -> Node:
    """Return a node that has printed its answers already."""
    return Node(_Printed(answers))


FACTS = {"members": [0], "tracepoints": [[1, 2]], "enums": {"skb_drop_reason": [[2, "SKB_DROP_REASON_NO_SOCKET"]]}}
SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.sampled_from(
        [10**400, -1, 1 << 63, math.nan, math.inf, 1e300, "NaN", "\ud800", "\x1b[2J", "$(reboot)", "AAAA", "x" * 300]
    )
    | st.floats()
    | st.text(max_size=4)
)
JSON = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=4), inner, max_size=3), max_leaves=8
)
ROWS = JSON | st.lists(st.lists(SCALARS, min_size=2, max_size=3), max_size=3)


def fields(*names: str) -> st.SearchStrategy[dict[str, object]]:
    """Return answers with these fields, of which some are missing."""
    return st.fixed_dictionaries({}, optional=dict.fromkeys(names, ROWS | st.dictionaries(st.text(max_size=4), ROWS, max_size=2)))


def told(work: Callable[[], object]) -> None:
    """Demand that what comes of an answer is a typed refusal, or a result that any output can write."""
    try:
        found = work()
    except (NodeError, ObstacleError) as error:
        found = str(error)
    text = found if isinstance(found, str) else repr(found)
    assert text == visible(text)
    for number in numbers(found):
        assert math.isfinite(number)
        assert abs(number) < 1 << 64


def numbers(value: object) -> Iterator[float]:
    """Yield the numbers in a result."""
    if isinstance(value, int | float):
        yield value
    elif isinstance(value, dict):
        yield from numbers([*value, *value.values()])
    elif isinstance(value, list | tuple):
        for one in value:
            yield from numbers(one)


@settings(max_examples=150)
@given(fields("version", "spaces", "members", "tracepoints", "enums", "time", "ports", "results", "records", "devices", "lost"))
def test_no_answer_raises_anything_else(answer: dict[str, object]) -> None:
    """Whatever a node prints in place of any answer: huge numbers, NaN, wrong types, missing fields, control characters."""

    def one(kind: str) -> dict[str, object]:
        return {**answer, "kind": kind}

    told(lambda: recited({"version": 1, **one("spaces")}).spaces())
    told(lambda: recited({**FACTS, **one("facts")}).facts())
    told(lambda: recited(*[one("clock")] * 5).clock())
    told(lambda: recited(one("prepared")).prepare(1, {}, {}, 1))
    told(lambda: recited(one("results")).send([], [], 0, 0, 1))
    told(lambda: recited(one("seen"), {"devices": [], **one("names")}, {"lost": 0, **one("end")}).stop())
    told(lambda: recited({**answer, "kind": "failed", "detail": answer.get("ports")}).clock())
    told(lambda: recited({**answer, "kind": "obstacle", "detail": answer.get("ports")}).facts())


@pytest.mark.parametrize(
    "results",
    [
        [[0, "$(reboot)", 1]],
        [[0, "", "1"]],
        [[0, "", math.nan]],
        [[0, "", -1]],
        [[0, "", 10**400]],
        [[True, "", 1]],
        [[0, ""]],
        [0],
        {},
        [],
        [[1, "", 1]],
    ],
)
def test_a_result_is_an_error_number_and_a_time(results: object) -> None:
    """Or it is none; names of errors reach the report."""
    with pytest.raises(NodeError):
        recited({"kind": "results", "results": results}).send([], [], 0, 0, 1)
    assert recited({"kind": "results", "results": [[0, "EPERM", 7]]}).send([], [], 0, 0, 1) == {0: ("EPERM", 7.0)}


@pytest.mark.parametrize("kind", ["clock", "prepared", "results", "seen"])
def test_an_obstacle_has_its_place(kind: str) -> None:
    """Elsewhere it is an answer like any other that does not fit."""
    node = recited({"kind": "obstacle", "obstacle": "permission"})
    work: dict[str, Callable[[], object]] = {
        "clock": node.clock,
        "prepared": lambda: node.prepare(1, {}, {}, 1),
        "results": lambda: node.send([], [], 0, 0, 1),
        "seen": node.stop,
    }
    with pytest.raises(NodeError, match="something else"):
        work[kind]()


def test_names_of_reasons_are_words() -> None:
    """They stand in a command that podpath suggests."""
    for name in ("$(reboot)", "A B", "\x1b", "", "A" * 129, 7):
        with pytest.raises(NodeError):
            recited({"kind": "facts", **FACTS, "enums": {"skb_drop_reason": [[2, name]]}}).facts()


def test_a_node_that_goes_on_for_ever_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each of its lines is in time; all of them together are not."""
    monkeypatch.setattr(module, "_PATIENCE", 0.5)
    line = json.dumps({"kind": "seen", "records": []})
    words = [sys.executable, "-S", "-c", f"import time\nwhile True: print({line!r}, flush=True); time.sleep(0.05)"]
    began = time.monotonic()
    with spoken(words) as node, pytest.raises(NodeError, match="in time"):
        node.stop()
    assert time.monotonic() - began < 20


def test_a_node_that_does_not_read_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    """What it is sent does not fit into the pipe."""
    monkeypatch.setattr(module, "_PATIENCE", 0.3)
    with (
        spoken([sys.executable, "-S", "-c", "import time; time.sleep(60)"]) as node,
        pytest.raises(NodeError, match="does not read"),
    ):
        node.watch([(1, bytes(1 << 20))], "GPL", 1 << 12)


def test_a_node_that_prints_without_end_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    """Empty lines, or no line at all."""
    monkeypatch.setattr(module, "_PATIENCE", 1.0)
    for text in ("'\\n' * 65536", "'x' * 65536"):
        with pytest.raises(NodeError, match=r"too much|in time"):
            asked([sys.executable, "-S", "-c", f"import sys\nwhile True: sys.stdout.write({text})"])
