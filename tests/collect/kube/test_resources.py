"""Objects of a cluster."""

from pathlib import Path

import pytest

from podpath.collect.kube.kubectl import Kubectl
from podpath.collect.kube.resources import OWNERS, RESOURCES, listed
from tests.collect.kube.fake import FORBIDDEN, NO_RESOURCE, REFUSED, Answer, make

EMPTY = '{"apiVersion": "v1", "kind": "List", "items": []}'


def asked(folder: Path, monkeypatch: pytest.MonkeyPatch, *answers: Answer) -> dict[str, tuple[bool, bool]]:
    """Return for each command whether it gave something, and whether there is nothing to give."""
    monkeypatch.setenv("PATH", make(folder / "bin", *answers))
    return {one.command: (one.file is not None, one.absent) for one in listed(Kubectl(), folder, ("shop", "default"))}


def test_each_kind_is_asked_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In all namespaces; a kind that the cluster does not know has no objects."""
    found = asked(tmp_path, monkeypatch, Answer("admin", "", NO_RESOURCE, 1), Answer(".", EMPTY))
    assert len(found) == len(RESOURCES) + 6
    assert found["kubectl get pods -A -o json"] == (True, False)
    assert found["kubectl get adminnetworkpolicies -o json"] == (False, True)


@pytest.mark.parametrize(
    ("groups", "status", "asked_for", "absent"),
    [
        ("pods\ntiers.crd.projectcalico.org\n", 0, "kubectl get tiers.crd.projectcalico.org -o json", False),
        ("pods\ntiers.projectcalico.org\n", 0, "kubectl get tiers.projectcalico.org -o json", False),
        ("pods\ndeployments.apps\n", 0, "kubectl get tiers.crd.projectcalico.org -o json", True),
        ("", 1, "kubectl get tiers.crd.projectcalico.org -o json", False),
    ],
)
def test_objects_of_calico_are_asked_for_where_the_cluster_has_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, groups: str, status: int, asked_for: str, *, absent: bool
) -> None:  # fmt: skip
    """In the group that it has; one question tells of a cluster that has none, and where it fails, each kind is asked for."""
    found = asked(tmp_path, monkeypatch, Answer("api-resources", groups, "", status), Answer(".", EMPTY))
    assert found[asked_for] == (not absent, absent)
    assert ("kubectl get serviceaccounts -A -o json" in found) is (not absent and status == 0)


def test_owners_are_asked_for_besides(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where a question needs them."""
    monkeypatch.setenv("PATH", make(tmp_path / "bin", Answer(".", EMPTY)))
    found = {one.command for one in listed(Kubectl(), tmp_path, (), OWNERS)}
    assert {"kubectl get replicasets -A -o json", "kubectl get jobs -A -o json"} <= found


def test_who_may_not_list_all_namespaces_is_asked_for_those_that_count(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of those some may be forbidden, too."""
    found = asked(
        tmp_path,
        monkeypatch,
        Answer("pods -A", "", FORBIDDEN, 1),
        Answer("pods -n default", "", FORBIDDEN, 1),
        Answer(".", EMPTY),
    )
    assert found["kubectl get pods -A -o json"] == (False, False)
    assert found["kubectl get pods -n shop -o json"] == (True, False)
    assert "kubectl get pods -n default -o json" not in found


def test_a_list_is_named_as_people_say_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """By its namespace, where it has one; the command names the context as a shell reads it."""
    monkeypatch.setenv("PATH", make(tmp_path / "bin", Answer("pods -A", "", FORBIDDEN, 1), Answer(".", EMPTY)))
    found = {one.called: one.command for one in listed(Kubectl("a b"), tmp_path, ("shop",))}
    assert found["pods of all namespaces"] == "kubectl --context 'a b' get pods -A -o json"
    assert found["pods of namespace shop"] == "kubectl --context 'a b' get pods -n shop -o json"
    assert "nodes" in found


def test_a_cluster_that_does_not_answer_is_asked_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The rest would take as long, and say the same."""
    assert list(asked(tmp_path, monkeypatch, Answer(".", "", REFUSED, 1))) == ["kubectl get nodes -o json"]
