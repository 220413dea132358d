"""kube-proxy does not run, or cannot write: the rules that lead from services to pods are gone from a node."""

from podpath.lab.faults.conditions import has_services
from podpath.lab.faults.interface import Fault
from podpath.lab.reach import Rule

FAULT = Fault(
    title="a node has no rules for services",
    inject=lambda scene: scene.iptables("-F KUBE-SERVICES", table="nat"),
    undo=lambda scene, _: scene.reload(scene.node.iptables),
    symptom=lambda scene: (
        Rule(f"*@{scene.node.name}", "service"),
        Rule("*", f"nodeport@{scene.node.name}", "ECONNREFUSED"),
    ),
    suits=has_services,
    hint="`iptables -t nat -S KUBE-SERVICES` on every node",
)
