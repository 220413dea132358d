"""One node runs another backend of flannel: plain routes where its peers use the tunnel."""

from podpath.lab.faults.conditions import has_vtep
from podpath.lab.faults.interface import Fault, Scene
from podpath.lab.reach import Rule


def _inject(scene: Scene) -> None:
    scene.do(
        f"ip link del {scene.node.facts['vtep']}",
        *(f"ip route add {peer.facts['block']} via {peer.addresses[0]}" for peer in scene.others),
    )


def _undo(scene: Scene, _: object) -> None:
    scene.do(*(f"ip route del {peer.facts['block']}" for peer in scene.others))
    scene.make(scene.node.facts["vtep"])


def _symptom(scene: Scene) -> tuple[Rule, ...]:
    node = scene.node.name
    # What the node itself sends bears its own address, so the answer needs no tunnel.
    return (Rule(f"pod@!{node},node@!{node}", f"pod@{node}"), Rule(f"pod@{node}", f"pod@!{node}"))


FAULT = Fault(
    title="a node has plain routes to its peers where they use a tunnel to it",
    inject=_inject,
    undo=_undo,
    symptom=_symptom,
    suits=has_vtep,
    needs_pod=True,
    hint="compare the lines of `ip route` for peers' blocks on two nodes",
)
