"""The network service set the device with pods' traffic down and up: the CNI's entries on it are gone."""

from podpath.lab.faults.conditions import all_of, has_blocks, ipv4_alone, many_nodes, own_addresses
from podpath.lab.faults.interface import Fault, Scene
from podpath.lab.faults.symptoms import cut_off
from podpath.lab.reach import Rule


def _device(scene: Scene) -> str:
    return scene.node.facts.get("vtep", scene.node.interface)


def _inject(scene: Scene) -> None:
    if "vtep" in scene.node.facts:
        scene.do(f"ip link set {_device(scene)} down", f"ip link set {_device(scene)} up")
        return
    # What a bounce leaves, without one: the kernel would go on for a while to forget masqueraded connections (NETDEV_DOWN).
    scene.do(f"ip route flush dev {_device(scene)} scope global")
    scene.restore("route replace default")  # its own default route the service brings back


def _symptom(scene: Scene) -> tuple[Rule, ...]:
    node = scene.node.name
    if "vtep" in scene.node.facts:
        return cut_off(node)
    # A peer speaks with its own address, and the path to that is known.
    return (Rule(f"pod@{node},node@{node}", f"pod@!{node}"), Rule(f"pod@!{node}", f"pod@{node}"))


FAULT = Fault(
    title="a device was set down and up again, and the routes and neighbours on it are gone",
    inject=_inject,
    undo=lambda scene, _: scene.restore(f"dev {_device(scene)}"),
    symptom=_symptom,
    suits=all_of(own_addresses, many_nodes, has_blocks, ipv4_alone),
    needs_pod=True,
    hint="has `ip route` a line for every peer's block?",
)
