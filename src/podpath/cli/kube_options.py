"""What the options of ``--kube`` say."""

import argparse
from collections.abc import Iterable
from typing import TYPE_CHECKING, NamedTuple

from podpath.api.errors import UserError
from podpath.language import tr

if TYPE_CHECKING:
    from podpath.collect.kube.kubectl import Kubectl


class Kube(NamedTuple):
    """What the options of ``--kube`` say.

    Attributes:
        kubectl: how it is run.
        nodes: names of the nodes to ask; None for those that the question needs.
        asked: names that the question holds: pods, services, addresses; none for all nodes.
        objects_only: no node is asked.
        owners: the owners of pods are asked for.
        collector: nodes are read through pods that are made for this.
    """

    kubectl: "Kubectl"
    nodes: tuple[str, ...] | None
    asked: tuple[str, ...]
    objects_only: bool
    owners: bool = False
    collector: "Collector | None" = None


class Collector(NamedTuple):
    """What the options of ``--collector`` say.

    Attributes:
        image: image of the pods, or None for one that the node has.
        shown: the pods are printed, and none is made.
    """

    image: str | None
    shown: bool


def kube_of(options: argparse.Namespace) -> Kube | None:
    """Return what the options say, or None if no cluster is asked."""
    if getattr(options, "kube", None) is None:
        return None
    if options.collector and options.objects:
        raise UserError(tr("--objects reads no node, and --collector reads nodes: use one of them"))
    if not options.collector and (options.image is not None or options.print_yaml):
        raise UserError(tr("--image and --print-yaml go with --collector"))
    from podpath.collect.kube.kubectl import Kubectl

    names = [word for each in options.nodes for word in each.split(",") if word]
    asked = [
        word for word in (getattr(options, name, None) for name in ("source", "destination", "pod")) if isinstance(word, str)
    ]
    kubectl = Kubectl(options.kube or None, options.timeout or Kubectl().timeout)
    # Who may reach a pod by its policies, no node knows.
    objects_only = options.objects or options.command == "explain-policy"
    collector = Collector(options.image, options.print_yaml) if options.collector else None
    return Kube(kubectl, tuple(names) or None, tuple(asked), objects_only, options.command == "collect" or _own(asked), collector)


def _own(asked: Iterable[str]) -> bool:
    """Say whether names of a question need the owners of the owners of pods."""
    from podpath.walk.workloads import owner

    found = (owner(word) for each in asked for word in each.split(","))
    return any(one is not None and one.kind in {"Deployment", "CronJob"} for one in found)
