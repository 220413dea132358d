"""A pod has an address of another node's block, and that node's blackhole route drops packets for it."""

from podpath.lab.faults.conditions import all_of, ipv4_alone, is_direct, is_routed
from podpath.lab.faults.interface import Fault
from podpath.lab.faults.symptoms import half_lost, half_of

FAULT = Fault(
    title="a node has a blackhole route for addresses of a peer's pods",
    inject=lambda scene: scene.do(f"ip route add blackhole {half_of(scene.peer)} proto bird"),
    undo=lambda scene, _: scene.do(f"ip route del blackhole {half_of(scene.peer)}"),
    symptom=lambda scene: half_lost(scene, "EINVAL"),
    suits=all_of(is_routed, is_direct, ipv4_alone),
    needs_pod=True,
    hint="which `blackhole` of `ip route` covers a pod of another node?",
)
