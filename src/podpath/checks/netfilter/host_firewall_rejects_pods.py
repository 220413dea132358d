"""The node's firewall answers pods with an error."""

from typing import Final

from podpath.checks.interface import Check
from podpath.state.finding import Severity

CHECK: Final = Check(
    name="host-firewall-rejects-pods",
    severity=Severity.ERROR,
    title="The node's firewall answers pods with an error",
    explain="""firewalld, ufw and hand-made rules end their chains with a REJECT, and do not know the addresses of pods. The sender sees "No
route to host" or "Connection refused" at once, while ping may work: the routes are good, a rule answers.

Rules that a program of the cluster wrote for a policy are told as networkpolicy-drop.

Look: `iptables -nvL INPUT`, `iptables -nvL FORWARD`, `nft list ruleset`: a reject whose counter rises.""",
    asked=True,
)
