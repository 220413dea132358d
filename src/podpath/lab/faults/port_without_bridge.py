"""The host's end of a pod's veth is not a port of the bridge."""

from podpath.lab.faults.conditions import all_of, cables_known, has_bridge
from podpath.lab.faults.interface import Fault, Scene
from podpath.lab.faults.symptoms import pod_lost


def _undo(scene: Scene, _: object) -> None:
    scene.restore(f" {scene.a_pod.outside} ")  # master, and the port's hairpin mode with it


FAULT = Fault(
    title="the host's end of a pod's veth is not a port of the bridge",
    inject=lambda scene: scene.do(f"ip link set {scene.a_pod.outside} nomaster"),
    undo=_undo,
    symptom=pod_lost,
    suits=all_of(has_bridge, cables_known),
    needs_pod=True,
    hint="`bridge link` lists the ports",
)
