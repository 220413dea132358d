"""A service selects no ready pod: kube-proxy rejects packets to it on every node."""

from podpath.lab.faults.conditions import has_services
from podpath.lab.faults.interface import Fault, Scene
from podpath.lab.faults.symptoms import rules_of, services
from podpath.lab.plan import NodePlan
from podpath.lab.reach import End, Rule

_REJECT = "-j REJECT --reject-with icmp-port-unreachable"


def _service(scene: Scene) -> End:
    return next(end for end in services(scene) if "tcp" in end.ports)


def _node_port(scene: Scene, node: NodePlan) -> End | None:
    name = f"{_service(scene).name}@{node.name}"
    return next((end for end in services(scene, "nodeport") if end.name == name), None)


def _inject(scene: Scene) -> None:
    service = _service(scene)
    for node in scene.plan.cluster_nodes:
        gone = rules_of(node, "-A KUBE-SERVICES", f"-d {service.addresses[0]}/32", "-j KUBE-SVC-")
        said = '-m comment --comment "no endpoints"'
        match = f"-p tcp {said} -m tcp --dport"
        rejected = [f"-A KUBE-SERVICES -d {service.addresses[0]}/32 {match} {service.ports['tcp']} {_REJECT}"]
        port = _node_port(scene, node)
        if port is not None:
            gone += rules_of(node, "-A KUBE-NODEPORTS", f"--dport {port.ports['tcp']} ")
            rejected.append(f"-A KUBE-EXTERNAL-SERVICES -m addrtype --dst-type LOCAL {match} {port.ports['tcp']} {_REJECT}")
        scene.iptables(*(rule.replace("-A", "-D", 1) for rule in gone), table="nat", where=node.name)
        scene.iptables(*rejected, where=node.name)


def _undo(scene: Scene, _: object) -> None:
    for node in scene.plan.cluster_nodes:
        scene.reload(node.iptables, node.name)


def _symptom(scene: Scene) -> tuple[Rule, ...]:
    name = _service(scene).name
    ports = [f"{name}@{node.name}" for node in scene.plan.cluster_nodes if _node_port(scene, node)]
    return tuple(Rule("*", target, "ECONNREFUSED") for target in (name, *ports))


FAULT = Fault(
    title="a service has no endpoints",
    inject=_inject,
    undo=_undo,
    symptom=_symptom,
    suits=has_services,
    hint="`iptables -S | grep 'no endpoints'`",
)
