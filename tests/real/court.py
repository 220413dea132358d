"""Real packets as the judge of the walk: each flow's outcome, the end that answers, and the source that this end sees.

A lab is measured, captured and walked, healthy and with damages. What a flow counts as:

=========  ==========================================================================================
right      the walk says what was seen: delivered or with which error, by which end, from which source
unknown    the walk says that it does not know, and why
wrong      one says delivered and the other does not, or another end, or another source
kind       both say that it is not delivered, but not with the same error
known      wrong or of another kind, where a damage says why that is known
=========  ==========================================================================================
"""

import random
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from typing import Final, NamedTuple

from podpath.lab.client import Cluster
from podpath.lab.matrix import Cell, measure
from podpath.lab.reach import End
from podpath.snapshot.store import Store
from podpath.state.finding import Finding
from podpath.state.trace import Branch, Trace, Verdict
from tests.walk.clusters import Compared, Inhabited, compared, disagreeing

KINDS: Final = ("right", "unknown", "wrong", "kind", "known")
COLUMNS: Final = (*KINDS, "flows", "named", "misnamed", "typed")
"""Of the table: flows by kind and in all; lost flows whose cause is right and is not; commands of fixes that were typed."""
_TIMEOUT: Final = 0.5
_AGAIN: Final = 3
"""How often a flow that fares otherwise than said is sent again, alone: a busy machine can be late."""

Pair = tuple[str, str]
Key = tuple[str, str, str, str]


def key(cell: Cell) -> Key:
    """Return what tells a flow from others."""
    return cell.source, cell.target, cell.address, cell.probe


class Ruling(NamedTuple):
    """A flow, and what it counts as.

    Attributes:
        one: the flow and its trace.
        kind: a word of ``KINDS``.
        said: for people: ends and sources that the walk allows.
    """

    one: Compared
    kind: str
    said: tuple[str, ...] = ()

    def __str__(self) -> str:
        sources = f"; seen from {self.one.cell.seen_as or '?'}, the walk says {', '.join(self.said)}" if self.said else ""
        return f"{self.kind}: {self.one}{sources}"


def ruling(one: Compared) -> Ruling:
    """Return what a flow counts as."""
    if one.trace is None:
        return Ruling(one, "wrong")
    if not one.agrees or one.remembered:
        if "unknown" in one.said:
            return Ruling(one, "unknown")
        arrives = one.seen in {"delivered", "EWRONGEND"}
        return Ruling(one, "wrong" if arrives or one.said & {"delivered", "EWRONGEND"} else "kind")
    if one.seen == "delivered" and one.cell.seen_as:
        said = tuple(sorted(_arrivals(one.trace, one.onward)))
        if f"{one.cell.answered_by} from {one.cell.seen_as}" not in said:
            return Ruling(one, "wrong", said)
    return Ruling(one, "right")


def _arrivals(trace: Trace, onward: Trace | None) -> set[str]:
    """Return the ends that a packet may lead to; what an engine's proxy takes leads where the proxy's own connection does."""
    arrived = [branch for branch in trace.forward.branches if branch.verdict is Verdict.DELIVERED]
    if onward is None:
        return {_arrival(branch) for branch in arrived}
    taken = [branch for branch in arrived if ":" not in branch.steps[-1].netns]
    found = {_arrival(branch) for branch in arrived if branch not in taken}
    return found | (_arrivals(onward, None) if taken else set())


def _arrival(branch: Branch) -> str:
    """Return the end that a branch leads to, and the source of the packet there: ``n1/p1 from 10.244.1.10``."""
    last = branch.steps[-1]
    pod = last.netns.partition(":")[2]
    source = last.packet.source if last.packet is not None else ""
    return f"{last.node}/{pod} from {source}" if pod else f"{last.node} from {source}"


