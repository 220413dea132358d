"""Lines of logs and prose are passed over many at a time, and nothing else is."""

# ruff: noqa: E501 - lines that were typed are long

import io
import random
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import TextIO

import pytest

from benchmarks.bench_logs import FORMS
from podpath.readers.command_line import find_prompt
from podpath.readers.headings import find_heading, lone_name
from podpath.readers.lines import Lines
from podpath.readers.log_lines import is_log, logs, logs_and_prose, marks
from podpath.readers.place import Place
from podpath.readers.registry import reader_of_line
from podpath.readers.section import Section
from podpath.readers.transcript import Transcript
from podpath.readers.typed import known_commands
from podpath.readers.whereabouts import NodeRef
from tests.pasted.generator import draw
from tests.readers.test_noise import REAL
from tests.seeds import fresh_seed

PROSE = "no time"
TYPED = (
    "2026-11-28 10:00:01 root@n1:~# ip route", "[10:02:11] root@n1:~# ip a", "10:02:11 ~ $ ip a", "2026-11-28 10:00 / # ip a",
    "[root@n1 ~]# ip route show table all and so on and so on", "ip route add 192.0.2.0/24 via 192.0.2.1 dev eth0 metric 100 proto static",
    "docker exec web ip route show table all and more and more of it", "Every 2.0s: ip route          n1: Sun Nov 29 05:11:24 2026",
)  # fmt: skip


def lines_of(text: str) -> Lines:
    """Return a text as lines that can be passed over."""

    @contextmanager
    def opened() -> Iterator[TextIO]:
        yield io.StringIO(text)

    return Lines(opened, least=0)


def outputs(lines: Iterable[str]) -> tuple[list[tuple[object, ...]], set[int]]:
    """Return the sections of a text, and the numbers of the lines that were not read."""
    sections, unread = list[tuple[object, ...]](), set[int]()
    for part in Transcript("paste", NodeRef("paste")).read(lines):
        if isinstance(part, Section):
            sections.append((part.node.name, part.place, part.command, part.first, part.lines, part.degree, part.coverage))
        else:
            unread |= set(range(part.first, part.last + 1))
    return sections, unread


def mixed(chance: random.Random) -> str:
    """Return a generated text with pieces of logs between its parts."""
    lines = list[str]()
    for line in draw(chance).lines:
        lines.append(line)
        if not line and chance.random() < 0.5:
            form = FORMS[chance.choice(sorted(FORMS))]
            lines += [form(chance.randrange(1000)) for _ in range(chance.randint(1, 9))]
            lines += [""] * chance.randint(0, 1)
    return "\n".join(lines)


def check(seed: int, count: int) -> None:
    """Compare many texts, read line by line and with lines passed over."""
    chance = random.Random(seed)
    for _ in range(count):
        text = mixed(chance)
        one, many = outputs(text.split("\n")), outputs(lines_of(text))
        assert one[0] == many[0], f"PODPATH_SEED={seed}\n{text}"
        assert one[1] - many[1] == set(), f"PODPATH_SEED={seed}\n{text}"


def test_what_is_passed_over_changes_nothing() -> None:
    """Sections and unread lines are those of reading line by line."""
    check(20261128, 150)
    check(fresh_seed(), 50)


@pytest.mark.parametrize("name", [name for name in FORMS if name != "no known form"])
def test_logs_are_passed_over(name: str) -> None:
    """Whole, at once."""
    text = "".join(f"{FORMS[name](i)}\n" for i in range(50))
    match = logs_and_prose().match(text)
    assert match is not None
    assert match.end() == len(text)
    if name != PROSE:
        assert all(is_log(FORMS[name](i)) for i in range(50))


@pytest.mark.parametrize("line", TYPED)
def test_what_was_typed_is_not_passed_over(line: str) -> None:
    """Behind a time, or with many words."""
    text = f"{FORMS['syslog'](1)}\n{line}\n"
    match = logs_and_prose().match(text)
    assert match is not None
    assert match.end() == text.index("\n") + 1


@pytest.mark.parametrize("line", ['[{"dst":"10.0.0.1","lladdr":"02:42:10:20:30:40"}]', "[02:42:10:20:30:40] dev eth0"])
def test_a_mac_is_no_time(line: str) -> None:
    """A document of one line holds many."""
    assert not is_log(line)


@pytest.mark.parametrize(
    "stamp", ["[Sat Nov 28 10:00:00 2026]", "[28/Nov/2026:10:00:00 +0000]", "[2026-11-28T10:00:00Z]", "[   12.345678]"]
)
def test_a_time_in_brackets_begins_a_line_of_a_log(stamp: str) -> None:
    """Apache, nginx, dmesg."""
    assert is_log(f"{stamp} something happened")


def test_no_line_of_an_output_is_passed_over() -> None:
    """Each line that begins an output stops the run, wherever it stands."""
    begin = f"{FORMS['syslog'](1)}\n"
    for line in REAL:
        if reader_of_line(line) is not None:
            match = logs_and_prose().match(f"{begin}{line}\n")
            assert match is not None
            assert match.end() == len(begin) or any(mark in line for mark in marks()), line
            match = logs().match(f"{begin}{line}\n")
            assert match is not None
            assert match.end() == len(begin) or any(mark in line for mark in marks()), line


WORDS = """on from at in the same other another node n1 worker-2 node1 host server Node Server A B 1 2 one two second first inside
container pod web output of for and then now this machine vm side my is was here shop order paid took after before route ip a addr show
docker exec default via dev eth0 10.0.0.1 192.0.2.1 master worker client router pi laptop Linux iptables tcp udp Chain INPUT exit
outputs result label namespace netns guest docker's (n1) n1, it. host's itself again back to outside""".split()  # noqa: SIM905


def test_no_heading_or_command_is_passed_over_as_prose() -> None:
    """Sentences of the words that headings are made of."""
    seed = fresh_seed()
    chance, passed = random.Random(seed), 0
    for _ in range(10_000):
        line = " ".join(chance.choice(WORDS) for _ in range(chance.randint(2, 9)))
        if logs_and_prose().match(f"{line}\n"):
            passed += 1
            meant = (find_heading(line), lone_name(line), known_commands(line, Place()), find_prompt(line), reader_of_line(line))
            assert meant == (None,) * 5, f"PODPATH_SEED={seed}: {line}"
    assert passed > 50
