"""FORWARD drops what no rule accepts, and no rule accepts pods."""

from typing import Final

from podpath.checks.interface import Check
from podpath.state.finding import Severity

CHECK: Final = Check(
    name="forward-policy-drop",
    severity=Severity.ERROR,
    title="FORWARD drops what no rule accepts, and no rule accepts pods",
    explain="""Packets between containers and other hosts pass the chain FORWARD. Where its policy is DROP, only what a rule accepts gets
through; where the policy of a pod network was forgotten, its pods reach nothing off their own node, and with br_netfilter
not even each other. The node itself reaches everything, which is misleading.

Docker sets the policy when it itself switched ip_forward on; firewalls set it, too. It accepts its own networks, not those of a CNI.

Look: `iptables -S FORWARD`, the first line; `iptables -nvL FORWARD`, the policy's counter.""",
    asked=True,
)
