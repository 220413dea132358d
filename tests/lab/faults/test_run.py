"""Every fault, on real labs: what the senders see after it is its symptom, and after mending all is green again."""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
import yaml

from podpath import lab
from podpath.lab.client import Cluster, LabError
from podpath.lab.faults import run
from podpath.lab.faults.registry import faults
from podpath.lab.matrix import Cell, Matrix, measure

CASES = Path(__file__).parent / "cases"
QUICK = ("vtep-mac-mismatch", "target-not-listening", "forward-policy-drop", "ip-forward-off", "device-down")
"""A fault of each family, on one small lab, that the ordinary tests try; the long ones try all."""


def cases() -> Iterator[Any]:
    """Return each fault on each lab that its case file names; the quick ones on the first of them."""
    for name in faults():
        listed = yaml.safe_load((CASES / f"{name}.yaml").read_text(encoding="utf-8"))["labs"]
        for i, words in enumerate(listed):
            marks = [] if name in QUICK and i == 0 else [pytest.mark.long]
            yield pytest.param(name, words, id=f"{name} {words}", marks=[*marks, pytest.mark.xdist_group(words)])


@pytest.fixture(scope="module")
def labs() -> Iterator[dict[str, Cluster]]:
    """Return labs that are kept between cases, by the words that ask for them."""
    with ExitStack() as stack:
        kept = _Labs(stack)
        yield kept


class _Labs(dict[str, Cluster]):
    """Builds a lab when it is first asked for: `canal`, or `flannel-vxlan 2 4` for two nodes with four pods."""

    def __init__(self, stack: ExitStack) -> None:
        super().__init__()
        self._stack = stack

    def __missing__(self, words: str) -> Cluster:
        name, *sizes = words.split()
        nodes, pods = (int(size) for size in sizes) if sizes else (None, None)
        self[words] = made = self._stack.enter_context(lab.cluster(name, nodes=nodes, pods=pods))
        # Hosts that have spoken know their gateway: a node with forwarding off no longer answers ARP for others (arp_process).
        measure(made, patience=3)
        return made


def told(cells: list[Cell]) -> list[tuple[str, ...]]:
    """Return cells as a person compares them."""
    return [(c.source, c.target, c.probe, c.error or "answered", "wanted", c.rule.sees if c.rule else "an answer") for c in cells]


def _lost(found: Matrix) -> set[tuple[str, ...]]:
    return {(cell.source, cell.target, cell.address, cell.probe) for cell in found.cells if cell.error}


@pytest.mark.lab
@pytest.mark.parametrize(("name", "words"), list(cases()))
def test_a_fault_has_its_symptom_and_heals(labs: dict[str, Cluster], name: str, words: str) -> None:
    """The whole matrix is as the fault says, no cell more and none less; then it is green."""
    made = labs[words]
    run.inject(made, name)
    try:
        found = measure(made, made.plan.expectation(run.symptoms(made)), patience=3)
        assert told(found.unexpected) == []
    finally:
        run.mend(made)
    healed = measure(made, patience=3)
    assert told(healed.unexpected) == []
    assert _lost(found) - _lost(healed), "nothing was broken"


@pytest.mark.lab
def test_the_lab_knows_what_is_broken(small: Cluster) -> None:
    """So that anybody can mend it; a fault is not injected twice into one node."""
    assert run.mend(small) == []
    made = run.inject(small, "ip-forward-off", "n1")
    assert made.commands == (("n1", "sysctl -w net.ipv4.ip_forward=0"),)
    with pytest.raises(LabError, match="ip-forward-off is in n1 already"):
        run.inject(small, "ip-forward-off", "n1")
    run.inject(small, "target-not-listening", "n2")
    assert [(one.name, one.node) for one in run.broken(small)] == [("ip-forward-off", "n1"), ("target-not-listening", "n2")]
    assert [one.name for one in run.mend(small, "ip-forward-off")] == ["ip-forward-off"]
    assert [one.name for one in run.mend(small)] == ["target-not-listening"]
    assert run.broken(small) == []


@pytest.mark.lab
def test_a_seed_makes_the_random_choice_repeatable(small: Cluster) -> None:
    """And it is kept secret."""
    first = run.at_random(small, 5)
    run.mend(small)
    again = run.at_random(small, 5)
    run.mend(small)
    assert (first.name, first.node) == (again.name, again.node)
    assert first.secret


@pytest.mark.lab
def test_what_cannot_be_broken_is_told(small: Cluster) -> None:
    """An unknown fault, one that does not suit, a node that is none."""
    with pytest.raises(LabError, match='there is no fault "vtep-mac"; did you mean vtep-mac-mismatch'):
        run.inject(small, "vtep-mac")
    with pytest.raises(LabError, match="podcidr-unassigned cannot be shown in a lab: it is in what Kubernetes says"):
        run.inject(small, "podcidr-unassigned")
    with pytest.raises(LabError, match="cannot have cali-proxy-arp-off: its pods have no routes of their own"):
        run.inject(small, "cali-proxy-arp-off")
    with pytest.raises(LabError, match='it cannot strike "n7"; it can strike n1, n2'):
        run.inject(small, "ip-forward-off", "n7")
    with pytest.raises(LabError, match="ip-forward-off is not in this lab"):
        run.mend(small, "ip-forward-off")
