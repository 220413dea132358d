"""The pods' bridge has lost its address: a network service, or a person, flushed the addresses of a device that is not theirs."""

from podpath.lab.faults.conditions import all_of, has_blocks, has_bridge, ipv4_alone
from podpath.lab.faults.interface import Fault, Scene
from podpath.lab.faults.symptoms import pods_lost


def _undo(scene: Scene, _: object) -> None:
    scene.restore(f" dev {scene.node.facts['bridge']}")


FAULT = Fault(
    title="the pods' bridge has lost its address",
    inject=lambda scene: scene.do(f"ip -4 address flush dev {scene.node.facts['bridge']}"),
    undo=_undo,
    symptom=pods_lost,
    suits=all_of(has_bridge, has_blocks, ipv4_alone),
    needs_pod=True,
    hint="`ip address show` of the bridge, and the gateway of a pod",
)
