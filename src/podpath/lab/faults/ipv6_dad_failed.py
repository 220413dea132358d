"""A pod found its IPv6 address taken when it came up (duplicate address detection), and does not use it."""

from podpath.lab.faults.conditions import all_of, has_bridge, many_pods
from podpath.lab.faults.interface import Fault, Scene
from podpath.lab.plan import Plan
from podpath.lab.reach import Rule


def _address(scene: Scene) -> str:
    return next(address for address in scene.a_pod.addresses if ":" in address)


def _twin(scene: Scene) -> str:
    return f"{scene.node.name}/{scene.node.pods[1].name}"


def _line(scene: Scene) -> str:
    return next(line for line in scene.a_pod.ip if line.startswith(f"address replace {_address(scene)}/"))


def _inject(scene: Scene) -> None:
    scene.on(_twin(scene), f"ip address add {_address(scene)}/128 dev eth0 nodad")
    scene.setting("net/ipv6/conf/eth0/accept_dad", "1", scene.pod_name)
    again = _line(scene).replace("address replace ", "").replace(" nodad", "")
    scene.on(scene.pod_name, f"ip address del {again}", f"ip address add {again}")


def _undo(scene: Scene, _: object) -> None:
    scene.on(_twin(scene), f"ip address del {_address(scene)}/128 dev eth0")
    scene.setting("net/ipv6/conf/eth0/accept_dad", "0", scene.pod_name)
    again = _line(scene).replace("address replace ", "")
    scene.on(scene.pod_name, f"ip address del {again.replace(' nodad', '')}", f"ip address add {again}")
    # Neighbours that asked meanwhile have the MAC of the other pod.
    scene.do(f"ip -6 neigh flush to {_address(scene)}")
    for pod in scene.node.pods[1:]:
        scene.on(f"{scene.node.name}/{pod.name}", f"ip -6 neigh flush to {_address(scene)}")


def _symptom(scene: Scene) -> tuple[Rule, ...]:
    return (
        Rule("*", scene.pod_name, "EWRONGEND", probes="tcp small,udp", family=6),
        Rule(scene.pod_name, "*", family=6),
    )


def _suits(plan: Plan) -> str:
    return "" if any(":" in a for node in plan.cluster_nodes for pod in node.pods for a in pod.addresses) else "it has no IPv6"


FAULT = Fault(
    title="a pod's IPv6 address failed duplicate address detection",
    inject=_inject,
    undo=_undo,
    symptom=_symptom,
    suits=all_of(has_bridge, many_pods, _suits),
    needs_pod=True,
    hint="`ip -6 address` in the pod: does it have the flag dadfailed?",
)
