"""FORWARD drops by default, and no rule accepts pods."""

from typing import Final

from podpath.causes.cause import Cause

CAUSE: Final = Cause(
    name="forward-policy-drop",
    title="FORWARD drops by default, and no rule accepts pods",
    explain="""Packets between containers and other hosts pass the chain FORWARD. If its policy is DROP, only packets that a rule accepts
get through. If no rule accepts a pod network, its pods reach nothing outside their own node, and with br_netfilter
not even each other. The node itself reaches everything, which is misleading.

Docker sets the policy to DROP when it has enabled ip_forward itself; firewalls set it, too. Docker accepts its own networks, not those of a CNI.

Check: `iptables -S FORWARD`, the first line; `iptables -nvL FORWARD`, the policy's counter.""",
)
