"""Other pods see a pod's node as the source of its packets."""

from typing import Final

from podpath.causes.cause import Cause
from podpath.language import tr
from podpath.state.finding import Severity, Words
from podpath.state.fix import Fix

CAUSE: Final = Cause(
    name="source-ip-masqueraded",
    severity=Severity.WARNING,
    title="Other pods see a pod's node as the source of its packets",
    explain="""Packets between pods must keep their source address. If a rule masquerades that traffic too, everything works until a network policy
depends on the pod's address: then only pods of one node reach each other, and servers log nodes instead of pods.

podpath reports it if there are policy rules, or if other nodes do not do it; the bridge plugin's ipMasq does so by design.

It happens when kube-proxy's clusterCIDR is not the pods' network, with masqueradeAll, and with a MASQUERADE for the pods'
network without an exception for that network.

Check: `iptables -t nat -S POSTROUTING`, `iptables -t nat -S KUBE-POSTROUTING`.""",
    leads_to=frozenset(("host-firewall-rejects-pods", "netfilter-drop", "networkpolicy-drop", "service-source-not-allowed")),
)


def hidden(node: str, address: str, behind: str, rule: str, then: str, fix: Fix) -> Words:
    """Return the words for a source that a rule masquerades, if the true one would have passed.

    Args:
        node: node of the rule.
        address: the true source.
        behind: the source that replaces it.
        rule: the rule.
        then: what happens to the packet.
        fix: an exception from the rule.
    """
    return CAUSE.words(
        tr(
            "{node} masquerades {address} as {behind}, and a rule that would accept {address} stops the packet",
            node=node,
            address=address,
            behind=behind,
        ),
        tr("{rule}; then {then}.", rule=rule, then=then),
        fix,
    )


def between_pods(node: str, source: str) -> Words:
    """Return the words for packets between pods that come with their node's address."""
    return CAUSE.words(
        tr(
            "packets from pods on {node} to pods of other nodes have the source {source}, not the pod's address",
            node=node,
            source=source,
        ),
        tr("Policies and logs on the other side see the node, not the pod."),
        tr("exclude the pods' own networks from the MASQUERADE rule: `! -d` them"),
    )
