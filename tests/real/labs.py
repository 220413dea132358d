"""Labs that real programs run: built once into the user's cache by the long tests, skipped with a word where they cannot be had.

with kubernetes("nftables") as k8s:
k8s.kubectl("get", "pods")                      # with the administrator's rights
k8s.cluster.run("ext", "kubectl get nodes")     # as a person outside the cluster, who has a kubeconfig
k8s.spaces.capture()                            # what the kernels of all namespaces hold
"""

import fcntl
import json
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final, NamedTuple

import pytest

from podpath import lab
from podpath.lab.client import Cluster, LabError
from podpath.lab.components import registry
from podpath.lab.components.build import BuildError, build
from podpath.lab.compose import compose
from podpath.lab.load import load, topologies
from podpath.lab.requirements import missing_tools
from tests.walk.clusters import Inhabited

REAL: Final = tuple(name for name in topologies() if load(name).real)
"""The topologies that real programs run."""
BUILD_LIMIT: Final = float(os.environ.get("PODPATH_BUILD_LIMIT", "900"))
"""Seconds that one run of the tests may spend on building programs, on a machine that has none in its cache."""


def have(name: str) -> None:
    """Build what a topology runs and this machine lacks; skip the test where that cannot be done, or not in time.

    Several workers may want it at once: the first builds, the others wait for it, and none tries again what failed in this run.
    """
    plan = compose(load(name))
    programs = [tool.removeprefix("real:") for tool in plan.tools if tool.startswith("real:")]
    if any(not os.access(registry.path(program), os.X_OK) for program in programs):
        _build(programs)
    lacking = missing_tools(plan)
    if lacking:
        pytest.skip(f"needs {', '.join(lacking)}")


def _build(programs: list[str]) -> None:
    folder = registry.cache()
    folder.mkdir(parents=True, exist_ok=True)
    run = os.environ.get("PYTEST_XDIST_TESTRUNUID", str(os.getpid()))
    with (folder / ".building").open("a+", encoding="utf-8") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        lock.seek(0)
        tried = json.loads(lock.read() or "{}")
        if tried.get("run") != run:
            tried = {"run": run, "left": BUILD_LIMIT, "said": {}}
        wanted = " ".join(sorted(programs))
        if wanted in tried["said"]:
            pytest.skip(tried["said"][wanted])
        began = time.monotonic()
        try:
            build(programs, deadline=began + tried["left"])
        except BuildError as error:
            tried["said"][wanted] = f"cannot be built here: {error}"
            pytest.skip(tried["said"][wanted])
        finally:
            tried["left"] = max(0.0, tried["left"] - (time.monotonic() - began))
            lock.truncate(0)
            lock.write(json.dumps(tried))


@contextmanager
def real_lab(name: str) -> Iterator[Cluster]:
    """Return a lab of a topology, as long as the block lasts."""
    have(name)
    try:
        made = lab.cluster(name)
    except LabError as error:
        pytest.fail(f"{name} does not start: {error}")
    with made:
        yield made


class Kubernetes(NamedTuple):
    """A cluster with a real API server.

    Attributes:
        cluster: the lab: ``cp`` has the control plane, ``ext`` a person's kubeconfig, ``n1`` … are nodes.
        spaces: its namespaces, open: ``n1``, ``n1/p1`` …
        kubeconfig: path of the administrator's kubeconfig, on ``cp`` and ``ext``.
    """

    cluster: Cluster
    spaces: Inhabited
    kubeconfig: Path

    def kubectl(self, *words: str, text: str = "") -> str:
        """Run kubectl, and return what it printed.

        Raises:
            AssertionError: it failed.
        """
        done = self.cluster.run("cp", ["real:kubectl", *words], text=text, timeout=60)
        assert done.code == 0, done.err
        return done.out

    def get(self, *words: str) -> Any:  # noqa: ANN401 - JSON
        """Return what kubectl gets, as JSON."""
        return json.loads(self.kubectl("get", *words, "-o", "json"))

    def apply(self, *objects: dict[str, Any]) -> None:
        """Make objects, or change them."""
        self.kubectl("apply", "-f", "-", text=json.dumps({"apiVersion": "v1", "kind": "List", "items": objects}))


@contextmanager
def kubernetes(proxy: str = "iptables") -> Iterator[Kubernetes]:
    """Return a cluster of the real API server, as long as the block lasts; everything of it is gone afterwards."""
    with real_lab("kubernetes" if proxy == "iptables" else f"kubernetes-{proxy}") as made, Inhabited(made) as spaces:
        yield Kubernetes(made, spaces, Path("/etc/kubernetes/admin.conf"))
