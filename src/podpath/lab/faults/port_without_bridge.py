"""The node's end of a pod's cable is not a port of the bridge."""

from podpath.lab.faults.conditions import has_bridge
from podpath.lab.faults.interface import Fault, Scene
from podpath.lab.faults.symptoms import pod_lost
from podpath.lab.plan import Plan


def _undo(scene: Scene, _: object) -> None:
    scene.restore(f" {scene.a_pod.outside} ")  # master, and the port's hairpin mode with it


def _suits(plan: Plan) -> str:
    outside = all(pod.outside for node in plan.cluster_nodes for pod in node.pods)
    return has_bridge(plan) or ("" if outside else "its cables are not known")


FAULT = Fault(
    title="a pod's cable hangs on no bridge",
    inject=lambda scene: scene.do(f"ip link set {scene.a_pod.outside} nomaster"),
    undo=_undo,
    symptom=pod_lost,
    suits=_suits,
    needs_pod=True,
    hint="`bridge link` lists the ports",
)
