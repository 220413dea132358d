"""Packets from a peer's pods arrive through the tunnel, the route back uses another device, and rp_filter is strict."""

from podpath.lab.faults.conditions import has_vtep
from podpath.lab.faults.interface import Fault, Scene
from podpath.lab.reach import Rule

_NAME = "net/ipv4/conf/all/rp_filter"


def _inject(scene: Scene) -> str:
    before = scene.setting(_NAME, "1")
    scene.do(f"ip route replace {scene.peer.facts['block']} via {scene.peer.addresses[0]}")
    return before


def _undo(scene: Scene, before: str) -> None:
    scene.setting(_NAME, before)
    scene.restore(f"route replace {scene.peer.facts['block']} ")


def _symptom(scene: Scene) -> tuple[Rule, ...]:
    node, peer = scene.node.name, scene.peer.name
    # What the node itself sends bears its own address now: the answer comes plain, by the path that rp_filter expects.
    return (Rule(f"pod@{peer},node@{peer}", f"pod@{node}"), Rule(f"pod@{node}", f"pod@{peer}"))


FAULT = Fault(
    title="rp_filter drops packets from a peer's pods: the route back to them uses another device",
    inject=_inject,
    undo=_undo,
    symptom=_symptom,
    suits=has_vtep,
    needs_pod=True,
    hint="`nstat -az TcpExtIPReversePathFilter`, then `ip route get` of the sender",
)
