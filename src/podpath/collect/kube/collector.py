"""Short-lived pods that read their nodes from inside (tier 2): made for one question, and removed in every ending.

A pod of the network sees the namespace of its node. These see all that the node's root sees: the namespaces of its pods, sockets,
runtimes. They run the node's own programs (chroot(1) into its file system, which is mounted read-only), so that an image needs
``sleep`` and ``chroot`` alone.
"""

import json
import secrets
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Final, NamedTuple

from podpath.collect.kube.agents import Agent
from podpath.collect.kube.kubectl import Failed, Kubectl, Trouble
from podpath.readers.documents import inside, items, text
from podpath.readers.interface import Json
from podpath.state.pattern import lazy
from podpath.state.visible import visible

AT_ONCE: Final = 64
"""Nodes that have such a pod at the same time."""
DEADLINE: Final = 600
"""Seconds after which the kubelet ends a pod, whatever became of podpath (``activeDeadlineSeconds``)."""
SHELL: Final = "chroot /host sh -s"
"""What runs in such a pod."""
_PAUSE: Final = 0.5
_NAME: Final = "collector"
# Images that have sleep and chroot, those of networks first: they run on the node already, and are trusted there.
_IMAGES: Final = lazy(
    r"(?:^|/)(?:(?P<r0>flannel|node|kube-router|antrea-agent[^/]*|antrea-ubuntu|weave-kube|cilium|amazon-k8s-cni)"
    r"|(?P<r1>busybox|alpine|netshoot|debian|ubuntu|rockylinux))(?=[:@]|$)"
)
_WAITS_FOR_EVER: Final = frozenset((
    "ErrImageNeverPull", "ErrImagePull", "ImagePullBackOff", "InvalidImageName", "CreateContainerConfigError",
    "CreateContainerError", "RunContainerError", "CrashLoopBackOff",
))  # fmt: skip
"""Reasons of a waiting container that do not pass by themselves within a minute (k8s.io/kubernetes/pkg/kubelet/images)."""


class Collectors(NamedTuple):
    """The pods of one question.

    Attributes:
        agents: those that run, by node.
        failed: why the others do not, by node.
    """

    agents: dict[str, Agent]
    failed: dict[str, str]


def new_namespace() -> str:
    """Return the name of a namespace that nobody has."""
    return f"podpath-{secrets.token_hex(4)}"


def manifest(namespace: str, images: Mapping[str, str], *, pull: bool) -> list[Json]:
    """Return the objects: a namespace, an account without rights, and a pod for each node.

    Args:
        namespace: name of the namespace, which is made and removed with all that is in it.
        images: the image for each node.
        pull: a node may fetch the image; else it must be there.
    """
    labels = {"app.kubernetes.io/name": "podpath", "pod-security.kubernetes.io/enforce": "privileged"}
    first = [
        {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": namespace, "labels": labels}},
        {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": _NAME, "namespace": namespace},
         "automountServiceAccountToken": False},
    ]  # fmt: skip
    return [*first, *(_pod(namespace, number, node, images[node], pull=pull) for number, node in enumerate(images))]


def _pod(namespace: str, number: int, node: str, image: str, *, pull: bool) -> Json:
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": f"{_NAME}-{number}", "namespace": namespace, "labels": {"app.kubernetes.io/name": "podpath"}},
        "spec": {
            "nodeName": node,
            "hostNetwork": True,
            "hostPID": True,
            "restartPolicy": "Never",
            "activeDeadlineSeconds": DEADLINE,
            "terminationGracePeriodSeconds": 0,
            "serviceAccountName": _NAME,
            "automountServiceAccountToken": False,
            "enableServiceLinks": False,
            "tolerations": [{"operator": "Exists"}],
            "containers": [
                {
                    "name": _NAME,
                    "image": image,
                    "imagePullPolicy": "IfNotPresent" if pull else "Never",
                    "command": ["sleep", str(DEADLINE)],
                    "securityContext": {"privileged": True},
                    "volumeMounts": [{"name": "host", "mountPath": "/host", "readOnly": True}],
                }
            ],
            "volumes": [{"name": "host", "hostPath": {"path": "/", "type": "Directory"}}],
        },
    }


