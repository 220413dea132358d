"""A firewall was reloaded and flushed the table nat: masquerading, published ports and services with it."""

from podpath.lab.faults.conditions import has_iptables
from podpath.lab.faults.interface import Fault
from podpath.lab.reach import Rule

FAULT = Fault(
    title="the table nat is empty: a firewall was reloaded",
    inject=lambda scene: scene.iptables("-F", "-X", table="nat"),
    undo=lambda scene, _: scene.reload(scene.node.iptables),
    symptom=lambda scene: (
        Rule(f"pod@{scene.node.name}", "outside", family=4),
        Rule(f"*@{scene.node.name}", "service", family=4),
        Rule("*", f"nodeport@{scene.node.name},published@{scene.node.name}", "ECONNREFUSED", family=4),
    ),
    suits=has_iptables,
    needs_pod=True,
    hint="`iptables -t nat -S`",
)
