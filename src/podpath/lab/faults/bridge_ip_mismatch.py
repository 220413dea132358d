"""The bridge has the address of another block: the node joined again, and the bridge is older."""

from podpath.lab.faults.conditions import all_of, has_blocks, has_bridge, ipv4_alone
from podpath.lab.faults.interface import Fault, Scene
from podpath.lab.faults.symptoms import pods_lost


def _inject(scene: Scene) -> str:
    bridge = scene.node.facts["bridge"]
    words = scene.do(f"ip -4 -oneline address show dev {bridge}").split()
    scene.do(f"ip -4 address flush dev {bridge}", f"ip address add 10.199.9.1/24 dev {bridge}")
    return words[words.index("inet") + 1]


def _undo(scene: Scene, before: str) -> None:
    bridge = scene.node.facts["bridge"]
    scene.do(f"ip -4 address flush dev {bridge}", f"ip address add {before} dev {bridge}")


FAULT = Fault(
    title="the bridge has an address that is not the pods' gateway",
    inject=_inject,
    undo=_undo,
    symptom=pods_lost,
    suits=all_of(has_bridge, has_blocks, ipv4_alone),
    needs_pod=True,
    hint="`ip address show` of the bridge, and `ip route` in a pod",
)
