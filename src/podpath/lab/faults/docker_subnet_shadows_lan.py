"""A new Docker network has the addresses of a network that the host reaches elsewhere."""

import ipaddress

from podpath.lab.faults.conditions import ipv4_alone
from podpath.lab.faults.interface import Fault, Scene
from podpath.lab.reach import Rule

_BRIDGE = "br-7c1d9e02ab45"


def _inject(scene: Scene) -> None:
    shadow = ipaddress.ip_network(f"{scene.outside.addresses[0]}/28", strict=False)
    scene.do(f"ip link add {_BRIDGE} type bridge", f"ip address add {shadow[1]}/28 dev {_BRIDGE}", f"ip link set {_BRIDGE} up")


FAULT = Fault(
    title="a container network covers addresses of the LAN",
    inject=_inject,
    undo=lambda scene, _: scene.do(f"ip link del {_BRIDGE}"),
    symptom=lambda scene: (
        Rule(f"*@{scene.node.name}", "outside"),
        Rule("outside", f"node@{scene.node.name},nodeport@{scene.node.name},published@{scene.node.name}"),
    ),
    suits=ipv4_alone,
    hint="`ip route get ADDRESS` of the outside host: through which device?",
)
