"""A pod has no source port left: all of its range are in use (here: reserved)."""

from podpath.lab.faults.interface import Fault, Scene
from podpath.lab.reach import Rule

_RANGE, _TAKEN = "net/ipv4/ip_local_port_range", "net/ipv4/ip_local_reserved_ports"


def _inject(scene: Scene) -> list[str]:
    return [scene.setting(_RANGE, "40000 40001", scene.pod_name), scene.setting(_TAKEN, "40000-40001", scene.pod_name)]


def _undo(scene: Scene, before: list[str]) -> None:
    scene.setting(_TAKEN, before[1], scene.pod_name)
    scene.setting(_RANGE, " ".join(before[0].split()), scene.pod_name)


FAULT = Fault(
    title="a pod has no source port left for new connections",
    inject=_inject,
    undo=_undo,
    symptom=lambda scene: (
        Rule(scene.pod_name, "*", "EADDRNOTAVAIL", probes="tcp"),
        Rule(scene.pod_name, "*", "EAGAIN", probes="udp"),
    ),
    needs_pod=True,
    hint="what error does a client in the pod name? Then `ss -s` and `sysctl net.ipv4.ip_local_port_range`",
)
