"""Rules of a node send a service's packets to an address that no pod has."""

from typing import Final

from podpath.causes.cause import Cause
from podpath.language import marked, tr
from podpath.state.finding import Words
from podpath.state.fix import Fix

CAUSE: Final = Cause(
    name="kube-proxy-stale-rules",
    title="Rules of a node send a service's packets to an address that no pod has",
    explain="""kube-proxy writes the endpoints of services into the rules of every node. If it has stopped, or its rules cannot be loaded,
the rules of that node send packets to pods that are gone: some connections from there fail, those from other nodes do not.

podpath compares with the endpoints of the objects if the snapshot has them, else with the addresses of all namespaces
of the target's node.

Check: `iptables-save -t nat | grep KUBE-SEP`, `nft list table ip kube-proxy`; `kubectl get endpointslices -A`; kube-proxy's log.""",
    summary=(
        "rules of {node} serve {address} port {port} ({proto}){more}, which no service has, and {other} has no such rule",
        "rules of {node} serve {address} port {port} ({proto}){more}, which no service has",
        "rules of {node} send packets to {ip} port {port}, which no pod has",
        "rules of {node} send packets to {ip}, which no pod has",
    ),
    why="Connections that are sent there at random are lost.",
    fix=("restart kube-proxy on {node}, and check its log for why it could not write the rules",),
    leads_to=frozenset(("device-down", "neighbour-missing", "route-missing", "route-wrong-device", "target-not-listening")),
)

_GONE: Final = marked("The object allows {ranges}; kube-proxy there has not updated its rules.")
_STOPPED: Final = marked("the rules of {node} for {service} stop {source}, and its loadBalancerSourceRanges are to let it pass")
_LET_PASS: Final = marked("the rules of {node} for {service} let pass {source}, and its loadBalancerSourceRanges do not name it")


def gone(words: Words) -> Words:
    """Return the words of a rule that leads to nobody, where the rule is a service's."""
    return words._replace(cause=CAUSE.name)


def ranges(node: str, service: str, source: str, allowed: str, restart: Fix, *, stopped: bool) -> Words:
    """Return the words for rules that treat a source differently from the object (loadBalancerSourceRanges)."""
    return CAUSE.words(
        tr(_STOPPED if stopped else _LET_PASS, node=node, service=service, source=source),
        tr(_GONE, ranges=allowed),
        restart,
    )


def led_wrong(node: str, service: str, place: str, restart: Fix, *, known: bool) -> Words:
    """Return the words for rules that lead to an address which is no ready endpoint.

    Args:
        node: node of the rules.
        service: the service.
        place: address and port.
        restart: what makes kube-proxy write its rules again.
        known: it is an endpoint that is not ready.
    """
    which = tr("which is not ready") if known else tr("which is not one of its endpoints")
    return CAUSE.words(
        tr(
            "the rules of {node} for {service} send packets to {place}, {which}",
            node=node,
            service=service,
            place=place,
            which=which,
        ),
        tr(NO_ANSWER),
        restart,
    )


NO_ANSWER: Final = marked("Clients that are sent there get no reply, or one from another program.")
"""Return the effect if a service sends packets to an address that is not its endpoint."""
