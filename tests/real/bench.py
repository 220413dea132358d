"""A lab of real programs with one damage after the other: what is lost, what it is called, and whether the fix helps."""

import random
import shlex
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from typing import Final, Self

from podpath.lab.client import Cluster, LabError
from podpath.state.finding import Finding
from tests.real.court import Court, Key, Ruling, Tally, key, named, sample
from tests.real.damages import Damage
from tests.real.done import Done
from tests.real.labs import real_lab
from tests.walk.clusters import Inhabited
from tests.walk.test_lab_fixes import commands

ROUNDS: Final = 4
"""How often fixes are typed until all passes: some damages have several causes."""


class Bench:
    """A lab that is built anew whenever a damage has left something behind.

    Args:
        topology: its name.
    """

    def __init__(self, topology: str) -> None:
        self.topology, self.rebuilt = topology, 0
        self._stack = ExitStack()
        self.court = self._build()
        self.tally = Tally()
        rulings = self.court.judged()
        self.tally.add("healthy", rulings)
        self.healthy: set[Key] = {key(each.one.cell) for each in rulings if not each.one.cell.error}

    def _build(self) -> Court:
        cluster = self._stack.enter_context(real_lab(self.topology))
        return Court(cluster, self._stack.enter_context(Inhabited(cluster)))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    @property
    def cluster(self) -> Cluster:
        """The lab that is up now."""
        return self.court.cluster

    def renew(self) -> None:
        """Build the lab anew."""
        self._stack.close()
        self.court = self._build()
        self.rebuilt += 1

    def try_one(self, damage: Damage, seeds: Iterable[int], count: int) -> Iterator[str]:
        """Do a damage, judge flows, type the fixes, and undo it; yield what is not as it should be, besides flows.

        Args:
            damage: the damage.
            seeds: choose the pairs.
            count: pairs for each seed.
        """
        pairs = [
            pair for seed in seeds
            for pair in sample(random.Random(f"{seed} {damage.name}"), self.cluster, damage.node, damage.tries, count)
        ]  # fmt: skip
        with Done(self.cluster, damage) as done:
            rulings = self.court.judged(pairs)
            differing = self.tally.add(damage.name, rulings, known=bool(damage.reason))
            if damage.reason and not differing:
                yield f"{damage.name}: nothing differs any more; take the reason away"
            lost = list(named(rulings, self.healthy))
            yield from (f"{damage.name}: {told}" for told in self._misnamed(damage, lost))
            if damage.causes and not lost and not damage.chance:
                yield f"{damage.name}: none of {len(rulings)} flows is lost"
            yield from (f"{damage.name}: {told}" for told in self._fixed(lost))
        if not done.undone() or not self._is_well(pairs):
            self.renew()

    def _misnamed(self, damage: Damage, lost: list[tuple[Ruling, Finding | None]]) -> Iterator[str]:
        """Yield causes that a damage does not have, each once."""
        seen = set()
        for each, cause in lost:
            name = cause.check if cause is not None else "nothing"
            self.tally.causes[name in damage.causes] += 1
            if name not in damage.causes and name not in seen:
                seen.add(name)
                yield f"named {name}: {cause.summary if cause is not None else ''} ({each})"

    def _is_well(self, pairs: list[tuple[str, str]]) -> bool:
        few = set(pairs)
        cells = self.court.sent(lambda a, b: (a.name, b.name) in few)
        return not any(cell.error and key(cell) in self.healthy for cell in cells)

    def _fixed(self, lost: list[tuple[Ruling, Finding | None]]) -> Iterator[str]:
        """Type the fixes until all passes, or words are left; yield what is refused, and what does no good."""
        told: list[str] = []
        for _ in range(ROUNDS):
            if not lost:
                return
            causes = list({(c.check, c.node, c.netns, c.fix_lines): c for _, c in lost if c is not None}.values())
            told += [f"{cause.check}: {cause.fix_lines}" for cause in causes]
            count, refused = typed(self.cluster, causes)
            self.tally.typed += count
            yield from refused
            if not all(cause.fix for cause in causes):
                yield f"no fix: {told}"
            if not count or refused:
                return  # words, for a person
            pairs = {(each.one.cell.source, each.one.cell.target) for each, _ in lost}
            lost = list(named(self.court.judged(pairs), self.healthy))
        if lost:
            yield f"{len(lost)} flows are still lost after {told}"


def typed(cluster: Cluster, found: list[Finding]) -> tuple[int, list[str]]:
    """Type the commands of fixes, each once, where they say; kubectl where the API is reached."""
    count, refused, seen = 0, [], set()
    for step in (step for finding in found for step in commands(finding)):
        command = step.command
        assert command is not None
        inside = command.netns.partition(":")[2]
        place = f"{command.node}/{inside}" if inside else command.node
        if step.elsewhere or (place, command.argv) in seen:
            continue
        seen.add((place, command.argv))
        count += 1
        try:
            cluster.do(place, shlex.join(command.argv))
        except LabError as error:
            refused.append(f"refused: {step.text}: {error}")
    return count, refused