def images_of(nodes: Json) -> dict[str, str]:
    """Return for each node an image that it has, and that will do; a node without one is left out.

    Args:
        nodes: what ``kubectl get nodes -o json`` prints (``status.images``).
    """
    found: dict[str, str] = {}
    for item in items(nodes, "items"):
        node = text(item, "metadata", "name")
        lists = (inside(image, "names") for image in items(item, "status", "images"))
        best = _best(name for names in lists if isinstance(names, list) for name in names if isinstance(name, str))
        if node is not None and best is not None:
            found[node] = best
    return found


def _best(names: Iterable[str]) -> str | None:
    ranked = ((match.lastgroup or "", name) for name in names if (match := _IMAGES.search(name)) is not None)
    return min(ranked, default=("", None))[1]


@contextmanager
def collectors(
    kubectl: Kubectl, here: Path, images: Mapping[str, str], *, pull: bool, left: Callable[[str], None]
) -> Iterator[Collectors]:
    """Make a pod on each node, and remove all of them at the end.

    Args:
        kubectl: how the cluster is asked.
        here: folder for what it prints.
        images: the image for each node.
        pull: a node may fetch the image.
        left: told the command that removes what could not be removed.

    Raises:
        FileNotFoundError: there is no kubectl.
    """
    namespace = new_namespace()
    made = here / "manifest.json"
    made.write_text(json.dumps({"apiVersion": "v1", "kind": "List", "items": manifest(namespace, images, pull=pull)}))
    refused: Failed | None = None
    try:
        refused = kubectl.run(["create", "-f", str(made)], here / "created")
        if refused is not None:
            yield Collectors({}, dict.fromkeys(images, refused.text))
        else:
            yield _started(kubectl, here, namespace, list(images))
    finally:
        removal = ("delete", "namespace", namespace, "--wait=false", "--ignore-not-found")
        typed = kubectl.typed(*removal[:3])
        try:
            failed = kubectl.run(removal, here / "removed")
        except BaseException:  # a second signal
            left(typed)
            raise
        if failed is not None and not _was_never_made(failed, refused):
            left(f"{typed} ({failed.text})")


def _was_never_made(failed: Failed, refused: Failed | None) -> bool:
    """Say whether there is nothing to remove: who may not make a namespace may not remove one either."""
    return failed.trouble is Trouble.FORBIDDEN and refused is not None and "namespaces" in refused.text


def _started(kubectl: Kubectl, here: Path, namespace: str, nodes: list[str]) -> Collectors:
    """Wait until each pod runs or has failed, as long as one call may take."""
    until = time.monotonic() + kubectl.timeout
    listed = here / "pods.json"
    while True:
        problem = kubectl.run(["get", "pods", "-n", namespace, "-o", "json"], listed)
        known = {} if problem is not None else _standing(listed)
        standing = {node: known.get(f"{_NAME}-{number}", _Standing()) for number, node in enumerate(nodes)}
        late = time.monotonic() > until
        if late or all(one.runs or one.failed for one in standing.values()):
            agents = {node: Agent(node, namespace, f"{_NAME}-{at}") for at, node in enumerate(nodes) if standing[node].runs}
            waits = problem.text if problem is not None else f"its pod did not start within {kubectl.timeout:g} s (--timeout)"
            return Collectors(agents, {node: one.failed or waits for node, one in standing.items() if not one.runs})
        time.sleep(_PAUSE)


class _Standing(NamedTuple):
    """How a pod is.

    Attributes:
        runs: it can be asked.
        failed: why it never will; empty if that is not known.
    """

    runs: bool = False
    failed: str = ""


def _standing(listed: Path) -> dict[str, _Standing]:
    """Return how each pod of a list is, by its name."""
    try:
        pods = [(text(pod, "metadata", "name"), inside(pod, "status")) for pod in items(json.loads(listed.read_bytes()), "items")]
        return {name: _of_status(status) for name, status in pods if name is not None}
    except ValueError:  # asked again
        return {}


def _of_status(status: Json) -> _Standing:
    phase = text(status, "phase")
    if phase == "Failed":
        return _Standing(failed=_said(status, "its pod failed"))
    for container in items(status, "containerStatuses"):
        waiting = inside(container, "state", "waiting")
        if text(waiting, "reason") in _WAITS_FOR_EVER:
            return _Standing(failed=_said(waiting, "its container does not start"))
    return _Standing(runs=phase == "Running")


def _said(told: Json, otherwise: str) -> str:
    words = ": ".join(said for name in ("reason", "message") if (said := text(told, name)))
    return visible(" ".join((words or otherwise).split()))[:300]
