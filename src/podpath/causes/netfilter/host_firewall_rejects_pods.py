"""The node's firewall answers pods with an error."""

from typing import Final

from podpath.causes.cause import Cause

CAUSE: Final = Cause(
    name="host-firewall-rejects-pods",
    title="The node's firewall answers pods with an error",
    explain="""firewalld, ufw and handwritten rules end their chains with a REJECT, and do not know the addresses of pods. The sender sees "No
route to host" or "Connection refused" at once, while ping may work: the routes are right, but a rule rejects.

podpath reports rules that a program of the cluster wrote for a policy as networkpolicy-drop.

Check: `iptables -nvL INPUT`, `iptables -nvL FORWARD`, `nft list ruleset`: a reject whose counter rises.""",
)
