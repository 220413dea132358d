"""The bridge's port of a pod is UP but carries nothing: spanning tree keeps it from forwarding."""

from podpath.lab.faults.conditions import all_of, cables_known, has_bridge
from podpath.lab.faults.interface import Fault
from podpath.lab.faults.symptoms import pod_lost

FAULT = Fault(
    title="the bridge does not forward to a pod's port, although it is up",
    # As spanning tree does: 0 is disabled, 3 forwarding (linux/if_bridge.h).
    inject=lambda scene: scene.do(f"bridge link set dev {scene.a_pod.outside} state 0"),
    undo=lambda scene, _: scene.do(f"bridge link set dev {scene.a_pod.outside} state 3"),
    symptom=pod_lost,
    suits=all_of(has_bridge, cables_known),
    needs_pod=True,
    hint="`bridge link` shows the state of each port",
)
