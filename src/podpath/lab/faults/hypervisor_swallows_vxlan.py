"""The network between the nodes drops the tunnel's UDP port (an SDN or a hypervisor that uses it itself); no node shows it."""

from podpath.lab.faults.conditions import has_vtep
from podpath.lab.faults.interface import Fault, Scene
from podpath.lab.faults.symptoms import cut_off


def _inject(scene: Scene) -> None:
    tunnel = f"udp dport {scene.node.facts['vxlan-port']}"
    scene.switch_drops(f'iifname "{{port}}" {tunnel}', f'oifname "{{port}}" {tunnel}')


FAULT = Fault(
    title="the network between the nodes drops the UDP port of the tunnel",
    inject=_inject,
    undo=lambda scene, _: scene.switch_carries(),
    symptom=lambda scene: cut_off(scene.node.name),
    suits=has_vtep,
    tools=("nft",),
    hint="`tcpdump -ni eth0 udp` on both nodes: does what leaves one arrive at the other?",
)
