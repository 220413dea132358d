"""Pods' packets leave the node with addresses that no outside host has a route to."""

from typing import Final

from podpath.causes.cause import Cause
from podpath.language import tr
from podpath.state.finding import Confidence, Severity, Words
from podpath.state.fix import Fix, do

CAUSE: Final = Cause(
    name="masquerade-missing",
    severity=Severity.WARNING,
    confidence=Confidence.LIKELY,
    title="Pods' packets leave the node with addresses that no outside host has a route to",
    explain="""Pods' packets to the outside must leave with the node's address (MASQUERADE in POSTROUTING), because outside hosts have no route
to a pod's address. Without that rule, pods reach each other and nothing else: their packets leave, but no replies come back.

A network that routes to pods (BGP, a cloud's routes) needs no such rule: then this is not a fault, and `--ignore` suppresses it.

It happens when a firewall was reloaded, if flannel runs without --ip-masq, or with natOutgoing: false in Calico.

Check: `iptables -t nat -S POSTROUTING`; which source address does the outside host see?""",
    symptom_of=("firewall-reload-wiped-rules",),
    leads_to=frozenset(
        ("ip-forward-off", "neighbour-missing", "route-missing", "route-refuses", "route-wrong-next-hop", "routing-loop")
    ),
)


def marked_only(node: str, mark: int, restart: Fix) -> Words:
    """Return the words for packets that kube-proxy's rules mark, and that no rule masquerades.

    Args:
        node: the node.
        mark: the mark.
        restart: what makes kube-proxy write its rules again.
    """
    return CAUSE.words(
        tr(
            "{node} marks packets of services for masquerading (mark {mark:#x}), but no rule of POSTROUTING "
            "masquerades marked packets",
            node=node,
            mark=mark,
        ),
        tr("A client outside, or a pod that is its own endpoint, gets replies from an address that it did not contact, or none."),
        restart._replace(words=tr("restart kube-proxy there, which writes KUBE-POSTROUTING again")),
    )


def to_itself(node: str, address: str, rule: str, fix: Fix) -> Words:
    """Return the words for a sender that a rule leads to itself."""
    return CAUSE.words(
        tr(
            "a rule of {node} sends the packet of {address} back to {address}, and no rule masquerades it: {rule}",
            node=node,
            address=address,
            rule=rule,
        ),
        tr("{address} gets a packet from its own address, and drops it as a martian.", address=address),
        fix,
    )


def nameless_endpoint(address: str, namespace: str, name: str) -> Fix:
    """Return the fix where kube-proxy does not take an endpoint for one of its own node."""
    return do(
        "kubectl", "-n", namespace, "edit", "endpointslice", name,
        words=tr("kube-proxy masquerades this only for endpoints of its own node: add nodeName to {address} in the "
"EndpointSlice", address=address),
    )  # fmt: skip


def bare_source(node: str, address: str, there: str, then: str, fix: Fix) -> Words:
    """Return the words for a pod's own address that a host has no route back to.

    Args:
        node: node that sent it.
        address: the pod's.
        there: the host that does not know it.
        then: what happens to the answer.
        fix: the rule that is missing.
    """
    return CAUSE.words(
        tr(
            "{node} forwards the request of {address} to {there} with the pod's own address: no rule masquerades it",
            node=node,
            address=address,
            there=there,
        ),
        tr("{there} has no return path: {then}.", there=there, then=then),
        fix,
    )


def leaves_bare(node: str, family: int, rule: Fix) -> Words:
    """Return the words for packets that leave the cluster with addresses that no outside host has a route to.

    Args:
        node: the node.
        family: of the packets.
        rule: the rule that masquerades them.
    """
    return CAUSE.words(
        tr("pods' packets to the outside leave {node} with their own IPv{family} address", node=node, family=family),
        tr("Outside hosts have no route to such an address, unless their network routes to the pods: no reply comes back."),
        tr("restart the CNI's agent, or Docker: each writes its rule"),
        rule._replace(words=tr("until then,"), instead=True),
    )
