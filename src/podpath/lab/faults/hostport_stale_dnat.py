"""A published port leads to a container that has gone: its rule stayed, before that of the new one."""

import ipaddress

from podpath.lab.faults.conditions import has_published
from podpath.lab.faults.interface import Fault, Scene
from podpath.lab.reach import End, Rule


def _published(scene: Scene) -> End:
    return next(end for end in scene.plan.targets if end.kind == "published")


def _rule(scene: Scene) -> str:
    end = _published(scene)
    home = next(pod for pod in scene.node.pods if f"{scene.node.name}/{pod.name}" in end.backends)
    gone = ipaddress.ip_address(home.addresses[0]) + 90
    return f"DOCKER -p tcp -m tcp --dport {end.ports['tcp']} -j DNAT --to-destination {gone}:80"


FAULT = Fault(
    title="a published port leads to a container that has gone",
    inject=lambda scene: scene.iptables(f"-I {_rule(scene)}", table="nat"),
    undo=lambda scene, _: scene.iptables(f"-D {_rule(scene)}", table="nat"),
    symptom=lambda scene: (Rule("*", _published(scene).name),),
    suits=has_published,
    needs_pod=True,
    hint="`iptables -t nat -S DOCKER`: how many lines has the port?",
)
