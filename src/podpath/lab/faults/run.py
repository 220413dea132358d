"""Breaking a lab and mending it; the lab itself stores what was broken, so that any user may mend it later."""

import random
from dataclasses import dataclass
from typing import Any, Final

from podpath.lab.client import Cluster, LabError
from podpath.lab.faults.absent import absent
from podpath.lab.faults.interface import Fault, Scene
from podpath.lab.faults.registry import faults
from podpath.lab.plan import NodePlan, Plan
from podpath.lab.reach import Rule
from podpath.lab.requirements import missing
from podpath.state.typo import did_you_mean, near

_NOTE: Final = "faults"


@dataclass(frozen=True)
class Broken:
    """A fault that is in a lab.

    Attributes:
        name: of the fault.
        node: where.
        commands: place and command of what was run.
        secret: whether it was a random choice that was not shown.
        memo: what the fault noted for undoing.
    """

    name: str
    node: str
    commands: tuple[tuple[str, str], ...] = ()
    secret: bool = False
    memo: Any = None


def suitable(cluster: Cluster) -> dict[str, str]:
    """Return every fault, and why this lab cannot have it; empty if it can."""
    return {name: _unfit(cluster.plan, fault) for name, fault in faults().items()}


def _unfit(plan: Plan, fault: Fault) -> str:
    lacking = missing(fault.tools)
    return fault.suits(plan) or (f"{lacking[0]} is not on this machine" if lacking else "")


def named(name: str) -> Fault:
    """Return a fault.

    Raises:
        LabError: there is none of this name.
    """
    if name in faults():
        return faults()[name]
    if reason := absent().get(name):
        raise LabError(f"{name} cannot be shown in a lab: {reason}")
    raise LabError(f'there is no fault "{name}"; {did_you_mean(near(name, faults()), "`podpath lab faults` lists them")}')


def inject(cluster: Cluster, name: str, node: str | None = None, *, secret: bool = False) -> Broken:
    """Break a lab.

    Args:
        cluster: the lab.
        name: of the fault.
        node: the node to break; else the second one that can.
        secret: note that the choice was not shown.

    Raises:
        LabError: there is no such fault or node, the lab cannot have it, or a command failed.
    """
    fault = named(name)
    reason = _unfit(cluster.plan, fault)
    if reason:
        raise LabError(f"this lab cannot have {name}: {reason}")
    place = scene(cluster, cluster.plan, fault, node)
    present = broken(cluster)
    if any(one.name == name and one.node == place.node.name for one in present):
        raise LabError(f"{name} is in {place.node.name} already; `podpath lab mend` mends it")
    try:
        memo = fault.inject(place)
    except LabError as error:
        raise LabError(f"{name} could not be injected: {error}") from None
    made = Broken(name, place.node.name, tuple(place.done), secret, memo)
    _keep(cluster, [*present, made])
    return made


def at_random(cluster: Cluster, seed: int | None = None, node: str | None = None) -> Broken:
    """Break a lab without showing how; the same seed breaks the same lab in the same way.

    Raises:
        LabError: no fault suits this lab, or a command failed.
    """
    choice = random.Random(seed)  # noqa: S311 - a game
    present = {one.name for one in broken(cluster)}
    names = [name for name, reason in suitable(cluster).items() if not reason and name not in present]
    if not names:
        raise LabError("no fault is left that suits this lab")
    name = choice.choice(names)
    places = [one.name for one in _places(cluster.plan, faults()[name])]
    return inject(cluster, name, node or choice.choice(places), secret=True)


def mend(cluster: Cluster, name: str | None = None) -> list[Broken]:
    """Undo a fault, or all of them, the last one first; return what was undone, with the commands that did it.

    Raises:
        LabError: the fault is not in the lab, or a command failed.
    """
    present = broken(cluster)
    chosen = [one for one in present if name in (None, one.name)]
    if name is not None and not chosen:
        named(name)
        raise LabError(f"{name} is not in this lab")
    undone = []
    for one in reversed(chosen):
        place = scene(cluster, cluster.plan, faults()[one.name], one.node)
        faults()[one.name].undo(place, one.memo)
        undone.append(Broken(one.name, one.node, tuple(place.done), one.secret))
        present.remove(one)
        _keep(cluster, present)
    return undone


def broken(cluster: Cluster) -> list[Broken]:
    """Return the faults that are in a lab, the oldest first."""
    kept = cluster.describe()["notes"].get(_NOTE, [])
    return [
        Broken(one["name"], one["node"], tuple((w, c) for w, c in one["commands"]), one["secret"], one["memo"]) for one in kept
    ]


def symptoms(cluster: Cluster, present: list[Broken] | None = None) -> list[Rule]:
    """Return what the faults in a lab say about who sees what."""
    found: list[Rule] = []
    for one in broken(cluster) if present is None else present:
        fault = faults()[one.name]
        found += fault.symptom(scene(cluster, cluster.plan, fault, one.node))
    return found


def _keep(cluster: Cluster, present: list[Broken]) -> None:
    cluster.note(_NOTE, [{"name": one.name, "node": one.node, "commands": one.commands, "secret": one.secret, "memo": one.memo}
                         for one in present])  # fmt: skip


def _places(plan: Plan, fault: Fault) -> list[NodePlan]:
    """Return the nodes that a fault can strike."""
    return [node for node in plan.cluster_nodes if node.pods or not fault.needs_pod]


def scene(cluster: Cluster, plan: Plan, fault: Fault, node: str | None = None) -> Scene:
    """Return where a fault strikes: a node, the second one that can if none is named, and another that misses it.

    Raises:
        LabError: the fault cannot strike there.
    """
    places = _places(plan, fault)
    if not places:
        raise LabError("the fault needs a node with a pod, and there is none")
    if node is None:
        chosen = places[min(1, len(places) - 1)]
    else:
        found = [one for one in places if one.name == node]
        if not found:
            raise LabError(f'it cannot strike "{node}"; it can strike {", ".join(one.name for one in places)}')
        chosen = found[0]
    nodes = plan.cluster_nodes
    # The next one in the circle that has pods, so that there is somebody to miss them.
    circle = nodes[nodes.index(chosen) + 1 :] + nodes[: nodes.index(chosen)]
    peer = next((one for one in circle if one.pods), circle[0] if circle else chosen)
    return Scene(cluster, plan, chosen, peer, chosen.pods[0] if chosen.pods else None)
