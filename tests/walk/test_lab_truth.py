"""Every topology and every fault of the lab: what real packets do there is what the walk says, and the cause names the fault.

Services, ports of nodes and published ports are asked like hosts.
The switch between the nodes is not captured: what it carries is for the walk to conclude from the nodes alone. The nodes have
the rules of their network (masquerading, services, policies), and the walk goes through them. What the hosts' tables alone
say of pods never contradicts that.
"""

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any, Final

import pytest
import yaml

from podpath import lab
from podpath.lab.client import Cluster, LabError
from podpath.lab.faults import run
from podpath.lab.faults.registry import faults
from podpath.lab.load import load, topologies
from podpath.lab.matrix import Matrix, measure
from podpath.lab.reach import End
from tests.walk.clusters import Compared, Inhabited, compared, disagreeing
from tests.walk.hosts_alone import contradictions

HERE: Final = Path(__file__).parent
CASES: Final = HERE.parent / "lab" / "faults" / "cases"
TRUTH: Final[dict[str, Any]] = yaml.safe_load((HERE / "lab_truth.yaml").read_text(encoding="utf-8"))
TOPOLOGIES: Final = [name for name in topologies() if not load(name).real]
"""Those that the lab itself writes; real programs are judged in tests/real."""
_AT_ONCE: Final = 12
"""Faults that one test does to a lab, one after the other."""
_MANY: Final = 14
"""Ends of a lab of which all pairs are tried."""


def plan() -> Iterator[Any]:
    """Yield each lab with the faults that are tried on it."""
    labs: dict[str, list[str]] = {name: [] for name in TOPOLOGIES}
    for name in faults():
        if name not in TRUTH["elsewhere"]:
            for words in yaml.safe_load((CASES / f"{name}.yaml").read_text(encoding="utf-8"))["labs"]:
                labs.setdefault(words, []).append(name)
    marks = [pytest.mark.long, pytest.mark.timeout(400)]
    for words, names in labs.items():
        # Short ones, so that no worker is left with all of them.
        for at in range(0, max(len(names), 1), _AT_ONCE):
            yield pytest.param(words, names[at : at + _AT_ONCE], at == 0, id=f"{words} {at}" if at else words, marks=marks)


class Judged:
    """A lab that is measured and traced.

    Args:
        cluster: the lab.
        spaces: its namespaces.
    """

    def __init__(self, cluster: Cluster, spaces: Inhabited) -> None:
        self.cluster, self.spaces = cluster, spaces
        self.contradicted: list[str] = []
        spaces.hurry()
        healthy = self._measured(_is_namespace, services=True)
        self.healthy = {(cell.source, cell.target, cell.address, cell.probe): cell.error for cell in healthy.cells}

    def _measured(self, wanted: Callable[[End], bool], *, services: bool = False, target: str = "") -> Matrix:
        expectation = self.cluster.plan.expectation(run.symptoms(self.cluster))

        def asked(end: End) -> bool:
            return end.name == target if target else wanted(end) or (services and not end.sends)

        return measure(self.cluster, expectation, sources=wanted, targets=asked, patience=2)

    def _is_tried(self, end: End) -> bool:
        """Say whether an end sends and is sent to: in a large lab with a fault the nodes, and two pods of each."""
        pods = [one.name for one in self.cluster.plan.senders if one.kind == "pod" and one.node == end.node]
        return end.sends and (len(self.cluster.plan.senders) <= _MANY or end.kind != "pod" or end.name in pods[:2])

    def compared(self, *, services: bool = True) -> list[Compared]:
        """Capture, send, and trace what was sent; where it differs, through what the packets have left behind.

        Args:
            services: services, ports of nodes and published ports are asked, too.
        """
        self._forget()
        self.spaces.hurry()
        before = self.spaces.capture()
        with before:
            sent = self._measured(self._is_tried, services=services)
            cells = [cell for cell in sent.cells if cell.probe.endswith("small")]
            found = list(compared(before, self.cluster, cells))
            self.contradicted += contradictions(before, found)
        again = [one.cell for one in disagreeing(found)]
        if not again:
            return found
        with self.spaces.capture() as after:
            newer = {one.cell: one for one in compared(after, self.cluster, again)}
        newer |= {one.cell: two for one, two in self._alone(disagreeing(newer.values()))}
        return [newer.get(one.cell, one) for one in found]

    def _forget(self) -> None:
        """Let the nodes forget who did not answer during the fault before: by their tables alone, nobody would answer now."""
        for node in self.cluster.plan.cluster_nodes:
            self.cluster.run(node.name, ["ip", "neighbour", "flush", "nud", "failed"])

    def _alone(self, differing: list[Compared]) -> Iterator[tuple[Compared, Compared]]:
        """Yield what still differs, and the same packet sent without the crowd.

        Flows of many pairs share numbers (identifiers of echo requests) and so entries of connection tracking, which a walk of
        a packet that is the first of its flow knows nothing of. The entries are forgotten before, and so is what was captured.
        """
        for one in differing:
            for node in self.cluster.plan.cluster_nodes:
                self.cluster.run(node.name, ["conntrack", "-F"])
            with self.spaces.capture() as fresh:
                sent = self._measured(partial(_is_called, one.cell.source), target=one.cell.target)
                same = [cell for cell in sent.cells if (cell.address, cell.probe) == (one.cell.address, one.cell.probe)]
                yield from ((one, two) for two in compared(fresh, self.cluster, same))


