"""Labs printed as a person pastes them: what a part says never contradicts the whole, and accuses nobody falsely."""

import random
from collections.abc import Iterator
from typing import Any, Final

import pytest
import yaml

from podpath import lab
from podpath.causes.registry import cause as declared
from podpath.checks.engine.run import run_checks
from podpath.lab.client import Cluster, LabError
from podpath.lab.faults import run
from podpath.snapshot.link_up import link_up
from podpath.snapshot.load import load_text
from podpath.snapshot.merge import merge
from podpath.snapshot.store import Store
from podpath.state.finding import Report, Severity
from podpath.state.trace import Verdict
from podpath.walk.cluster import Cluster as Snapshot
from podpath.walk.endpoints import EndpointError, endpoint
from podpath.walk.trace import Ask, Tracer
from tests.seeds import fresh_seed
from tests.walk.test_lab_truth import CASES, TOPOLOGIES, TRUTH

COMMANDS: Final = (
    "ip -d link", "ip addr", "ip route show table all", "ip -6 route show table all", "ip rule", "ip neigh", "bridge fdb",
    "bridge link", "iptables-save -c", "ip6tables-save -c", "nft list ruleset", "sysctl -a", "ss -lntu",
)  # fmt: skip
SHORTER: Final = {
    "ip -d link": "ip link", "ip addr": "ip -br addr", "ip route show table all": "ip route",
    "bridge fdb": "bridge fdb show dev flannel.1", "ip neigh": "arp -n", "iptables-save -c": "iptables -S",
}  # fmt: skip
HEADINGS: Final = ("### node {}", "**{}**:", "On {}:", "{}# {}", "[root@{} ~]# {}")
PARTS: Final = 3
"""Parts of each state that are tried, each with more in it than the one before."""
FAULTS: Final = 2
"""Faults of a lab that are tried in one run, drawn anew each time."""


ALIKE: Final = {"neighbour-wrong-mac": "vtep-mac-mismatch", "fdb-wrong-mac": "vtep-mac-mismatch"}
"""Errors that are another one's, as long as no other node's table is shown; a symptom stands for its cause, too."""


def outputs(cluster: Cluster, chance: random.Random) -> dict[str, dict[str, str]]:
    """Return what each node prints for each command."""
    found: dict[str, dict[str, str]] = {}
    for node in cluster.plan.cluster_nodes:
        typed = [SHORTER[one] if one in SHORTER and chance.random() < 0.3 else one for one in COMMANDS]
        done = {command: cluster.run(node.name, command.split()) for command in typed}
        found[node.name] = {command: one.out for command, one in done.items() if one.code == 0}
    return found


def pasted(printed: dict[str, dict[str, str]], chance: random.Random, share: float) -> str:
    """Return a part of what nodes printed, as a person puts it into a ticket: some commands, some cut off in the middle."""
    heading, lines = chance.choice(HEADINGS), list[str]()
    for node, each in printed.items():
        named = heading.count("{}") == 2
        if not named:
            lines += [heading.format(node), ""]
        for command, text in each.items():
            if chance.random() > share:
                continue
            lines += [heading.format(node, command) if named else f"$ {command}", *cut(text.splitlines(), chance, share), ""]
    return "\n".join(lines)


def cut(lines: list[str], chance: random.Random, share: float) -> list[str]:
    """Return an output, perhaps only its beginning, and then with the dots that say so."""
    if len(lines) < 4 or chance.random() < share:
        return lines
    return [*lines[: chance.randrange(2, len(lines))], "..."]


def read(text: str) -> Store:
    """Return the snapshot that a text makes."""
    store = Store()
    load_text(store, "ticket.txt", "ticket", None, text.splitlines())
    merge(store)
    link_up(store)
    return store


def errors(report: Report) -> set[tuple[str, str]]:
    """Return the errors of a report."""
    return {(one.check, one.node) for one in report.findings if one.severity is Severity.ERROR}


def traced(store: Store, ends: list[tuple[str, str]]) -> dict[tuple[str, str], Verdict]:
    """Return the verdicts of some pings that are decided."""
    tracer, found = Tracer(Snapshot(store)), dict[tuple[str, str], Verdict]()
    for source, target in ends:
        try:
            asked = Ask(source=endpoint(tracer.cluster, source), destination=endpoint(tracer.cluster, target))
            found[source, target] = tracer.trace(asked).verdict
        except EndpointError:
            continue
    return {pair: verdict for pair, verdict in found.items() if verdict is not Verdict.UNKNOWN}


def addresses(cluster: Cluster, chance: random.Random) -> list[tuple[str, str]]:
    """Return pairs of addresses of pods, on different nodes where there are several."""
    pods = [pod.addresses[0] for node in cluster.plan.cluster_nodes for pod in node.pods[:1] if pod.addresses]
    return [(one, two) for one in chance.sample(pods, min(2, len(pods))) for two in pods if one != two][:4]


def judged(cluster: Cluster, seed: int, told: str, *, healthy: bool) -> Iterator[str]:
    """Yield what a part says that all does not."""
    chance = random.Random(seed)
    printed = outputs(cluster, chance)
    ends = addresses(cluster, chance)
    with read(pasted(printed, random.Random(seed), 2)) as whole:
        true, verdicts = run_checks(whole), traced(whole, ends)
    allowed = {found.check for found in true.findings}
    if healthy:
        yield from (f"{told}: false error {one}" for one in errors(true))
    for part in range(PARTS):
        text = pasted(printed, random.Random(seed), 0.3 + 0.2 * part)
        with read(text) as store:
            report, said = run_checks(store), traced(store, ends)
        for check, node in errors(report):
            if not {check, ALIKE.get(check, check), *declared(check).symptom_of} & allowed:
                yield f"{told}: PODPATH_SEED={seed}, part {part}: {check} on {node}, which the whole text does not say"
        for pair, verdict in said.items():
            if pair in verdicts and (verdict is Verdict.DELIVERED) is not (verdicts[pair] is Verdict.DELIVERED):
                yield f"{told}: PODPATH_SEED={seed}, part {part}: {pair} {verdict}, by the whole text {verdicts[pair]}"


def plan() -> Iterator[Any]:
    """Yield each lab with the faults that are tried on it."""
    labs: dict[str, list[str]] = {name: [] for name in TOPOLOGIES}
    for path in sorted(CASES.glob("*.yaml")):
        if path.stem not in TRUTH["elsewhere"]:
            words = yaml.safe_load(path.read_text(encoding="utf-8"))["labs"][0]
            labs.setdefault(words, []).append(path.stem)
    yield from (pytest.param(words, names, id=words) for words, names in labs.items())


@pytest.mark.long
@pytest.mark.root
@pytest.mark.lab
@pytest.mark.timeout(600)
@pytest.mark.parametrize(("words", "names"), list(plan()))
def test_a_part_never_contradicts_the_whole(words: str, names: list[str]) -> None:
    """Healthy and with some faults: random commands, cut off at random."""
    seed = fresh_seed()
    name, *sizes = words.split()
    nodes, pods = (int(size) for size in sizes) if sizes else (None, None)
    try:
        made = lab.cluster(name, nodes=nodes, pods=pods)
    except LabError as error:
        pytest.skip(str(error))
    wrong = list[str]()
    with made:
        wrong += judged(made, seed, "healthy", healthy=True)
        for fault in random.Random(seed).sample(names, min(FAULTS, len(names))):
            run.inject(made, fault)
            try:
                wrong += judged(made, seed, fault, healthy=False)
            finally:
                run.mend(made)
    assert not wrong, "\n".join(wrong[:20])
