"""A more specific route inside a peer's block, left by a VPN or typed by hand, throws packets away."""

import ipaddress

from podpath.lab.faults.interface import Fault, Scene, many_nodes
from podpath.lab.plan import Plan
from podpath.lab.reach import Rule


def _half(scene: Scene) -> str:
    block = ipaddress.ip_network(scene.peer.facts["block"])
    return str(next(block.subnets()))


def _symptom(scene: Scene) -> tuple[Rule, ...]:
    half = ipaddress.ip_network(_half(scene))
    node, peer = scene.node.name, scene.peer.name
    pods = [pod.name for pod in scene.peer.pods if any(ipaddress.ip_address(a) in half for a in pod.addresses)]
    inside = ",".join(f"{peer}/{pod}" for pod in pods)
    rules = [Rule(f"pod@{node}", inside), Rule(inside, f"pod@{node}"), Rule(node, inside, "EHOSTUNREACH")]
    if "vtep" in scene.peer.facts:  # the address from which the peer itself speaks to pods is in that half too
        rules.append(Rule(peer, f"pod@{node}"))
    return tuple(rules)


def _suits(plan: Plan) -> str:
    return many_nodes(plan) or ("" if all("block" in node.facts for node in plan.cluster_nodes) else "its nodes have no blocks")


FAULT = Fault(
    title="an unreachable route covers half of a peer's block",
    inject=lambda scene: scene.do(f"ip route add unreachable {_half(scene)}"),
    undo=lambda scene, _: scene.do(f"ip route del unreachable {_half(scene)}"),
    symptom=_symptom,
    suits=_suits,
    needs_pod=True,
    hint="`ip route get ADDRESS` asks the kernel which route it takes",
)
