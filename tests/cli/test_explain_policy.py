"""``podpath explain-policy``."""

import json
from pathlib import Path

import pytest

from podpath.cli.main import main
from tests.policy.clusters import BASE, DENY, netpol, pasted, pod
from tests.walk.test_workloads import owned


@pytest.fixture
def objects(tmp_path: Path) -> str:
    """Write what somebody pastes who has kubectl."""
    path = tmp_path / "objects.txt"
    path.write_text("\n".join(pasted([*BASE, DENY, pod("shop/a", "10.1.0.9")])), encoding="utf-8")
    return str(path)


def test_a_pod_is_explained(objects: str, capsys: pytest.CaptureFixture[str]) -> None:
    """By its name, with its namespace where there are several."""
    assert main(["explain-policy", "db-0", objects]) == 0
    assert "may not reach it: shop/a, web/a (denied by shop/default-deny)" in " ".join(capsys.readouterr().out.split())
    assert main(["explain-policy", "shop/db-0", objects, "--format", "json"]) == 0
    assert json.loads(capsys.readouterr().out)["pod"] == "shop/db-0"


@pytest.mark.parametrize("word", ["10.1.0.2", "pod/shop/db-0", "[10.1.0.2]"])
def test_a_pod_is_found_by_its_address_too(objects: str, capsys: pytest.CaptureFixture[str], word: str) -> None:
    """As kubectl names it, or as any object shows it."""
    assert main(["explain-policy", word, objects, "--format", "json"]) == 0
    assert json.loads(capsys.readouterr().out)["pod"] == "shop/db-0"


def test_pods_of_an_owner_are_told_together_as_far_as_the_same_is_true(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """One that a policy selects, and two that none does."""
    path = tmp_path / "objects.txt"
    own = [owned(pod(f"shop/web-{at}", f"10.1.0.{40 + at}", labels={"at": str(at > 1)}), "DaemonSet", "web") for at in (1, 2, 3)]
    only = netpol("shop/one", podSelector={"matchLabels": {"at": "False"}}, policyTypes=["Ingress"])
    path.write_text("\n".join(pasted([*BASE, only, *own])), encoding="utf-8")
    assert main(["explain-policy", "ds/web", str(path), "--format", "json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert [group["pods"] for group in found["groups"]] == [["shop/web-1"], ["shop/web-2", "shop/web-3"]]
    assert main(["explain-policy", "shop/ds/web", str(path)]) == 0
    assert "shop/web-2, shop/web-3\n" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("nobody", "the objects of the cluster are needed: kubectl get"), ("shop/db-1", "did you mean shop/db-0"),
        ("a", "could be shop/a, web/a"), ("web/agent", "network policies are not about it"),
        ("192.168.50.12", "an address of the node n2: network policies are not about it"),
        ("node/n1", "node:n1 is a node"), ("deploy/db", 'no Deployment is called "deploy/db"'),
        ("svc/db", "no pod behind svc/db was shown"),
    ],
)  # fmt: skip
def test_a_name_that_means_no_pod_is_told(objects: str, capsys: pytest.CaptureFixture[str], name: str, told: str) -> None:
    """With what to do."""
    assert main(["explain-policy", name, objects]) == 2
    assert told in capsys.readouterr().err
