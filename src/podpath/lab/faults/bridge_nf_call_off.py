"""Bridged frames pass no rules, so the reply of a pod on the same bridge is not translated back."""

import re

from podpath.lab.faults.conditions import all_of, has_bridge, serves
from podpath.lab.faults.interface import Fault, Scene
from podpath.lab.faults.symptoms import SOME_LOST, rules_of, services
from podpath.lab.reach import End, Rule

_NAME = "net/bridge/bridge-nf-call-iptables"


def _local(scene: Scene) -> list[End]:
    """Return the node's ports that do not masquerade pods' packets through them (externalTrafficPolicy Local)."""
    found = []
    for end in services(scene, "nodeport"):
        (port,) = end.ports.values()
        lead = rules_of(scene.node, "-A KUBE-NODEPORTS", f"--dport {port} ")
        plain = lead and rules_of(scene.node, f"-A {lead[0].split()[-1]} -s ")
        map_entry = re.search(rf"service-nodeports {{ tcp \. {port} : goto (\S+) }}", scene.node.nft)
        if end.node == scene.node.name and (plain or (map_entry and f"{map_entry[1]} ip saddr" in scene.node.nft)):
            found.append(end)
    return found


def _symptom(scene: Scene) -> tuple[Rule, ...]:
    pods = {f"{scene.node.name}/{pod.name}" for pod in scene.node.pods}
    rules = []
    for service in [*services(scene), *_local(scene)]:
        for pod in sorted(pods):
            # A pod that reaches itself is behind the address of its node (masquerading), and the answer comes that way.
            here = [end for end in service.backends if end in pods and end != pod]
            if here:
                rules.append(Rule(pod, service.name, "lost" if len(here) == len(service.backends) else SOME_LOST))
    return tuple(rules)


FAULT = Fault(
    title="iptables does not see bridged frames",
    inject=lambda scene: scene.setting(_NAME, "0"),
    undo=lambda scene, before: scene.setting(_NAME, before),
    symptom=_symptom,
    suits=all_of(has_bridge, serves),
    needs_pod=True,
    hint="`sysctl net.bridge.bridge-nf-call-iptables`",
)
