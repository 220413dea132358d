"""A VPN came up: its policy rule comes before the main table, and its own table has a default route."""

from podpath.lab.faults.conditions import all_of, has_blocks, ipv4_alone
from podpath.lab.faults.interface import Fault
from podpath.lab.faults.symptoms import node_lost

FAULT = Fault(
    title="a policy rule sends everything that the node routes into a VPN",
    inject=lambda scene: scene.do(
        "ip link add ts0 type bridge",
        "ip link set ts0 up",
        "ip route add default dev ts0 table 52",
        "ip rule add pref 5270 lookup 52",
    ),
    undo=lambda scene, _: scene.do("ip rule del pref 5270", "ip link del ts0"),
    symptom=node_lost,
    suits=all_of(has_blocks, ipv4_alone),
    hint="`ip rule`, and `ip route get` of anything",
)
