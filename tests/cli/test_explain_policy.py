"""``podpath explain-policy``."""

import json
from pathlib import Path

import pytest

from podpath.cli.main import main
from tests.policy.clusters import BASE, DENY, pasted, pod


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


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("nobody", "the objects of the cluster are needed: kubectl get"), ("shop/db-1", "did you mean shop/db-0"),
        ("a", "could be shop/a, web/a"), ("web/agent", "network policies are not about it"),
    ],
)  # fmt: skip
def test_a_name_that_means_no_pod_is_told(objects: str, capsys: pytest.CaptureFixture[str], name: str, told: str) -> None:
    """With what to do."""
    assert main(["explain-policy", name, objects]) == 2
    assert told in capsys.readouterr().err
