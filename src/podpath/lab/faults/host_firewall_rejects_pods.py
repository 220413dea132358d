"""A host firewall accepts pings and replies, and rejects all other packets of pods to their node (firewalld, ufw)."""

from podpath.lab.faults.conditions import all_of, has_blocks, has_iptables, ipv4_alone
from podpath.lab.faults.interface import Fault, Scene
from podpath.lab.faults.symptoms import services
from podpath.lab.reach import Rule


def _rules(scene: Scene) -> list[str]:
    return [
        "INPUT 1 -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT",
        "INPUT 2 -p icmp -j ACCEPT",
        f"INPUT 3 -s {scene.node.facts['block']} -j REJECT --reject-with icmp-host-prohibited",
    ]


FAULT = Fault(
    title="the host's firewall rejects pods' packets to their own node",
    inject=lambda scene: scene.iptables(*(f"-I {rule}" for rule in _rules(scene))),
    undo=lambda scene, _: scene.iptables("-D INPUT 3", "-D INPUT 2", "-D INPUT 1"),
    symptom=lambda scene: (
        Rule(f"pod@{scene.node.name}", scene.node.name, "EHOSTUNREACH", probes="tcp,udp"),
        # What is for pods is on its way to them before INPUT.
        *(Rule(f"pod@{scene.node.name}", port.name, "") for port in services(scene, "nodeport")),
    ),
    suits=all_of(has_blocks, has_iptables, ipv4_alone),
    needs_pod=True,
    hint="an error at once although ping works is a rule that rejects: `iptables -S INPUT`",
)