class Court:
    """A lab whose flows are judged.

    Args:
        cluster: the lab.
        spaces: its namespaces.
    """

    def __init__(self, cluster: Cluster, spaces: Inhabited) -> None:
        self.cluster, self.spaces = cluster, spaces
        self.nodes = [node.name for node in cluster.plan.cluster_nodes]
        spaces.hurry()

    def sent(self, wanted: Callable[[End, End], bool], timeout: float = _TIMEOUT) -> list[Cell]:
        """Send the small probes of some pairs, as new flows."""
        for node in self.nodes:
            self.cluster.run(node, ["conntrack", "-F"])
        found = measure(self.cluster, pairs=wanted, timeout=timeout, patience=1).cells
        return [cell for cell in found if cell.probe.endswith("small")]

    def judged(self, pairs: Iterable[Pair] | None = None) -> list[Ruling]:
        """Capture, send and walk the flows of some pairs, or of all."""
        chosen = None if pairs is None else set(pairs)

        def wanted(source: End, target: End) -> bool:
            return chosen is None or (source.name, target.name) in chosen

        self.spaces.hurry()
        with self.spaces.capture() as store:
            cells = self.sent(wanted)
            rulings = self._rulings(store, cells)
        for attempt in range(1, _AGAIN + 1):
            # What is unknown before anything is sent, a neighbour table tells afterwards: who asks has seen packets fail.
            again = {key(each.one.cell) for each in rulings.values() if each.kind != "right"}
            if not again:
                break
            with self.spaces.capture() as after:
                few = {k[:2] for k in again}
                newer = self.sent(lambda a, b: (a.name, b.name) in few, _TIMEOUT * 2**attempt)  # noqa: B023
                rulings |= self._rulings(after, [cell for cell in newer if key(cell) in again])
        return list(rulings.values())

    def _rulings(self, store: Store, cells: list[Cell]) -> dict[Key, Ruling]:
        found = list(compared(store, self.cluster, cells))
        differing = {key(one.cell) for one in disagreeing(found)}
        # What only `disagreeing` explains (an error that was held back) counts as what the walk says.
        return {key(one.cell): ruling(one) if one.agrees or key(one.cell) in differing else Ruling(one, "right") for one in found}


class Tally:
    """How many flows of a set are right, unknown, wrong, of another kind.

    Attributes:
        counts: by the words of ``KINDS``.
        against: the flows that are wrong or of another kind, for people.
        unknown: what is not known, and how often.
        causes: how many lost flows have the right cause (True), and how many another one.
        typed: how many commands of fixes were typed.
    """

    def __init__(self) -> None:
        self.causes: Counter[bool] = Counter()
        self.typed = 0
        self.counts: Counter[str] = Counter()
        self.against: list[str] = []
        self.unknown: Counter[str] = Counter()

    def add(self, what: str, rulings: Iterable[Ruling], *, known: bool = False) -> int:
        """Count flows, and keep what differs for people; return how many differ.

        Args:
            what: the damage.
            rulings: the flows.
            known: it is known that flows differ, and why.
        """
        differing = 0
        for each in rulings:
            differs = each.kind in {"wrong", "kind"}
            differing += differs
            self.counts["known" if differs and known else each.kind] += 1
            if differs and not known:
                self.against.append(f"{what}: {each}")
            elif each.kind == "unknown" and each.one.trace is not None:
                self.unknown.update(f"{what}: {one.missing}" for one in each.one.trace.unknowns)
        return differing

    @property
    def total(self) -> int:
        """The number of flows."""
        return sum(self.counts.values())

    @property
    def numbers(self) -> list[int]:
        """The numbers below ``COLUMNS``."""
        return [*(self.counts[kind] for kind in KINDS), self.total, self.causes[True], self.causes[False], self.typed]

    def line(self, name: str) -> str:
        """Return the row of a table."""
        return f"{name:<26}" + "".join(f"{number:>9}" for number in self.numbers)


def heading() -> str:
    """Return the head of the table."""
    return f"{'set':<26}" + "".join(f"{word:>9}" for word in COLUMNS)


def sample(chance: random.Random, cluster: Cluster, node: str, tries: Iterable[str], count: int) -> list[Pair]:
    """Choose pairs of ends.

    Args:
        chance: what chooses.
        cluster: the lab.
        node: two thirds of the pairs begin or end there, unless ``tries`` says which pairs suffer.
        tries: selectors of sources and destinations (``pod@n1 service/web``): two thirds of the pairs are such ones.
        count: how many pairs.
    """
    plan = cluster.plan
    wanted = [tuple(words.split()) for words in tries]

    def is_near(source: End, target: End) -> bool:
        return any(source.is_(a) and target.is_(b) for a, b in wanted) if wanted else node in {source.node, target.node}

    every = [(source, target) for source in plan.senders for target in plan.targets if source.name != target.name]
    near = [(a.name, b.name) for a, b in every if is_near(a, b)]
    far = [(a.name, b.name) for a, b in every if not is_near(a, b)]
    chance.shuffle(near)
    chance.shuffle(far)
    first = near[: count * 2 // 3]
    return first + far[: count - len(first)]


def named(rulings: Iterable[Ruling], healthy: set[Key]) -> Iterator[tuple[Ruling, Finding | None]]:
    """Yield what is lost now and was not, with the cause that its trace gives."""
    for each in rulings:
        one = each.one
        if (
            one.cell.error not in {"", "EWRONGEND"}
            and key(one.cell) in healthy
            and each.kind == "right"
            and one.trace is not None
        ):
            yield each, one.trace.cause
