"""A more specific route inside a peer's block, left by a VPN or added by hand, drops packets."""

from podpath.lab.faults.conditions import all_of, has_blocks, ipv4_alone, many_nodes, own_addresses
from podpath.lab.faults.interface import Fault
from podpath.lab.faults.symptoms import half_lost, half_of

FAULT = Fault(
    title="an unreachable route covers half of a peer's block",
    inject=lambda scene: scene.do(f"ip route add unreachable {half_of(scene.peer)}"),
    undo=lambda scene, _: scene.do(f"ip route del unreachable {half_of(scene.peer)}"),
    symptom=lambda scene: half_lost(scene, "EHOSTUNREACH"),
    suits=all_of(own_addresses, many_nodes, has_blocks, ipv4_alone),
    needs_pod=True,
    hint="`ip route get ADDRESS` asks the kernel which route it takes",
)
