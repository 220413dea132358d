"""No rule masquerades pods' addresses any more: their packets leave, and no reply comes back."""

from podpath.lab.faults.interface import Fault
from podpath.lab.plan import Plan
from podpath.lab.reach import Rule

_HIDES = ("-A FLANNEL-POSTRTG -s ", "-A cali-nat-outgoing ", "-A POSTROUTING -s ")


def _rules(text: str) -> list[str]:
    return [line for line in text.splitlines() if line.startswith(_HIDES) and "-j MASQUERADE" in line and "--dport" not in line]


def _suits(plan: Plan) -> str:
    return "" if all(_rules(node.iptables) for node in plan.cluster_nodes) else "no rule of its own masquerades pods"


FAULT = Fault(
    title="no rule masquerades pods' packets to the outside",
    inject=lambda scene: scene.iptables(*(rule.replace("-A", "-D", 1) for rule in _rules(scene.node.iptables)), table="nat"),
    undo=lambda scene, _: scene.reload(scene.node.iptables),
    symptom=lambda scene: (Rule(f"pod@{scene.node.name}", "outside", family=4),),
    suits=_suits,
    needs_pod=True,
    hint="which source address does `tcpdump -ni eth0` on the outside host show?",
)
