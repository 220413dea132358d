"""Plans: what travels is what comes back."""

import json

import pytest

from podpath.lab.compose import compose
from podpath.lab.load import load, topologies
from podpath.lab.plan import Plan


@pytest.mark.parametrize("name", topologies())
def test_a_plan_survives_its_journey(name: str) -> None:
    """As JSON and back."""
    plan = compose(load(name))
    assert Plan.of_message(json.loads(json.dumps(plan.as_message()))) == plan


def test_a_node_is_found_by_its_name() -> None:
    """And the outside host is no node of the cluster."""
    plan = compose(load("flannel-vxlan"))
    assert plan.node("n2").name == "n2"
    assert [node.name for node in plan.cluster_nodes] == ["n1", "n2", "n3"]
    with pytest.raises(KeyError):
        plan.node("n9")
