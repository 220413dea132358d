"""A node has the address of a peer: kube-proxy's ipvs mode put a Service's externalIP on kube-ipvs0."""

from podpath.lab.faults.conditions import has_vtep
from podpath.lab.faults.interface import Fault, Scene
from podpath.lab.faults.symptoms import SOME_LOST
from podpath.lab.reach import Rule


def _inject(scene: Scene) -> None:
    # A bridge in the place of ipvs mode's dummy device.
    scene.do("ip link add kube-ipvs0 type bridge", f"ip address add {scene.peer.addresses[0]}/32 dev kube-ipvs0")


def _symptom(scene: Scene) -> tuple[Rule, ...]:
    node, peer = scene.node.name, scene.peer.name
    return (
        # What comes from one's own address is a martian.
        Rule(f"*@{peer}", f"*@{node}"),
        Rule(f"*@{node}", f"*@{peer}"),
        # The node answers itself.
        Rule(f"*@{node}", f"node@{peer}", ""),
        Rule(f"*@{node}", f"node@{peer}", "EWRONGEND", probes="tcp small,udp"),
        Rule(f"*@{node}", f"nodeport@{peer}", SOME_LOST),  # it serves them itself, with what pods it reaches
    )


FAULT = Fault(
    title="a node has the address of a peer on one of its devices",
    inject=_inject,
    undo=lambda scene, _: scene.do("ip link del kube-ipvs0"),
    symptom=_symptom,
    suits=has_vtep,
    hint="which host answers? `ip route get ADDRESS` of the peer says `local`",
)
