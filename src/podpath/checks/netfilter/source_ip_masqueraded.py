"""Pods are seen by other pods with the address of their node."""

from typing import Final

from podpath.checks.interface import Check
from podpath.state.finding import Severity

CHECK: Final = Check(
    name="source-ip-masqueraded",
    severity=Severity.WARNING,
    title="Pods are seen by other pods with the address of their node",
    explain="""Between pods the source must stay what it is. Where a rule masquerades that traffic too, everything works until a network policy
counts on the pod's address: then only pods of one node reach each other, and servers log nodes in place of pods.

It is told where rules of policies are there, or other nodes do otherwise; the bridge plugin's ipMasq does so by design.

It happens when kube-proxy's clusterCIDR is not the pods' network, with masqueradeAll, and by a MASQUERADE for the pods'
network without an exception for that network.

Look: `iptables -t nat -S POSTROUTING`, `iptables -t nat -S KUBE-POSTROUTING`.""",
    asked=True,
)
