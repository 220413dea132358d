"""The bridge sends no frame back through the port that it arrived on, so a pod cannot reach itself through its own service."""

from podpath.lab.faults.conditions import all_of, has_bridge, serves
from podpath.lab.faults.interface import Fault, Scene
from podpath.lab.faults.symptoms import SOME_LOST, services
from podpath.lab.reach import Rule


def _symptom(scene: Scene) -> tuple[Rule, ...]:
    pod = scene.pod_name
    own = [end for kind in ("service", "nodeport") for end in services(scene, kind) if pod in end.backends]
    own = [end for end in own if end.node in {"", scene.node.name}]  # another node's port hides the sender
    return tuple(Rule(pod, end.name, "lost" if len(end.backends) == 1 else SOME_LOST) for end in own)


FAULT = Fault(
    title="the bridge's port of a pod is not in hairpin mode",
    inject=lambda scene: scene.do(f"ip link set {scene.a_pod.outside} type bridge_slave hairpin off"),
    undo=lambda scene, _: scene.do(f"ip link set {scene.a_pod.outside} type bridge_slave hairpin on"),
    symptom=_symptom,
    suits=all_of(has_bridge, serves),
    needs_pod=True,
    hint="`bridge -d link show` shows hairpin",
)
