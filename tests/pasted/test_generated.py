"""Every line of a pasted text is at its place: judged by where the generator put it."""

import random
from collections import defaultdict
from typing import Final, NamedTuple

import pytest

from podpath.readers.section import Section
from podpath.readers.transcript import Transcript
from podpath.readers.whereabouts import NodeRef
from podpath.state.evidence import Degree
from tests.pasted.generator import Text, Truth, draw
from tests.seeds import fresh_seed

FIXED: Final = 20261128
PLACED: Final = 0.95


class _Judged(NamedTuple):
    """What was made of a text."""

    wrong: list[str]
    placed: int
    lines: int


def judge(text: Text) -> _Judged:
    """Hold each line's place against the truth."""
    found: dict[int, Section] = {}
    for part in Transcript("paste.txt", NodeRef("paste")).read(text.lines):
        if isinstance(part, Section):
            found.update((part.first + at, part) for at, line in enumerate(part.lines) if line.strip())
    machines: dict[int, set[int]] = defaultdict(set)
    wrong, placed = [], 0
    for number, truth in text.truth.items():
        section = found.get(number)
        if section is None or section.degree is Degree.ASSUMED:
            continue
        machines[id(section.node)].add(truth.machine)
        if (section.place.kind, section.place.name) != (truth.kind, truth.name):
            wrong.append(f"line {number} is in {section.place.kind} {section.place.name}, not in {truth.kind} {truth.name}")
        elif len(machines[id(section.node)]) > 1:
            wrong.append(f"line {number} of machine {truth.machine} is at {section.node.name}, as another machine's are")
        else:
            placed += 1
    return _Judged(wrong, placed, len(text.truth))


def shown(text: Text, judged: _Judged) -> str:
    """Return a text with its line numbers, how it was drawn, and what is wrong."""
    body = "\n".join(f"{number:4} {line}" for number, line in enumerate(text.lines, 1))
    return "\n".join((*judged.wrong[:3], *text.way, body))


def run(seed: int, count: int) -> None:
    """Judge many texts."""
    chance = random.Random(seed)
    placed = lines = 0
    for _ in range(count):
        text = draw(chance)
        judged = judge(text)
        assert not judged.wrong, f"PODPATH_SEED={seed}\n{shown(text, judged)}"
        placed, lines = placed + judged.placed, lines + judged.lines
    assert placed >= lines * PLACED, f"PODPATH_SEED={seed}: {placed} of {lines} lines have a place"


def test_no_line_is_at_a_wrong_place() -> None:
    """Of texts that are the same each time."""
    run(FIXED, 600)


def test_no_line_of_fresh_texts_is_at_a_wrong_place() -> None:
    """Of others each time; the seed is printed."""
    run(fresh_seed(), 2000)


@pytest.mark.long
def test_no_line_of_many_fresh_texts_is_at_a_wrong_place() -> None:
    """As many as time allows."""
    run(fresh_seed(), 10_000)


def test_the_judge_sees_a_wrong_place() -> None:
    """Two machines in one text, and no word about the second."""
    text = Text(["$ ip rule", "0:\tfrom all lookup local", "$ ip rule", "0:\tfrom all lookup local"], {2: Truth(1), 4: Truth(2)})
    assert judge(text).wrong
