"""A name in a snapshot may hold anything that the kernel allows; in a command that is printed it is one word.

Every cluster on which a check speaks is given hostile names: of its devices, namespaces and containers.
"""

import os
import re
import shlex
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import suppress
from typing import Final

import pytest

from podpath.checks.engine.run import run_checks
from podpath.snapshot.store import Store
from podpath.state.address import parse_ip
from podpath.state.finding import Finding, Report
from podpath.walk.cluster import Cluster
from podpath.walk.endpoints import Endpoint, EndpointError
from podpath.walk.trace import Ask, Tracer
from tests.checks.test_cases import PICKED, Case, load

HOSTILE: Final = ";>ran"
"""What a shell would do: make a file. A device's name may hold it: the kernel forbids blanks, slashes and a 16th character."""
_LENGTH: Final = 15
_DEVICES: Final = (
    re.compile(r"^\d+: ([^:@\s]+)(?:@\S+)?: <", re.MULTILINE),
    re.compile(r"^(\S+): flags=", re.MULTILINE),
    re.compile(r"^(\S+)\s+Link encap", re.MULTILINE),
)
_PLACES: Final = re.compile(r"(?:docker exec|netns exec|ip -n) (\S+)")
_PROMPT: Final = re.compile(r"^\s*[\[$#].*(?:docker exec|netns exec|ip -n) ")


def _renamed(texts: Mapping[str, str]) -> dict[str, str]:
    """Return the hostile name of each device, namespace and container of some texts, no two alike."""
    devices = {name for text in texts.values() for pattern in _DEVICES for name in pattern.findall(text)} - {"lo"}
    found: dict[str, str] = {}
    for name in sorted(devices):
        cut = (f"{name[: _LENGTH - len(HOSTILE) - len(number)]}{number}{HOSTILE}" for number in ("", *map(str, range(99))))
        found[name] = next(new for new in cut if new not in found.values())
    places = {name for text in texts.values() for name in _PLACES.findall(text)}
    return found | {name: name + HOSTILE for name in places}


def _hostile(texts: Mapping[str, str]) -> dict[str, str]:
    """Return the texts with hostile names, quoted on the lines that a person would have typed."""
    names = _renamed(texts)
    if not names:
        return dict(texts)
    by_length = sorted(names, key=len, reverse=True)
    whole = re.compile(rf"(?<![\w.-])({'|'.join(map(re.escape, by_length))})(?![\w-]|\.\d)")
    setting = re.compile(rf"(?<=conf[./])({'|'.join(re.escape(name.replace('.', '/')) for name in by_length)})(?=[./])")
    by_setting = {name.replace(".", "/"): new.replace(".", "/") for name, new in names.items()}

    def line_of(line: str) -> str:
        if _PROMPT.match(line):
            return whole.sub(lambda match: shlex.quote(names[match[1]]), line)
        if "net/ipv" in line or "net.ipv" in line:
            return setting.sub(lambda match: by_setting[match[1]], line)
        return whole.sub(lambda match: names[match[1]], line)

    return {file: "\n".join(map(line_of, text.split("\n"))) for file, text in texts.items()}


def _typed(finding: Finding) -> Iterator[str]:
    """Yield the commands of a fix; words are for a person, and no shell gets them."""
    yield from (step.command.text for step in finding.fix if step.command is not None)


def _commands(report: Report) -> Iterator[str]:
    for finding in report.findings:
        yield from _typed(finding)
    for unknown in report.unknowns:
        yield unknown.command
    for pairing in report.pairings:
        yield pairing.command


FIRING: Final = [case for case in PICKED if case.fires]
"""Of each check the first cluster on which it speaks."""
_EVERY: Final = 20
"""Which part of them is tried with every change; the long tests try all."""


def _traced(store: Store) -> Iterator[str]:
    """Yield what a trace between two pods, or two nodes, prints as commands."""
    cluster = Cluster(store)
    own = {ns: held.row.address for ns in cluster.hosts() for dev, rows in cluster.netns(ns).addresses.items() if dev != "lo"
           for held in rows}  # fmt: skip
    ends = [ns for address in list(cluster.addresses_of_pods())[:4] for ns, _ in cluster.owners(address)][:2] or [*own][:2]
    targets = [*list(cluster.addresses_of_pods())[-1:], *list(own.values())[-1:], parse_ip("198.51.100.7")]
    for ns in ends:
        for target in targets:
            ask = Ask(source=Endpoint("a", ns), destination=Endpoint("b", None, target), proto="tcp", port=80)
            with suppress(EndpointError):
                found = Tracer(cluster).trace(ask)
                yield from _typed(found.cause) if found.cause is not None else ()
                yield from (one.command for one in found.unknowns)


def _acted(commands: list[str]) -> list[str]:
    """Return the commands that do more than run their own program, tried in a shell that has no programs."""
    with tempfile.TemporaryDirectory() as folder:
        for command in commands:
            subprocess.run(
                ["/bin/sh", "-c", command], cwd=folder, env={"PATH": folder}, capture_output=True, timeout=10, check=False
            )
            if os.listdir(folder):  # noqa: PTH208 - one look for each of thousands
                return [command]
    return []


def _bare(case: Case) -> tuple[set[str], list[str]]:
    """Return the checks that speak on a cluster with hostile names, and the commands that hold one bare, or act."""
    with load(_hostile(case.texts())) as store:
        report = run_checks(store)
        printed = [command for command in (*_commands(report), *_traced(store)) if command]
    bare = [command for command in printed if HOSTILE in re.sub(r"'[^']*'", "", command)]
    return {found.check for found in report.findings}, [*bare, *_acted([one for one in printed if HOSTILE in one])]


@pytest.mark.parametrize("case", FIRING[::_EVERY], ids=lambda case: case.check)
def test_a_hostile_name_is_one_word_of_every_command_printed(case: Case) -> None:
    """No fix and no command that would tell more holds the name bare."""
    assert _bare(case)[1] == []


@pytest.mark.long
@pytest.mark.timeout(900)
def test_no_check_prints_a_hostile_name_bare() -> None:
    """That holds of every check, and most of them still speak, so that something was tried."""
    told = {case.check: _bare(case) for case in FIRING}
    assert {check: bare for check, (_, bare) in told.items() if bare} == {}
    assert sum(check in speaking for check, (speaking, _) in told.items()) > len(told) / 2
