"""kube-proxy of one node is out of date: its rules name a pod that is gone."""

import ipaddress
import re

from podpath.lab.faults.conditions import has_services
from podpath.lab.faults.interface import Fault, Scene
from podpath.lab.faults.symptoms import rules_of, services
from podpath.lab.reach import End, Rule


def _service(scene: Scene) -> End:
    """Return a service, with one endpoint if there is such, so that every connection fails."""
    return min((end for end in services(scene) if "tcp" in end.ports), key=lambda end: len(end.backends))


def _chain(scene: Scene) -> str:
    """Return the chain of the service's first endpoint."""
    (lead, *_) = rules_of(scene.node, "-A KUBE-SERVICES", f"-d {_service(scene).addresses[0]}/32", "-j KUBE-SVC-")
    service = lead.split()[-1]
    endpoints = (re.search(r"-j (KUBE-SEP-\w+)", rule) for rule in rules_of(scene.node, f"-A {service} "))
    return next(found[1] for found in endpoints if found)


def _inject(scene: Scene) -> None:
    gone = ipaddress.ip_network(scene.peer.facts["block"])[-6]
    scene.iptables(f"-I {_chain(scene)} -p tcp -m tcp -j DNAT --to-destination {gone}:80", table="nat")


def _symptom(scene: Scene) -> tuple[Rule, ...]:
    service, node = _service(scene), scene.node.name
    sees = "lost" if len(service.backends) == 1 else "lost|"
    return (Rule(f"*@{node}", service.name, sees), Rule("*", f"{service.name}@{node}", sees))


FAULT = Fault(
    title="the rules of one node lead from a service to a pod that has gone",
    inject=_inject,
    undo=lambda scene, _: scene.reload(scene.node.iptables),
    symptom=_symptom,
    suits=has_services,
    hint="compare `iptables-save -t nat | grep to-destination` on two nodes",
)