def _is_called(name: str, end: End) -> bool:
    return end.name == name


def _is_namespace(end: End) -> bool:
    return end.sends


def judge(words: str, names: list[str], *, healthy: bool = True) -> tuple[list[str], list[str]]:
    """Return what differs between packets and walk in a lab, healthy and with each fault, and which causes are wrong.

    Args:
        words: name of the lab, and its sizes.
        names: the faults.
        healthy: the lab is judged without a fault, too.
    """
    name, *sizes = words.split()
    nodes, pods = (int(size) for size in sizes) if sizes else (None, None)
    try:
        made = lab.cluster(name, nodes=nodes, pods=pods)
    except LabError as error:
        pytest.skip(str(error))
    differ, misnamed = [], []
    with made, Inhabited(made) as spaces:
        judged = Judged(made, spaces)
        if healthy:
            differ += [f"healthy: {one}" for one in (*disagreeing(judged.compared()), *judged.contradicted)]
            judged.contradicted.clear()
        for fault in names:
            broken = run.inject(made, fault)
            try:
                found = judged.compared(services=fault in TRUTH["services"])
            finally:
                run.mend(made)
            differ += [f"{fault}: {one}" for one in (*disagreeing(found), *judged.contradicted)]
            judged.contradicted.clear()
            wrong = dict.fromkeys(wrong_causes(fault, judged, found))
            misnamed += [f"{fault} on {broken.node}: {each}" for each in wrong]
    return differ, misnamed


def wrong_causes(fault: str, judged: Judged, found: list[Compared]) -> Iterator[str]:
    """Yield the causes of what the fault has broken that do not name it."""
    lost = [
        one
        for one in found
        if one.trace is not None
        and not one.remembered
        and one.seen not in {"delivered", "EWRONGEND"}
        and not judged.healthy[one.cell.source, one.cell.target, one.cell.address, one.cell.probe]
    ]
    wanted = TRUTH["causes"].get(fault, [f"{fault}"])
    for one in lost:
        assert one.trace is not None
        cause = one.trace.cause
        shown = "none" if cause is None else f"{cause.check} on {cause.node}: {cause.summary}"
        if cause is None or not any(_names(cause.check, cause.summary, words) for words in wanted):
            yield f"{shown}"


def _names(check: str, summary: str, words: str) -> bool:
    """Say whether a cause is one that is wanted: ``CHECK``, or ``CHECK WORDS`` with words of its sentence."""
    wanted, _, rest = words.partition(" ")
    return check == wanted and rest in summary


@pytest.mark.root
@pytest.mark.lab
@pytest.mark.parametrize(("words", "names", "healthy"), list(plan()))
def test_packets_do_what_the_walk_says(words: str, names: list[str], *, healthy: bool) -> None:
    """Every ordered pair, healthy and with every fault: outcome and error are the same, and the cause is the fault."""
    differ, misnamed = judge(words, names, healthy=healthy)
    assert (differ, misnamed) == ([], []), "\n".join([*differ[:5], *misnamed[:60]])


@pytest.mark.root
@pytest.mark.lab
def test_packets_do_what_the_walk_says_in_a_small_cluster() -> None:
    """A fault of each kind, on two nodes: a MAC, a setting, a device."""
    differ, misnamed = judge("flannel-vxlan 2 4", ["vtep-mac-mismatch", "ip-forward-off"])
    assert (differ, misnamed) == ([], []), "\n".join([*differ[:5], *misnamed[:60]])


def test_every_fault_is_tried_or_has_its_reason() -> None:
    """A fault that is left out is one of the lab, and says why."""
    assert set(TRUTH["elsewhere"]) <= set(faults())
    assert set(TRUTH["causes"]) <= set(faults()) - set(TRUTH["elsewhere"])
    assert all(len(reason) > 10 for reason in TRUTH["elsewhere"].values())
