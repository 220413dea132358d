"""A node drops tunnel packets of a peer that is not in its set of allowed hosts: it is new, or was renumbered."""

from podpath.lab.faults.conditions import has_vtep
from podpath.lab.faults.interface import Fault, Scene
from podpath.lab.faults.symptoms import pair_cut

_SET = "cali40all-vxlan-net"


def _rule(scene: Scene) -> str:
    return (
        f"INPUT -p udp --dport {scene.node.facts['vxlan-port']} -m set ! --match-set {_SET} src"
        ' -m comment --comment "Drop VXLAN packets from non-Calico hosts" -j DROP'
    )


def _inject(scene: Scene) -> None:
    allowed = [other.addresses[0] for other in scene.others if other.name != scene.peer.name]
    scene.do(f"ipset create {_SET} hash:net", *(f"ipset add {_SET} {address}" for address in allowed))
    scene.iptables(f"-I {_rule(scene)}")


def _undo(scene: Scene, _: object) -> None:
    scene.iptables(f"-D {_rule(scene)}")
    scene.do(f"ipset destroy {_SET}")


FAULT = Fault(
    title="a node drops the tunnel packets of a peer that it does not know",
    inject=_inject,
    undo=_undo,
    symptom=pair_cut,
    suits=has_vtep,
    tools=("ipset", "iptables-restore"),
    hint="`iptables -nvL INPUT`, then `ipset list`",
)
