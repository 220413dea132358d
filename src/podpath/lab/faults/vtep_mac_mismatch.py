"""The MAC of a node's VXLAN device changes (systemd's MACAddressPolicy at boot); its peers still send to the old one."""

from podpath.lab.faults.conditions import has_vtep
from podpath.lab.faults.interface import Fault, Scene
from podpath.lab.faults.symptoms import cut_off

_NEW = "5e:89:db:49:c6:a4"


def _inject(scene: Scene) -> None:
    scene.do(f"ip link set {scene.node.facts['vtep']} address {_NEW}")


def _undo(scene: Scene, _: object) -> None:
    device = scene.node.facts["vtep"]
    scene.do(f"ip link set {device} address {scene.node.facts['vtep-mac']}")
    scene.restore(f"dev {device}")  # the change had flushed the node's neighbours too, permanent ones included


FAULT = Fault(
    title="the VXLAN device has another MAC than its peers' entries",
    inject=_inject,
    undo=_undo,
    symptom=lambda scene: cut_off(scene.node.name),
    suits=has_vtep,
    hint="compare `ip link show flannel.1` there with `ip neigh show dev flannel.1` on its peers",
)
