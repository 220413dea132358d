"""A node is behind a router without routes to pods: plain routes with the nodes as next hops are impossible."""

from podpath.lab.faults.conditions import all_of, ipv4_alone, is_direct
from podpath.lab.faults.interface import Fault, Scene
from podpath.lab.reach import Rule

_SETTINGS = {"net/ipv4/conf/all/send_redirects": "0", "net/ipv4/conf/{}/send_redirects": "0", "net/ipv4/ip_forward": "1"}


def _router(scene: Scene) -> tuple[str, str]:
    """Return name and address of the default router, which is the outside host."""
    line = next(line for line in scene.node.ip if line.startswith("route replace default via "))
    return scene.outside.name, line.split()[4]


def _inject(scene: Scene) -> dict[str, str]:
    router, gateway = _router(scene)
    before = {}
    for template, value in _SETTINGS.items():
        name = template.format(scene.node.interface)
        before[name] = scene.setting(name, value, router)
    for peer in scene.others:
        scene.do(f"ip route del {peer.facts['block']}", f"ip route add {peer.addresses[0]} via {gateway}")
        scene.on(peer.name, f"ip route del {scene.node.facts['block']}",
                 f"ip route add {scene.node.addresses[0]} via {gateway}")  # fmt: skip
    return before


def _undo(scene: Scene, before: dict[str, str]) -> None:
    router, _ = _router(scene)
    for name, value in reversed(before.items()):
        scene.setting(name, value, router)
    for peer in scene.others:
        scene.do(f"ip route del {peer.addresses[0]}")
        scene.restore(f"route replace {peer.facts['block']} ")
        scene.on(peer.name, f"ip route del {scene.node.addresses[0]}")
        scene.restore(f"route replace {scene.node.facts['block']} ", peer.name)


def _symptom(scene: Scene) -> tuple[Rule, ...]:
    node = scene.node.name
    return (
        # The router sends the error to senders that it has a route to, up to a rate limit (net.ipv4.route.error_burst).
        Rule(f"pod@!{node}", f"pod@{node}"),
        Rule(f"pod@{node}", f"pod@!{node}"),
        Rule(f"node@!{node}", f"pod@{node}", "ENETUNREACH|lost"),
        Rule(f"node@{node}", f"pod@!{node}", "ENETUNREACH|lost"),
    )


FAULT = Fault(
    title="a router without routes to pods is between the node and its peers",
    inject=_inject,
    undo=_undo,
    symptom=_symptom,
    suits=all_of(is_direct, ipv4_alone),
    needs_pod=True,
    hint="`ip route get ADDRESS` of the peer: is there a `via`?",
)
