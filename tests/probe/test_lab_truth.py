"""Labs, healthy and broken: what is predicted of a packet, what the kernel shows of it and what the sender gets are one.

Where prediction and observation part, the packet is predicted and sent again: packets teach hosts and bridges, and a neighbour
that was reachable when the lab was captured may not be any more when the packet is sent.
"""

import random
from collections.abc import Iterator
from typing import Any, Final

import pytest
import yaml

from podpath import lab
from podpath.lab.client import Cluster, LabError
from podpath.lab.faults import run
from podpath.lab.faults.registry import faults
from podpath.lab.reach import End
from podpath.state.live import Agreement
from podpath.state.trace import Trace, Verdict
from tests.probe.labs import TRUTH, Probed, ProbedLab, disagrees
from tests.probe.packets import need_kernel
from tests.seeds import fresh_seed
from tests.walk.clusters import Inhabited
from tests.walk.test_lab_truth import CASES, TOPOLOGIES
from tests.walk.test_lab_truth import TRUTH as WALKED

pytestmark = [pytest.mark.root, pytest.mark.lab]
Packet = tuple[str, str, str, int | None]
_PROTOCOLS: Final[tuple[str, ...]] = ("icmp", "tcp", "udp")
ELSEWHERE: Final = frozenset(WALKED["elsewhere"])
"""Faults of the switch between the nodes."""
_AT_ONCE: Final = 8
MOST: Final = 4
"""Packets of each lab and fault."""


def plan() -> Iterator[Any]:
    """Yield each lab with the faults that are tried on it: every fault on its first lab."""
    labs: dict[str, list[str]] = {name: [] for name in TOPOLOGIES}
    for name in faults():
        words = yaml.safe_load((CASES / f"{name}.yaml").read_text(encoding="utf-8"))["labs"][0]
        labs.setdefault(words, []).append(name)
    for words, names in labs.items():
        # Short ones, so that no worker is left with all of them.
        for at in range(0, max(len(names), 1), _AT_ONCE):
            part = names[at : at + _AT_ONCE]
            yield pytest.param(words, part, id=f"{words} {at}", marks=[pytest.mark.long, pytest.mark.timeout(600)])


def judge(words: str, names: list[str], most: int = MOST) -> tuple[list[str], int]:
    """Return where prediction and observation part in a lab, healthy and with each fault, and how many packets were sent."""
    need_kernel()
    seed = fresh_seed()
    print("seed", seed)  # noqa: T201 - shown when the test fails
    name, *sizes = words.split()
    nodes, pods = (int(size) for size in sizes) if sizes else (None, None)
    try:
        made = lab.cluster(name, nodes=nodes, pods=pods)
    except LabError as error:
        pytest.skip(str(error))
    parted: list[str] = []
    tried = 0
    with made, Inhabited(made) as spaces:
        probed = ProbedLab(spaces)
        for fault in ("", *names):
            if fault:
                run.inject(made, fault)
            spaces.hurry()
            try:
                for found in _each(probed, made, random.Random(f"{seed} {fault}"), most):
                    tried += 1
                    if disagrees(found) and fault not in TRUTH["expected"] and not _is_of_the_switch(fault, found):
                        parted.append(f"{fault or 'healthy'}: {found}")
            finally:
                if fault:
                    run.mend(made)
    return parted, tried


def _is_of_the_switch(fault: str, found: Probed) -> bool:
    """Say whether a fault that no node's tables show was named by what was seen: lost between nodes, or damaged there."""
    live = found.trace.live
    return fault in ELSEWHERE and live is not None and live.agreement in {Agreement.NETWORK, Agreement.UNSHOWN}


def _each(probed: ProbedLab, made: Cluster, chance: random.Random, most: int) -> Iterator[Probed]:
    """Yield some packets of any protocol between any two ends: half of them such that fail, as far as there are any."""
    asked = [
        (source.name, address, proto, target.ports[proto] or None)
        for source in made.plan.senders
        for target in made.plan.targets
        if target.name != source.name
        for address in target.addresses
        for proto in _PROTOCOLS
        if proto in target.ports and (proto == "icmp" or target.ports[proto])
    ]
    chance.shuffle(asked)
    snapshot = probed.capture()
    chosen: dict[bool, list[tuple[Packet, Trace]]] = {True: [], False: []}
    for packet in asked:
        trace = probed.trace(snapshot, *packet)
        if trace is not None:
            chosen[trace.verdict is Verdict.DELIVERED].append((packet, trace))
        if all(len(found) >= most // 2 for found in chosen.values()):
            break
    for packet, trace in (*chosen[False][: most // 2], *chosen[True][: most // 2]):
        found = probed.probe(trace, packet[0])
        if disagrees(found):
            again = probed.trace(probed.capture(), *packet)
            found = probed.probe(again, packet[0]) if again is not None else found
        yield found


@pytest.mark.parametrize(("words", "names"), list(plan()))
def test_what_is_seen_is_what_was_predicted(words: str, names: list[str]) -> None:
    """Hop by hop, with the kernel's reason and the error that the sender gets."""
    parted, tried = judge(words, names)
    assert parted == [], f"{len(parted)} of {tried}:\n" + "\n".join(parted[:5])


@pytest.mark.long
def test_what_is_seen_is_what_was_predicted_in_a_small_cluster() -> None:
    """A MAC that its peers do not know, and a host that does not forward."""
    parted, tried = judge("flannel-vxlan 2 2", ["vtep-mac-mismatch", "ip-forward-off"], 12)
    assert tried > 20
    assert parted == [], "\n".join(parted[:5])


@pytest.mark.parametrize(
    ("topology", "fault", "agreement", "reason"),
    [
        ("flannel-vxlan", "hypervisor-swallows-vxlan", Agreement.NETWORK, ""),
        pytest.param("flannel-hostgw", "cloud-src-dst-check", Agreement.NETWORK, "", marks=pytest.mark.long),
        pytest.param("flannel-vxlan", "tunnel-checksum-offload", Agreement.UNSHOWN, "UDP_CSUM", marks=pytest.mark.long),
    ],
)
def test_a_fault_that_no_state_shows_is_named_by_what_was_seen(
    topology: str, fault: str, agreement: Agreement, reason: str
) -> None:
    """The switch drops the tunnel, or pods' addresses: seen leaving one node, and not on the other. Or it spoils checksums."""
    need_kernel()
    made = lab.cluster(topology, nodes=2, pods=2)
    with made, Inhabited(made) as spaces:
        probed = ProbedLab(spaces)
        run.inject(made, fault)
        ends = [end for end in made.plan.senders if end.kind == "pod"]
        found = [_sent(probed, source, target) for source, target in ((ends[0], ends[1]), (ends[1], ends[0]))]
        lives = [one.trace.live for one in found if one.trace.live is not None]
        named = [live for live in lives if live.agreement is agreement]
        assert named, "\n".join(map(str, found))
        assert {live.drop.reason if live.drop is not None else "" for live in named} == {reason}


def _sent(probed: ProbedLab, source: End, target: End) -> Probed:
    trace = probed.trace(probed.capture(), source.name, target.addresses[0], "icmp", None)
    assert trace is not None
    return probed.probe(trace, source.name)


def test_every_fault_that_is_expected_to_differ_exists() -> None:
    """With its reason."""
    assert set(TRUTH["expected"]) <= set(faults())
    assert all(len(reason) > 10 for kind in TRUTH.values() for reason in kind.values())
