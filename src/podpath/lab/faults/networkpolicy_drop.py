"""A NetworkPolicy that selects a pod allows no traffic: its chain rejects new connections (in kube-router's form)."""

from podpath.lab.faults.conditions import all_of, has_iptables, ipv4_alone
from podpath.lab.faults.interface import Fault, Scene
from podpath.lab.reach import Rule

_CHAIN = "KUBE-POD-FW-3F5QZ2ABL7"


def _inject(scene: Scene) -> None:
    scene.iptables(
        f"-N {_CHAIN}",
        f"-A {_CHAIN} -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT",
        f"-A {_CHAIN} -j REJECT --reject-with icmp-port-unreachable",
        f"-I FORWARD -d {scene.pod_address}/32 -j {_CHAIN}",
    )


def _undo(scene: Scene, _: object) -> None:
    scene.iptables(f"-D FORWARD -d {scene.pod_address}/32 -j {_CHAIN}", f"-F {_CHAIN}", f"-X {_CHAIN}")


FAULT = Fault(
    title="a NetworkPolicy selects a pod and allows no traffic",
    inject=_inject,
    undo=_undo,
    # What the node sends itself does not pass FORWARD.
    symptom=lambda scene: (Rule(f"pod,outside,node@!{scene.node.name}", scene.pod_name, "ECONNREFUSED"),),
    suits=all_of(has_iptables, ipv4_alone),
    needs_pod=True,
    tools=("iptables-restore",),
    hint="which rule that names the pod has a counter that rises? `iptables -nvL`",
)
