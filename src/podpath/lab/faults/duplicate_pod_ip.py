"""Two pods of a node have the same address, and the node sends to the newer one."""

import re

from podpath.lab.faults.conditions import all_of, has_blocks, ipv4_alone, many_pods
from podpath.lab.faults.interface import Fault, Scene
from podpath.lab.faults.symptoms import behind_services
from podpath.lab.reach import Rule


def _twin(scene: Scene) -> str:
    return f"{scene.node.name}/{scene.node.pods[1].name}"


def _inject(scene: Scene) -> None:
    address = scene.pod_address
    scene.on(_twin(scene), f"ip address add {address}/32 dev eth0")
    if "routed" in scene.node.facts:
        scene.do(f"ip route replace {address} dev {scene.node.pods[1].outside} scope link")
        return
    found = re.search(r"ether ([0-9a-f:]+)", scene.on(_twin(scene), "ip link show eth0"))
    mac = found[1] if found else ""
    # What an announcement (`arping -U`) leaves in those who hear it; pinned, since each question of the owner's own
    # would win the address back (neigh_event_ns in net/core/neighbour.c), and which of the two is heard would be chance.
    scene.do(f"ip neigh replace {address} lladdr {mac} dev {scene.node.facts['bridge']} nud permanent")
    for pod in scene.node.pods[2:]:
        scene.on(f"{scene.node.name}/{pod.name}", f"ip neigh replace {address} lladdr {mac} dev eth0 nud permanent")


def _undo(scene: Scene, _: object) -> None:
    address = scene.pod_address
    scene.on(_twin(scene), f"ip address del {address}/32 dev eth0")
    if "routed" in scene.node.facts:
        scene.restore(f"route replace {address} ")
        return
    scene.do(f"ip neigh del {address} dev {scene.node.facts['bridge']}")
    for pod in scene.node.pods[2:]:
        scene.on(f"{scene.node.name}/{pod.name}", f"ip neigh del {address} dev eth0")


def _symptom(scene: Scene) -> tuple[Rule, ...]:
    pod = scene.pod_name
    return (
        Rule("*", pod, "EWRONGEND", probes="tcp small,udp"),
        # Answers to it go to the other one.
        Rule(pod, "*"),
        *behind_services(scene, "lost|EWRONGEND|"),  # whoever is the twin itself gets nothing back
        Rule(pod, "service,nodeport"),
    )


FAULT = Fault(
    title="two pods have the same address",
    inject=_inject,
    undo=_undo,
    symptom=_symptom,
    suits=all_of(many_pods, has_blocks, ipv4_alone),
    needs_pod=True,
    hint="which pod answers? The matrix says EWRONGEND; `ip address` in the pods of the node",
)
