"""The policy of FORWARD is DROP and no rule accepts pods (an engine was installed, or its rules were flushed)."""

from podpath.lab.faults.conditions import has_iptables
from podpath.lab.faults.interface import Fault, Scene
from podpath.lab.faults.symptoms import nothing_forwarded


def _inject(scene: Scene) -> str:
    before = scene.do("iptables-save -t filter")
    scene.iptables("-F FORWARD", "-P FORWARD DROP")
    return before


FAULT = Fault(
    title="FORWARD drops by default, and no rule accepts pods",
    inject=_inject,
    undo=lambda scene, before: scene.reload(before),
    symptom=nothing_forwarded,
    suits=has_iptables,
    needs_pod=True,
    hint="`iptables -S FORWARD`, and its counters in `iptables -nvL FORWARD`",
)
