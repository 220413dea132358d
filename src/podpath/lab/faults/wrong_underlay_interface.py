"""flannel chose another interface (Vagrant's NAT, a second network) and announced its address, which no peer reaches."""

from podpath.lab.faults.conditions import has_vtep
from podpath.lab.faults.interface import Fault, Scene
from podpath.lab.faults.symptoms import cut_off

_OTHER = "10.0.2.15"


def _inject(scene: Scene) -> None:
    node, facts = scene.node, scene.node.facts
    scene.do(
        "ip link add eth9 type veth peer name eth9-nat",
        f"ip address add {_OTHER}/24 dev eth9",
        "ip link set eth9 up",
        "ip link set eth9-nat up",
    )
    scene.remake(facts["vtep"], (f"local {node.addresses[0]} dev {node.interface} ", f"local {_OTHER} dev eth9 "))
    for peer in scene.others:
        scene.on(peer.name, f"bridge fdb replace {facts['vtep-mac']} dev {peer.facts['vtep']} dst {_OTHER} self permanent")


def _undo(scene: Scene, _: object) -> None:
    scene.remake(scene.node.facts["vtep"])
    scene.do("ip link del eth9")
    for peer in scene.others:
        scene.restore(f"fdb replace {scene.node.facts['vtep-mac']}", peer.name)


FAULT = Fault(
    title="the VXLAN device is on an interface that no peer reaches",
    inject=_inject,
    undo=_undo,
    symptom=lambda scene: cut_off(scene.node.name),
    suits=has_vtep,
    hint="`ip -d link show flannel.1`: which local address, on which device?",
)
