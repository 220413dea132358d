"""What all policies say of one end: as cyclonus says it, and as the API's documentation does where cyclonus is silent."""

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from podpath.policy.ends import End, Flow, Labels, NamedPort, Pod
from podpath.policy.judge import answers, joined, sides
from podpath.policy.objects import Objects
from podpath.policy.policed import policed
from podpath.readers.kubectl import READER
from podpath.state.address import parse_ip
from podpath.state.policing import Ground, Permit
from podpath.state.policy import NetworkPolicy, PodPort, PolicyRule
from tests.policy.clusters import DENY, asked, end, netpol, of_cluster, snapshot
from tests.policy.sets import SETS, Made, letters, recorded
from tests.seeds import fresh_seed


def judged(objects: Objects, flow: dict[str, Any]) -> dict[str, bool]:
    """Return what podpath says of a flow of a random set."""
    source, destination = (end(objects, flow[way]["address"]) for way in ("from", "to"))
    found = policed(objects, Flow(source, destination, flow["proto"], flow["port"]))
    assert all(one.permit is not Permit.UNKNOWN for one in found), found
    denied = {one.direction for one in found if one.permit is Permit.DENIED}
    return {"ingress": "ingress" not in denied, "egress": "egress" not in denied}


def said(made: Made) -> str:
    """Return what podpath says of all flows of a random set."""
    with snapshot(list(made.objects())) as store:
        objects = Objects(store)
        return letters([judged(objects, flow) for flow in made.flows])


@pytest.mark.parametrize("seed", range(0, SETS, 200))
def test_random_sets_are_judged_as_cyclonus_judges_them(seed: int) -> None:
    """Some of those that were recorded."""
    assert said(Made(seed)) == recorded()[seed]


def quickly(made: Made) -> str:
    """Return what podpath says of all flows of a random set, without a snapshot, which costs more than all the rest."""
    assert READER.read_json is not None
    read = [row for item in made.objects() for _, row in READER.read_json([], item)]
    policies = joined(
        [row for row in read if isinstance(row, NetworkPolicy)], [row for row in read if isinstance(row, PolicyRule)]
    )
    ports = tuple(NamedPort(row.name or "", row.proto, row.port) for row in read if isinstance(row, PodPort) and row.pod == "p0")
    ends = {
        pod["address"]: End(
            parse_ip(pod["address"]),
            Pod(pod["namespace"], pod["name"], Labels(pod["labels"]), Labels(made.namespaces[pod["namespace"]]), ports),
        )
        for pod in made.pods
    }
    found = []
    for flow in made.flows:
        source, destination = (ends.get(flow[way]["address"], End(parse_ip(flow[way]["address"]))) for way in ("from", "to"))
        asked = sides(Flow(source, destination, flow["proto"], flow["port"]))
        found.append({side.direction: {one.permit for one in answers(side, policies)} == {Permit.ALLOWED} for side in asked})
    return letters(found)


def test_all_recorded_sets_are_judged_as_cyclonus_judges_them() -> None:
    """A thousand with twelve flows each."""
    known = recorded()
    wrong = [seed for seed in range(SETS) if quickly(Made(seed)) != known[seed]]
    assert not wrong


@pytest.fixture(scope="module")
def oracle(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build cyclonus' matcher, where Go and its modules can be had."""
    if shutil.which("go") is None:
        pytest.skip("there is no Go")
    if not os.environ.get("PODPATH_ORACLE"):
        pytest.skip("building cyclonus takes minutes: set PODPATH_ORACLE=1")
    source, built = Path(__file__).parents[2] / "tools" / "policies", tmp_path_factory.mktemp("policies") / "policies"
    done = subprocess.run(["go", "build", "-o", built, "."], cwd=source, capture_output=True, text=True, timeout=400, check=False)
    if done.returncode:
        pytest.skip(f"cyclonus cannot be built here: {done.stderr.strip().splitlines()[-1:]}")
    return built


@pytest.mark.long
@pytest.mark.timeout(600)
def test_fresh_sets_are_judged_as_cyclonus_judges_them(oracle: Path) -> None:
    """A hundred that nobody has seen."""
    first = fresh_seed()
    made = [Made(first + at) for at in range(100)]
    asked = "\n".join(json.dumps(one.question()) for one in made)
    answers = subprocess.run([oracle], input=asked, capture_output=True, text=True, timeout=120, check=True).stdout
    wrong = [
        first + at
        for at, (one, line) in enumerate(zip(made, answers.splitlines(), strict=True))
        if quickly(one) != letters(json.loads(line))
    ]
    assert not wrong, f"PODPATH_SEED of single sets: {wrong}"


# -- policies of the whole cluster


@pytest.mark.parametrize(("action", "permit", "ground"), [
    ("Deny", Permit.DENIED, Ground.RULE), ("Allow", Permit.ALLOWED, Ground.RULE), ("Pass", Permit.DENIED, Ground.ISOLATED),
])  # fmt: skip
def test_an_admin_policy_decides_before_network_policies(action: str, permit: Permit, ground: Ground) -> None:
    """And Pass leaves it to them."""
    first = of_cluster("AdminNetworkPolicy", "first", priority=5, ingress=[{"action": action, "from": [{"namespaces": {}}]}])
    later = of_cluster("AdminNetworkPolicy", "later", priority=6, ingress=[{"action": "Deny", "from": [{"namespaces": {}}]}])
    told = asked([DENY, later, first])["ingress"]
    assert (told.permit, told.ground) == (permit, ground)


def test_policies_of_one_priority_that_disagree_leave_it_open() -> None:
    """Nobody says which is asked first."""
    rules: list[Any] = [[{"action": action, "from": [{"namespaces": {}}]}] for action in ("Allow", "Deny")]
    told = asked(
        [of_cluster("AdminNetworkPolicy", name, priority=5, ingress=rule) for name, rule in zip("ab", rules, strict=True)]
    )
    assert told["ingress"].permit is Permit.UNKNOWN


def test_a_baseline_policy_is_asked_where_no_network_policy_selects_the_pod() -> None:
    """Where one does, it is not."""
    base = of_cluster("BaselineAdminNetworkPolicy", "default", ingress=[{"action": "Deny", "from": [{"namespaces": {}}]}])
    assert asked([base])["ingress"].permit is Permit.DENIED
    assert asked([base, netpol("shop/open", ingress=[{}])])["ingress"].permit is Permit.ALLOWED


def test_a_cluster_network_policy_names_ports_by_protocol() -> None:
    """Its tier says when it is asked."""
    rules: list[Any] = [
        {
            "action": "Deny",
            "from": [{"namespaces": {}}],
            "protocols": [{"tcp": {"destinationPort": {"range": {"start": 5000, "end": 6000}}}}],
        }
    ]
    made = of_cluster("ClusterNetworkPolicy", "no-databases", "v1alpha2", tier="Admin", priority=1, ingress=rules)
    assert asked([made])["ingress"].permit is Permit.DENIED
    assert asked([made], port=80)["ingress"].permit is Permit.ALLOWED
    assert asked([made], proto="UDP")["ingress"].permit is Permit.ALLOWED
