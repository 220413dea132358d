"""Pods that are made to read their nodes, and are removed in every ending; whole commands are in tests/cli/test_kube.py."""

import json
from pathlib import Path
from typing import Any

import pytest

from podpath.collect.kube.agents import Agent
from podpath.collect.kube.collector import collectors, images_of, manifest
from podpath.collect.kube.kubectl import Kubectl
from tests.collect.kube.fake import Answer, make

IMAGES = {"n1": "docker.io/library/busybox:1.37", "n2": "registry.example/flannel-io/flannel:v0.28"}
GONE = 'Error from server (Forbidden): namespaces is forbidden: User "u" cannot create resource "namespaces"'


def status(name: str, **of: object) -> dict[str, Any]:
    """Return a pod as the API server lists it."""
    return {"metadata": {"name": name}, "status": of}


def waiting(reason: str, message: str = "") -> dict[str, Any]:
    """Return the status of a pod whose container waits."""
    return {"phase": "Pending", "containerStatuses": [{"state": {"waiting": {"reason": reason, "message": message}}}]}


def made(
    folder: Path, monkeypatch: pytest.MonkeyPatch, *said: Answer, timeout: float = 30
) -> tuple[dict[str, Agent], dict[str, str], list[str]]:
    """Make pods, and return those that run, why others do not, and what is left."""
    monkeypatch.setenv("PATH", f"{make(folder / 'bin', *said)}:/usr/bin:/bin")
    left: list[str] = []
    with collectors(Kubectl(timeout=timeout), folder, IMAGES, pull=False, left=left.append) as found:
        agents = found.agents
    return agents, found.failed, left


def test_a_pod_has_the_sight_of_its_node_and_no_right_in_the_cluster() -> None:
    """In a namespace of its own, with an end, and by an image that is there."""
    space, account, first, second = manifest("podpath-x", IMAGES, pull=False)
    assert (space["kind"], account["kind"], account["automountServiceAccountToken"]) == ("Namespace", "ServiceAccount", False)
    assert space["metadata"]["labels"]["pod-security.kubernetes.io/enforce"] == "privileged"
    spec = first["spec"]
    assert {first["metadata"]["namespace"], second["metadata"]["namespace"], space["metadata"]["name"]} == {"podpath-x"}
    assert (spec["nodeName"], spec["hostNetwork"], spec["hostPID"], spec["restartPolicy"]) == ("n1", True, True, "Never")
    assert spec["activeDeadlineSeconds"] == 600
    assert spec["automountServiceAccountToken"] is False
    assert spec["tolerations"] == [{"operator": "Exists"}]
    (container,) = spec["containers"]
    assert (container["image"], container["imagePullPolicy"]) == (IMAGES["n1"], "Never")
    assert [mount["readOnly"] for mount in container["volumeMounts"]] == [True]
    assert manifest("x", IMAGES, pull=True)[2]["spec"]["containers"][0]["imagePullPolicy"] == "IfNotPresent"


def test_the_image_is_one_that_the_node_has() -> None:
    """That of a network before others; nodes without one that is known are left out."""
    lists: dict[str, list[list[Any]]] = {
        "n1": [["registry.k8s.io/pause:3.10"], ["docker.io/library/busybox@sha256:0", "docker.io/library/busybox:1.37"]],
        "n2": [["docker.io/library/alpine:3"], ["docker.io/calico/node:v3.30"]], "n3": [["registry.k8s.io/pause:3.10"], [None]],
    }  # fmt: skip
    items = [
        {"metadata": {"name": name}, "status": {"images": [{"names": names} for names in found]}} for name, found in lists.items()
    ]
    found = images_of({"items": [*items, {"metadata": {}}, {"metadata": {"name": "n4"}, "status": {"images": [{}]}}]})
    assert sorted(found) == ["n1", "n2"]
    assert found["n1"].startswith("docker.io/library/busybox")
    assert found["n2"] == "docker.io/calico/node:v3.30"
    assert images_of([]) == {}


