"""The node port of a service with externalTrafficPolicy Local, on a node whose endpoint has moved away."""

import re

from podpath.lab.faults.conditions import has_services
from podpath.lab.faults.interface import Fault, Scene
from podpath.lab.faults.symptoms import rules_of, services
from podpath.lab.plan import Plan
from podpath.lab.reach import End, Rule


def _port(scene: Scene) -> End:
    return next(end for end in services(scene, "nodeport") if end.node == scene.node.name and "tcp" in end.ports)


def _inject(scene: Scene) -> None:
    port = _port(scene).ports["tcp"]
    (lead, *_) = rules_of(scene.node, "-A KUBE-NODEPORTS", f"--dport {port} ")
    external = lead.split()[-1]
    service = external.replace("KUBE-EXT-", "KUBE-SVC-")
    whole = next(
        found[1] for line in rules_of(scene.node, "! -s ", "KUBE-MARK-MASQ") if (found := re.search(r"! -s (\S+)", line))
    )
    local = "-m addrtype --src-type LOCAL"
    scene.iptables(
        f"-F {external}",
        f"-A {external} -s {whole} -j {service}",
        f"-A {external} {local} -j KUBE-MARK-MASQ",
        f"-A {external} {local} -j {service}",
        table="nat",
    )
    note = '-m comment --comment "has no local endpoints" -m addrtype --dst-type LOCAL'
    scene.iptables(f"-A KUBE-EXTERNAL-SERVICES -p tcp {note} -m tcp --dport {port} -j DROP")


def _suits(plan: Plan) -> str:
    return has_services(plan) or ("" if any(end.kind == "nodeport" for end in plan.targets) else "it has no node ports")


FAULT = Fault(
    title="a node drops packets for a node port: it has no local endpoint",
    inject=_inject,
    undo=lambda scene, _: scene.reload(scene.node.iptables),
    symptom=lambda scene: (Rule(f"outside,node@!{scene.node.name},pod@!{scene.node.name}", _port(scene).name),),
    suits=_suits,
    hint="`iptables -S | grep 'no local endpoints'` on every node",
)
