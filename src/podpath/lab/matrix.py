"""The reachability matrix, measured with real packets: every endpoint sends to every other endpoint and to every service."""

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Final

from podpath.lab.client import Cluster, LabError
from podpath.lab.probes import Outcome, Target
from podpath.lab.reach import LOST, End, Expectation, Rule, agrees
from podpath.lab.wire import ClosedError, Connection

TIMEOUT: Final = 0.8
"""Seconds of silence after which a probe is lost. A cable of the lab takes microseconds."""
_IN_FLIGHT: Final = 1500
_MOST_SENDERS: Final = 40


@dataclass(frozen=True)
class Cell:
    """One probe and what came of it.

    Attributes:
        source: who sent.
        target: destination.
        address: the address that was used.
        probe: ``tcp small``, ``icmp large`` …
        error: empty if the right end answered; else what the sender saw, ``EWRONGEND`` if another one answered.
        answered_by: who answered, if it said so.
        seen_as: the sender's address as the other end saw it.
        milliseconds: until then.
        rule: what was to be expected; None: an answer.
    """

    source: str
    target: str
    address: str
    probe: str
    error: str
    answered_by: str
    seen_as: str
    milliseconds: float
    rule: Rule | None

    @property
    def expected(self) -> bool:
        """Whether this is what was to be expected."""
        return agrees(self.rule.sees, self.error) if self.rule is not None else self.error == ""


@dataclass(frozen=True)
class Matrix:
    """All cells.

    Attributes:
        cells: one for each probe.
    """

    cells: tuple[Cell, ...]

    @property
    def unexpected(self) -> list[Cell]:
        """The cells that are not what was to be expected."""
        return [cell for cell in self.cells if not cell.expected]

    @property
    def green(self) -> bool:
        """Whether every endpoint reaches exactly those that it should reach."""
        return not self.unexpected

    def errors(self, source: str, target: str) -> dict[str, str]:
        """Return the error of each probe between two ends; empty where the answer came."""
        return {cell.probe: cell.error for cell in self.cells if (cell.source, cell.target) == (source, target)}


@dataclass(frozen=True)
class _Question:
    """A probe's target and what is wanted of it."""

    source: End
    target: End
    packet: Target

    @property
    def family(self) -> int:
        return 6 if ":" in self.packet.address else 4


def measure(
    cluster: Cluster,
    expectation: Expectation | None = None,
    *,
    known: Iterable[Rule] = (),
    sources: Callable[[End], bool] = lambda _: True,
    targets: Callable[[End], bool] = lambda _: True,
    pairs: Callable[[End, End], bool] = lambda *_: True,
    timeout: float = TIMEOUT,
    patience: int = 1,
) -> Matrix:
    """Send real TCP, UDP and ICMP packets, small and large, between all ends, and return what came of them.

    A probe that is lost although an answer was to be expected is sent again: a busy machine can be late, and an ARP
    request from before a cable was plugged in takes all packets that wait for it along when it fails.

    Args:
        cluster: the lab.
        expectation: what is to be expected; by default the health of the topology.
        known: symptoms of what is known to be broken: what they explain is not sent again.
        sources: which ends send.
        targets: which ends are sent to.
        pairs: which of the pairs of these are tried.
        timeout: seconds of silence after which a probe is lost.
        patience: how often a probe is sent again, each time with twice the patience of the last.

    Raises:
        LabError: the lab ended.
    """
    plan = cluster.plan
    expectation = expectation or plan.expectation()
    senders = [end for end in plan.senders if sources(end)]
    questions = {end.name: _questions(end, [t for t in plan.targets if targets(t) and pairs(end, t)]) for end in senders}
    explained = Expectation(expectation.health, (*expectation.symptom, *known), plan.targets)
    cells = _round(cluster, senders, questions, expectation, timeout, _IN_FLIGHT)
    for attempt in range(patience):
        late = _late(cells, explained)
        if not late:
            break
        # Fewer at a time, and longer: what is lost on an idle machine is lost then, too.
        again = _round(cluster, [end for end in senders if end.name in late], late, expectation, timeout * 2**attempt,
                       _IN_FLIGHT >> 2 * attempt)  # fmt: skip
        newer = {_key(cell): (question, cell) for question, cell in again}
        cells = [newer.get(_key(cell), (question, cell)) if not cell.expected else (question, cell) for question, cell in cells]
    return Matrix(tuple(cell for _, cell in cells))


def _key(cell: Cell) -> tuple[str, str, str, str]:
    return cell.source, cell.target, cell.address, cell.probe


def _late(cells: "list[tuple[_Question, Cell]]", explained: Expectation) -> dict[str, list[_Question]]:
    """Return what is lost and should not be, by sender."""
    late: dict[str, list[_Question]] = {}
    for question, cell in cells:
        if not agrees(LOST, cell.error) or cell.expected or question in late.get(question.source.name, []):
            continue
        rule = explained.of(question.source, question.target, cell.probe, question.family)
        if rule is None or not agrees(rule.sees, cell.error):
            late.setdefault(question.source.name, []).append(question)
    return late


def _questions(source: End, targets: Iterable[End]) -> list[_Question]:
    found: list[_Question] = []
    for target in targets:
        if target.name == source.name:
            continue
        for address in target.addresses:
            if any((":" in own) == (":" in address) for own in source.addresses):
                found += [
                    _Question(source, target, Target(len(found) + n, address, port, protocol))
                    for n, (protocol, port) in enumerate(target.ports.items())
                ]
    return found


def _round(
    cluster: Cluster,
    senders: list[End],
    questions: dict[str, list[_Question]],
    expectation: Expectation,
    timeout: float,
    in_flight: int,
) -> list[tuple[_Question, Cell]]:
    """Let senders send, some dozens of them at a time."""
    cells: list[tuple[_Question, Cell]] = []
    with ThreadPoolExecutor(_MOST_SENDERS) as pool:
        window = max(2, in_flight // max(1, min(len(senders), _MOST_SENDERS)))
        for found in pool.map(lambda end: _ask(cluster, end, questions[end.name], timeout, window), senders):
            cells += [(question, _cell(question, outcome, expectation)) for question, outcome in found]
    return cells


def _ask(
    cluster: Cluster, source: End, questions: list[_Question], timeout: float, window: int
) -> list[tuple[_Question, Outcome]]:
    connection: Connection | None = None
    try:
        connection = cluster.connect(source.node, source.name.partition("/")[2])
        by_key = {question.packet.key: question for question in questions}
        request = {"do": "probe", "timeout": timeout, "window": window, "targets": [q.packet for q in questions]}
        message, _ = connection.ask(request)
        return [(by_key[outcome[0]], Outcome(*outcome)) for outcome in message["outcomes"]]
    except ClosedError:
        raise LabError(f"{source.name} does not answer: its process has ended") from None
    finally:
        if connection is not None:
            connection.close()


def _cell(question: _Question, outcome: Outcome, expectation: Expectation) -> Cell:
    source, target = question.source, question.target
    probe = f"{question.packet.protocol} {outcome.size}"
    error = outcome.error
    if not error and outcome.answered_by and outcome.answered_by not in (target.backends or [target.name]):
        error = "EWRONGEND"
    rule = expectation.of(source, target, probe, question.family)
    return Cell(source.name, target.name, question.packet.address, probe, error, outcome.answered_by, outcome.seen_as,
                outcome.milliseconds, rule)  # fmt: skip