def test_those_that_run_are_asked_and_all_are_removed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Why the others do not run is told."""
    pods = [status("collector-0", phase="Running"), status("collector-1", **waiting("ErrImageNeverPull", "not present"))]
    agents, failed, left = made(
        tmp_path, monkeypatch, Answer("create -f"), Answer("get pods -n podpath-", json.dumps({"items": pods})),
        Answer("delete namespace podpath-[0-9a-f]{8} --wait=false"),
    )  # fmt: skip
    assert [(node, agent.name) for node, agent in agents.items()] == [("n1", "collector-0")]
    assert failed == {"n2": "ErrImageNeverPull: not present"}
    assert left == []


@pytest.mark.parametrize(
    ("of", "why"),
    [
        ({"phase": "Failed", "reason": "OutOfcpu", "message": "Node didn't have enough"}, "OutOfcpu: Node didn't have enough"),
        ({"phase": "Failed"}, "its pod failed"),
        (waiting("ContainerCreating"), "its pod did not start within 0.1 s (--timeout)"),
        ({}, "its pod did not start within 0.1 s (--timeout)"),
    ],
)
def test_a_pod_that_does_not_start_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, of: dict[str, Any], why: str) -> None:
    """And waited for no longer than one call may take."""
    said = (Answer("create -f"), Answer("get pods", json.dumps({"items": [status("collector-0", **of)]})), Answer("delete"))
    monkeypatch.setattr("podpath.collect.kube.collector._PAUSE", 0.01)
    kept = Kubectl.run
    # Only waiting ends early; kubectl itself has its time.
    monkeypatch.setattr(Kubectl, "run", lambda self, words, to: kept(self._replace(timeout=30), words, to))
    agents, failed, _ = made(tmp_path, monkeypatch, *said, timeout=0.1)
    assert (agents, failed["n1"]) == ({}, why)


def test_what_may_not_be_made_is_told_and_nothing_is_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who may not make a namespace may not remove one either."""
    refused = GONE.replace("create", "delete")
    agents, failed, left = made(tmp_path, monkeypatch, Answer("create", "", GONE, 1), Answer("delete", "", refused, 1))
    assert (agents, failed, left) == ({}, {"n1": GONE, "n2": GONE}, [])


def test_what_could_not_be_removed_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With the command that removes it; a pod ends by itself after ten minutes."""
    pods = json.dumps({"items": [status(f"collector-{at}", phase="Running") for at in (0, 1)]})
    lost = "The connection to the server 192.0.2.1:6443 was refused - did you specify the right host or port?"
    _, _, left = made(tmp_path, monkeypatch, Answer("create"), Answer("get pods", pods), Answer("delete", "", lost, 1))
    (command,) = left
    assert command.startswith("kubectl delete namespace podpath-")
    assert "was refused" in command


def test_an_error_in_between_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nor does a signal: it comes as an exception."""
    log = tmp_path / "log"
    pods = json.dumps({"items": [status(f"collector-{at}", phase="Running") for at in (0, 1)]})
    answers = (Answer("create"), Answer("get pods", pods), Answer("delete"))
    monkeypatch.setenv("PATH", f"{make(tmp_path / 'bin', *answers)}:/usr/bin:/bin")
    kept = Kubectl.run

    def noted(self: Kubectl, words: Any, to: Path) -> Any:  # noqa: ANN401 - as it is
        if words[0] == "delete":
            log.write_text(words[2])
        return kept(self, words, to)

    monkeypatch.setattr(Kubectl, "run", noted)
    with (
        pytest.raises(KeyboardInterrupt),
        collectors(Kubectl(timeout=30), tmp_path, IMAGES, pull=False, left=pytest.fail),
    ):
        raise KeyboardInterrupt
    assert log.read_text().startswith("podpath-")
