"""Pods leave the node with addresses that nobody outside knows."""

from typing import Final

from podpath.checks.interface import Check
from podpath.state.finding import Confidence, Severity

CHECK: Final = Check(
    name="masquerade-missing",
    severity=Severity.WARNING,
    confidence=Confidence.LIKELY,
    title="Pods leave the node with addresses that nobody outside knows",
    explain="""What pods send outside must leave with the node's address (MASQUERADE in POSTROUTING), for nobody outside has a route to a
pod's. Without that rule pods reach each other, and nothing beyond; the packets leave, and the answers do not come back.

A network that routes to pods (BGP, a cloud's routes) needs no such rule: then this is no fault, and `--ignore` silences it.

It happens when a firewall was reloaded, when flannel runs without --ip-masq, or with natOutgoing: false in Calico.

Look: `iptables -t nat -S POSTROUTING`; which sender does the outside host see?""",
    asked=True,
    follows=("firewall-reload-wiped-rules",),
)
