"""A host's rules end with a REJECT, as in cloud images, and a rule for pods was appended after it."""

from podpath.lab.faults.conditions import all_of, has_blocks, has_iptables, ipv4_alone
from podpath.lab.faults.interface import Fault, Scene
from podpath.lab.faults.symptoms import services
from podpath.lab.reach import Rule


def _rules(scene: Scene) -> list[str]:
    block = scene.node.facts["block"]
    return [
        "INPUT 1 -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT",
        "INPUT 2 -p icmp -j ACCEPT",
        f"INPUT 3 -s {block} -j REJECT --reject-with icmp-host-prohibited",
        f"INPUT 4 -s {block} -p tcp -j ACCEPT",
    ]


FAULT = Fault(
    title="a rule accepts pods' packets to their node, after one that rejects them",
    inject=lambda scene: scene.iptables(*(f"-I {rule}" for rule in _rules(scene))),
    undo=lambda scene, _: scene.iptables("-D INPUT 4", "-D INPUT 3", "-D INPUT 2", "-D INPUT 1"),
    symptom=lambda scene: (
        Rule(f"pod@{scene.node.name}", scene.node.name, "EHOSTUNREACH", probes="tcp,udp"),
        # What is for pods is on its way to them before INPUT.
        *(Rule(f"pod@{scene.node.name}", port.name, "") for port in services(scene, "nodeport")),
    ),
    suits=all_of(has_blocks, has_iptables, ipv4_alone),
    needs_pod=True,
    hint="`iptables -nvL INPUT --line-numbers`: the rule that accepts is there, and its counter stays 0",
)
