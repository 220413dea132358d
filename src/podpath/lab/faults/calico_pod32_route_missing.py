"""The route of one pod is gone: Calico's agent lost it, and nothing else leads to the pod's veth."""

from podpath.lab.faults.conditions import is_routed
from podpath.lab.faults.interface import Fault
from podpath.lab.faults.symptoms import pod_lost

FAULT = Fault(
    title="a pod has no route on its own node",
    inject=lambda scene: scene.do(f"ip route del {scene.a_pod.addresses[0]}"),
    undo=lambda scene, _: scene.restore(f"route replace {scene.a_pod.addresses[0]} "),
    symptom=pod_lost,
    suits=is_routed,
    needs_pod=True,
    hint="`ip route get ADDRESS` on the pod's own node: through which device?",
)
