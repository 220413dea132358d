"""Every fix that a trace prints for a fault of the lab, typed on the broken lab: the packets pass, or words are left.

A fix is followed as a person would: each command that is no alternative, where it says. What is lost after that is traced
again, as some faults have several causes. Where the rest is words, a person or an agent must do it.
"""

import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest
import yaml

from podpath import lab
from podpath.lab.client import Cluster, LabError
from podpath.lab.faults import run
from podpath.lab.faults.registry import faults
from podpath.lab.matrix import Cell, measure
from podpath.state.finding import Finding
from podpath.state.fix import Fix
from tests.walk.clusters import Inhabited, compared

HERE: Final = Path(__file__).parent
CASES: Final = HERE.parent / "lab" / "faults" / "cases"
TRUTH: Final[dict[str, Any]] = yaml.safe_load((HERE / "lab_truth.yaml").read_text(encoding="utf-8"))
TYPED: Final = frozenset((
    "arptables", "bridge", "conntrack", "ebtables", "ethtool", "ip", "ip6tables", "ip6tables-legacy", "ipset", "iptables",
    "iptables-legacy", "nft", "sysctl",
))  # fmt: skip
"""Programs that a node of the lab has; agents, engines and the API of a cluster are not there."""
ROUNDS: Final = 8
_MOST: Final = 40
"""Lost packets of a fault that are followed."""


def plan() -> Iterator[Any]:
    """Yield each fault with the first lab that can have it."""
    for name in faults():
        if name not in TRUTH["elsewhere"]:
            words = yaml.safe_load((CASES / f"{name}.yaml").read_text(encoding="utf-8"))["labs"][0]
            yield pytest.param(name, words, id=name, marks=[pytest.mark.long, pytest.mark.timeout(240)])


def made_of(words: str) -> Cluster:
    """Return a lab by its name and sizes."""
    name, *sizes = words.split()
    nodes, pods = (int(size) for size in sizes) if sizes else (None, None)
    try:
        return lab.cluster(name, nodes=nodes, pods=pods)
    except LabError as error:
        pytest.skip(str(error))


def key(cell: Cell) -> tuple[str, str, str, str]:
    """Return what tells a probe from others."""
    return cell.source, cell.target, cell.address, cell.probe


def small(made: Cluster) -> list[Cell]:
    """Send the small probes of a lab."""
    expectation = made.plan.expectation(run.symptoms(made))
    return [cell for cell in measure(made, expectation, patience=2).cells if cell.probe.endswith("small")]


def _lost(made: Cluster, healthy: set[tuple[str, str, str, str]]) -> list[Cell]:
    return [cell for cell in small(made) if cell.error and key(cell) in healthy]


def commands(finding: Finding) -> Iterator[Fix]:
    """Yield the steps that a person would type."""
    for step in finding.fix:
        if step.command is not None and step.command.argv[0] in TYPED and not step.instead and not step.command.reads:
            yield step


def type_fixes(made: Cluster, found: list[Finding]) -> tuple[int, list[str]]:
    """Type the fixes of several causes, and return how many commands were typed, and what refused them."""
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
            made.do(place, shlex.join(command.argv))
        except LabError as error:
            refused.append(f"{step.text}: {error}")
    return count, refused


def causes(made: Cluster, spaces: Inhabited, lost: list[Cell]) -> list[Finding]:
    """Return the causes of what is lost, each once."""
    with spaces.capture() as store:
        traces = [one.trace for one in compared(store, made, lost[:_MOST])]
    found = [trace.cause for trace in traces if trace is not None and trace.cause is not None]
    return list({(one.check, one.node, one.netns, one.fix_lines): one for one in found}.values())


@pytest.mark.root
@pytest.mark.lab
@pytest.mark.parametrize(("fault", "words"), list(plan()))
def test_a_fix_lets_the_packets_pass_or_says_in_words_what_to_do(fault: str, words: str) -> None:
    """No command is refused; what is lost after all rounds has a fix in words, which no command can do."""
    with made_of(words) as made, Inhabited(made) as spaces:
        spaces.hurry()
        healthy = {key(cell) for cell in small(made) if not cell.error}
        run.inject(made, fault)
        rounds: list[str] = []
        for _ in range(ROUNDS):
            spaces.hurry()
            lost = _lost(made, healthy)
            if not lost:
                return
            found = causes(made, spaces, lost)
            if not found and not (lost := _lost(made, healthy)):
                return  # a machine with much to do had no time for them
            rounds += [f"{one.check}: {one.fix_lines}" for one in found]
            assert found, f"{len(lost)} packets are lost, and nothing says why: {lost[:3]}"
            count, refused = type_fixes(made, found)
            assert refused == [], rounds
            for node in made.plan.cluster_nodes:
                made.run(node.name, ["conntrack", "-F"])  # a new connection has a new port; those of the lab have the same
            if not count:
                assert all(one.fix for one in found), f"no fix at all: {rounds}"
                return
    assert lost == [], "\n".join(rounds)
