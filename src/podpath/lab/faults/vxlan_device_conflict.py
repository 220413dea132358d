"""Another CNI's VXLAN device took the UDP port first (`external`), so flannel's cannot come up."""

from podpath.lab.client import LabError
from podpath.lab.faults.conditions import has_vtep
from podpath.lab.faults.interface import Fault, Scene
from podpath.lab.faults.symptoms import cut_off


def _inject(scene: Scene) -> None:
    device = scene.node.facts["vtep"]
    scene.do(
        f"ip link set {device} down",
        f"ip link add vxlan_sys type vxlan external dstport {scene.node.facts['vxlan-port']}",
        "ip link set vxlan_sys up",
    )
    if scene.cluster.run(scene.node.name, f"ip link set {device} up").code == 0:
        raise LabError(f"{device} came up although vxlan_sys has its port")


def _undo(scene: Scene, _: object) -> None:
    scene.do("ip link del vxlan_sys", f"ip link set {scene.node.facts['vtep']} up")
    scene.restore(f"dev {scene.node.facts['vtep']}")


FAULT = Fault(
    title="another VXLAN device has the tunnel's UDP port, so flannel's cannot come up",
    inject=_inject,
    undo=_undo,
    symptom=lambda scene: cut_off(scene.node.name),
    suits=has_vtep,
    hint="`ip -d link show type vxlan`: how many are there, and which is up?",
)
