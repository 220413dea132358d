"""The cloud passes only packets with the instance's own address, so none of its pods' packets."""

from podpath.lab.faults.conditions import all_of, ipv4_alone, is_direct
from podpath.lab.faults.interface import Fault, Scene
from podpath.lab.reach import Rule


def _inject(scene: Scene) -> None:
    own = scene.node.addresses[0]
    scene.switch_drops(f'iifname "{{port}}" ip saddr != {own}', f'oifname "{{port}}" ip daddr != {own}')


def _symptom(scene: Scene) -> tuple[Rule, ...]:
    node = scene.node.name
    # The node itself speaks with its own address: it reaches pods elsewhere, and they answer.
    return (Rule(f"pod@{node}", f"pod@!{node}"), Rule(f"pod@!{node},node@!{node}", f"pod@{node}"))


FAULT = Fault(
    title="the network drops packets of the node with another source address than its own",
    inject=_inject,
    undo=lambda scene, _: scene.switch_carries(),
    symptom=_symptom,
    suits=all_of(is_direct, ipv4_alone),
    needs_pod=True,
    tools=("nft",),
    hint="`tcpdump -ni eth0 icmp` on both nodes: does what leaves one arrive at the other?",
)
