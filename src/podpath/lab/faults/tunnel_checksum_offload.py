"""Tunnel packets leave the node with a wrong checksum: a driver's offload is broken (emulated at the switch)."""

from podpath.lab.faults.conditions import has_vtep
from podpath.lab.faults.interface import Fault, Scene
from podpath.lab.faults.symptoms import cut_off


def _inject(scene: Scene) -> None:
    match = f'iifname "{{port}}" udp dport {scene.node.facts["vxlan-port"]} udp checksum set 0x1234'
    scene.switch_drops(match, verdict="accept")


FAULT = Fault(
    title="the outer UDP checksums of tunnel packets from the node are wrong",
    inject=_inject,
    undo=lambda scene, _: scene.switch_carries(),
    symptom=lambda scene: cut_off(scene.node.name),
    suits=has_vtep,
    tools=("nft",),
    hint="`nstat -az UdpInCsumErrors` on the peers",
)
