"""kube-proxy does not run, or cannot write: the rules that lead from services to pods are gone from a node."""

from podpath.lab.faults.conditions import serves
from podpath.lab.faults.interface import Fault, Scene
from podpath.lab.reach import Rule


def _inject(scene: Scene) -> None:
    if scene.node.nft:
        scene.do("nft delete table ip kube-proxy")
    else:
        scene.iptables("-F KUBE-SERVICES", table="nat")


def _undo(scene: Scene, _: object) -> None:
    if not scene.node.nft:
        scene.reload(scene.node.iptables)
        return
    scene.done.append((scene.node.name, "nft -f - <rules as they were"))
    scene.cluster.run(scene.node.name, "nft -f -", text=scene.node.nft)


FAULT = Fault(
    title="a node has no rules for services",
    inject=_inject,
    undo=_undo,
    symptom=lambda scene: (
        Rule(f"*@{scene.node.name}", "service"),
        Rule("*", f"nodeport@{scene.node.name}", "ECONNREFUSED"),
    ),
    suits=serves,
    hint="`iptables -t nat -S KUBE-SERVICES` or `nft list table ip kube-proxy` on every node",
)
