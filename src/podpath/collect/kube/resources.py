"""The objects of a cluster that are asked for (tier 0): read rights are enough, and nothing is left behind."""

import shlex
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Final, NamedTuple

from podpath.collect.kube.kubectl import Failed, Kubectl, Trouble

_AT_ONCE: Final = 4


class Resource(NamedTuple):
    """A kind of objects.

    Attributes:
        name: as kubectl takes it.
        namespaced: its objects are in namespaces.
        optional: a cluster may not have it.
    """

    name: str
    namespaced: bool = True
    optional: bool = False


RESOURCES: Final = (
    Resource("nodes", namespaced=False), Resource("pods"), Resource("services"), Resource("endpointslices"),
    Resource("namespaces", namespaced=False), Resource("networkpolicies"),
    Resource("clusternetworkpolicies", namespaced=False, optional=True),
    Resource("adminnetworkpolicies", namespaced=False, optional=True),
    Resource("baselineadminnetworkpolicies", namespaced=False, optional=True),
)  # fmt: skip
_CALICO: Final = (
    Resource("networkpolicies"), Resource("globalnetworkpolicies", namespaced=False), Resource("tiers", namespaced=False),
    Resource("networksets"), Resource("globalnetworksets", namespaced=False), Resource("hostendpoints", namespaced=False),
)  # fmt: skip
"""What Calico has in a group of its own, besides what the Kubernetes API has."""
_GROUPS: Final = ("crd.projectcalico.org", "projectcalico.org")
OWNERS: Final = (Resource("replicasets"), Resource("jobs"))
"""What stands between Deployments and CronJobs and their pods: asked for where a name needs it, as there may be many."""


class Listed(NamedTuple):
    """The answer for one kind of objects.

    Attributes:
        resource: the kind.
        namespace: the namespace that was asked, or None for all.
        words: the command that was run.
        file: what it printed, or None if it failed.
        failed: why it failed, or None if it did not.
    """

    resource: Resource
    namespace: str | None
    words: tuple[str, ...]
    file: Path | None
    failed: Failed | None

    @property
    def command(self) -> str:
        """The command as a person types it."""
        return shlex.join(self.words)

    @property
    def called(self) -> str:
        """What was asked, as people say it."""
        if not self.resource.namespaced:
            return self.resource.name
        return f"{self.resource.name} of {f'namespace {self.namespace}' if self.namespace is not None else 'all namespaces'}"

    @property
    def absent(self) -> bool:
        """Whether the cluster has no such objects, because it does not know them."""
        return self.resource.optional and self.failed is not None and self.failed.trouble is Trouble.NO_RESOURCE


def listed(kubectl: Kubectl, folder: Path, namespaces: tuple[str, ...], more: tuple[Resource, ...] = ()) -> Iterator[Listed]:
    """Yield what the API server says of each kind; where all namespaces are forbidden, the named ones are asked.

    Args:
        kubectl: how it is run.
        folder: folder for what it prints.
        namespaces: namespaces to ask one by one where all are forbidden.
        more: kinds to ask for besides those of every question.

    Raises:
        FileNotFoundError: there is no kubectl.
    """
    first = _list(kubectl, folder, RESOURCES[0], None)
    yield first
    if first.failed is not None and first.failed.trouble in {Trouble.OTHER, Trouble.CUT_OFF}:
        return  # no cluster answers: there is no use in asking eight times more
    group = _group(kubectl, folder)
    calico = [one._replace(name=f"{one.name}.{group or _GROUPS[0]}", optional=True) for one in _CALICO]
    if group == "":
        yield from (_unknown_kind(kubectl, one) for one in calico)
    # Whose labels rules of Calico's may ask for.
    wanted = [*RESOURCES[1:], *more, *((*calico, Resource("serviceaccounts")) if group else calico if group is None else ())]
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        for answers in pool.map(partial(_all, kubectl, folder, namespaces), wanted):
            yield from answers


def _group(kubectl: Kubectl, folder: Path) -> str | None:
    """Return the group of Calico's objects, an empty text if the cluster has none, or None if it does not say."""
    file = folder / "api-resources"
    if kubectl.run(["api-resources", "-o", "name", f"--request-timeout={max(1, int(kubectl.timeout))}s"], file) is not None:
        return None
    known = {line.strip().partition(".")[2] for line in file.read_text(errors="replace").splitlines()}
    return next((group for group in _GROUPS if group in known), "")


def _unknown_kind(kubectl: Kubectl, resource: Resource) -> Listed:
    """Return the answer of a cluster that has no objects of a kind, without asking for them."""
    words = tuple(kubectl.command("get", resource.name, *(["-A"] if resource.namespaced else []), "-o", "json"))
    return Listed(resource, None, words, None, Failed(Trouble.NO_RESOURCE, "the cluster has no such resource"))


def _all(kubectl: Kubectl, folder: Path, namespaces: tuple[str, ...], resource: Resource) -> list[Listed]:
    whole = _list(kubectl, folder, resource, None)
    if not resource.namespaced or whole.failed is None or whole.failed.trouble is not Trouble.FORBIDDEN:
        return [whole]
    parts = [_list(kubectl, folder, resource, namespace) for namespace in namespaces]
    return [whole, *(part for part in parts if part.failed is None)]


def _list(kubectl: Kubectl, folder: Path, resource: Resource, namespace: str | None) -> Listed:
    where = ["-n", namespace] if namespace is not None else ["-A"] if resource.namespaced else []
    words = ["get", resource.name, *where, "-o", "json"]
    file = folder / f"{resource.name}{f'.{namespace}' if namespace is not None else ''}.json"
    failed = kubectl.run([*words, f"--request-timeout={max(1, int(kubectl.timeout))}s"], file)
    return Listed(resource, namespace, tuple(kubectl.command(*words)), file if failed is None else None, failed)
