"""Texts as people write them in tickets, mails and chats, in many languages, about healthy hosts that were recorded.

``texts.txt`` holds them. Each begins with a line ``%%% NAME``; `@n1:ip route@` stands for what host n1 printed, `@n1c:…@` for
a container on it, and what stands before it on its line for what each line begins with. Words behind a colon say what cannot be
told: ``doubt``, some outputs are of a place that is only assumed; ``nobody``, of no known place; ``merged``, the places are only
told apart when all is read; the name of a warning, that it is given.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final, NamedTuple

import pytest

from podpath.checks.engine.run import run_checks
from podpath.readers.section import Section
from podpath.readers.transcript import Transcript
from podpath.readers.whereabouts import NodeRef
from podpath.state.evidence import Degree
from podpath.state.finding import Severity
from tests.pasted.perturb import SESSIONS, recorded
from tests.pasted.test_labs import read

_OUTPUT: Final = re.compile(r"@(n\dc?):([^@]+)@")
_NUMBERED: Final = re.compile(r" *(\d+) $")
PRINTED: Final = {
    (f"{one.host}c" if one.inside else one.host, one.typed): one.lines
    for path in SESSIONS if path.stem == "flannel-vxlan" for one in recorded(path)
}  # fmt: skip


class Written(NamedTuple):
    """A text.

    Attributes:
        name: its name.
        flags: what cannot be told.
        lines: its lines.
        truth: for each line of output, by its number, who printed it.
    """

    name: str
    flags: set[str]
    lines: list[str]
    truth: dict[int, str]


def written() -> Iterator[Written]:
    """Yield the texts."""
    for part in Path(__file__).with_name("texts.txt").read_text(encoding="utf-8").split("%%% ")[1:]:
        head, *body = part.split("\n")
        name, _, flags = head.partition(": ")
        text = Written(name, set(flags.split()), [], {})
        for line in body:
            match = _OUTPUT.search(line)
            for at, printed in enumerate(PRINTED[match[1], match[2]] if match is not None else [line]):
                lead = line[: match.start()] if match is not None else ""
                number = _NUMBERED.match(lead)
                text.lines.append((f"{int(number[1]) + at:>3} " if number else lead) + printed)
                if match is not None and printed.strip():
                    text.truth[len(text.lines)] = match[1]
        yield text


TEXTS: Final = {text.name: text for text in written()}


def misplaced(text: Written) -> Iterator[str]:
    """Yield what is at a wrong place, or at none."""
    found: dict[int, Section] = {}
    for part in Transcript("paste.txt", NodeRef("paste")).read(text.lines):
        if isinstance(part, Section):
            found.update((part.first + at, part) for at, line in enumerate(part.lines) if line.strip())
    hosts: dict[int, str] = {}
    for number, who in text.truth.items():
        section = found.get(number)
        if section is None or section.degree is Degree.ASSUMED:
            if not {"doubt", "nobody"} & text.flags:
                yield f"line {number} has no place: {text.lines[number - 1]}"
        elif (section.place.kind == "host") is who.endswith("c"):
            yield f"line {number} of {who} is in {section.place.kind} {section.place.name}"
        elif hosts.setdefault(id(section.node), who[:2]) != who[:2]:
            yield f"line {number} of {who} is at {section.node.name}, as another host's are"


@pytest.mark.parametrize("name", TEXTS)
def test_each_output_has_its_place(name: str) -> None:
    """Or none, where nobody can tell."""
    text = TEXTS[name]
    if "merged" not in text.flags:
        assert list(misplaced(text)) == []


@pytest.mark.parametrize("name", TEXTS)
def test_healthy_hosts_are_accused_of_nothing(name: str) -> None:
    """Whatever is in doubt."""
    text = TEXTS[name]
    with read("\n".join(text.lines)) as store:
        found = run_checks(store).findings
    assert {one.check for one in found if one.severity is not Severity.INFO} <= text.flags
