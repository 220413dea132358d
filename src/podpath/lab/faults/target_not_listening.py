"""A pod's server listens on 127.0.0.1 only."""

from podpath.lab.faults.interface import Fault, Scene
from podpath.lab.reach import Rule


def _listen(scene: Scene, *addresses: str) -> None:
    scene.done.append((scene.pod_name, f"restart the server, listening on {' and '.join(addresses)}"))
    connection = scene.cluster.connect(scene.node.name, scene.a_pod.name)
    connection.ask({"do": "listen", "addresses": addresses})
    connection.close()


FAULT = Fault(
    title="a pod's server listens on the loopback address only",
    inject=lambda scene: _listen(scene, "127.0.0.1", "::1"),
    undo=lambda scene, _: _listen(scene, "0.0.0.0", "::"),  # noqa: S104 - in a pod
    symptom=lambda scene: (Rule("pod,node", scene.pod_name, "ECONNREFUSED", probes="tcp,udp"),),
    needs_pod=True,
    hint="`ss -tln` inside the pod",
)
