"""br_netfilter passes bridged frames to FORWARD, and a rule there drops them."""

from podpath.lab.faults.conditions import all_of, has_blocks, has_bridge, has_iptables, ipv4_alone, many_pods
from podpath.lab.faults.interface import Fault
from podpath.lab.reach import Rule

_RULE = "FORWARD -m physdev --physdev-is-bridged -j DROP"

FAULT = Fault(
    title="FORWARD drops frames that only cross a bridge",
    inject=lambda scene: scene.iptables(f"-I {_RULE}"),
    undo=lambda scene, _: scene.iptables(f"-D {_RULE}"),
    symptom=lambda scene: (Rule(f"pod@{scene.node.name}", f"pod@{scene.node.name}"),),
    suits=all_of(has_bridge, has_blocks, has_iptables, many_pods, ipv4_alone),
    needs_pod=True,
    tools=("iptables-restore",),
    hint="`sysctl net.bridge.bridge-nf-call-iptables`, and the counters of FORWARD",
)
