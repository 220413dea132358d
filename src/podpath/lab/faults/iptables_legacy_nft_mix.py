"""The other iptables back end drops packets that the usual one accepts."""

from podpath.lab.faults.conditions import all_of, has_blocks, ipv4_alone
from podpath.lab.faults.interface import Fault, Scene
from podpath.lab.faults.symptoms import nothing_forwarded

_BACKENDS = {"nf_tables": "iptables-legacy", "legacy": "iptables-nft"}


def _other(scene: Scene) -> str:
    version = scene.cluster.do(scene.node.name, "iptables -V")
    return next(tool for word, tool in _BACKENDS.items() if f"({word})" in version)


FAULT = Fault(
    title="rules of the other iptables back end drop forwarded packets",
    inject=lambda scene: scene.do(f"{_other(scene)} -P FORWARD DROP"),
    undo=lambda scene, _: scene.do(f"{_other(scene)} -P FORWARD ACCEPT"),
    symptom=nothing_forwarded,
    suits=all_of(has_blocks, ipv4_alone),
    tools=tuple(_BACKENDS.values()),
    needs_pod=True,
    hint="`iptables-nft -S FORWARD` and `iptables-legacy -S FORWARD`",
)
