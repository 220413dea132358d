"""Containers that neither Kubernetes nor Docker made, in a real containerd."""

import pytest

from podpath.state.runtime import ContainerLabel
from tests.collect.runtimes.helper import Said
from tests.engines import Containerd

pytestmark = pytest.mark.root


def test_containers_of_ctr_are_found(containerd: Containerd) -> None:
    """In a namespace of their own, with the name that nerdctl gave; Kubernetes' are asked of the CRI."""
    containerd.run_plain("default", "plain", {"nerdctl/name": "nice", "db.password": "hunter2"})
    try:
        said = Said(containerd.root, environ={"CONTAINERD_ADDRESS": str(containerd.socket)})
        rows = said.containers("containerd")
        assert [(row.id, row.name, row.state, row.runtime) for row in rows] == [("plain", "nice", "running", "containerd")]
        assert rows[0].pid == containerd.task_pid("plain", "default")
        assert "hunter2" not in repr(said.heard)
        assert ("nerdctl/name", "nice") in {(row.name, row.value) for row in said.rows(ContainerLabel)}
        assert said.unknowns == []
        assert any(one.command.endswith("--namespace default ps -a") for one in said.heard)
    finally:
        containerd.remove_plain("default", "plain")
