"""The host's end of a pod's veth is down."""

from podpath.lab.faults.conditions import cables_known
from podpath.lab.faults.interface import Fault, Scene
from podpath.lab.faults.symptoms import pod_lost


def _undo(scene: Scene, _: object) -> None:
    scene.do(f"ip link set {scene.a_pod.outside} up")
    scene.restore(f"dev {scene.a_pod.outside}")  # routes by a device go when it goes down
    scene.forget_neighbours(scene.pod_name)


FAULT = Fault(
    title="the host's end of a pod's veth is down",
    inject=lambda scene: scene.do(f"ip link set {scene.a_pod.outside} down"),
    undo=_undo,
    symptom=pod_lost,
    suits=cables_known,
    needs_pod=True,
    hint="`ip link` on the node and in the pod: which interface is not UP, or has NO-CARRIER?",
)
