"""The rules of a service lack an endpoint that is ready."""

from typing import Final

from podpath.causes.cause import Cause
from podpath.language import tr
from podpath.state.finding import Severity, Words
from podpath.state.fix import Fix

CAUSE: Final = Cause(
    name="service-backend-missing",
    severity=Severity.WARNING,
    title="The rules of a service lack an endpoint that is ready",
    explain="""The node's kube-proxy has not updated the service's rules, or cannot write them: requests go to fewer pods than there are, or to none.
Other nodes may be right: compare them. kube-proxy's log says what it could not write.

Check: `kubectl get endpointslices -A -o wide`; `iptables-save -t nat | grep to-destination`, or `nft list table ip kube-proxy`.

podpath compares the rules of each node with the endpoints of the objects, if the snapshot has both. Endpoints with hints (zones, nodes) and services
with sessions are left out.""",
    symptom_of=("kube-proxy-stale-rules", "service-backend-foreign"),
    no_lab="it takes the objects of the API; the real cluster of the tests has a node whose kube-proxy has stopped",
)


def lacking(
    node: str, service: str, missing: int, ready: int, listed: str, restart: Fix, *, since: str = "", other: str = ""
) -> Words:
    """Return the words for rules that do not lead to all ready endpoints.

    Args:
        node: the node.
        service: the service, as ``namespace/name``.
        missing: number of endpoints that are missing.
        ready: number of those that are ready.
        listed: addresses of those that are missing.
        restart: what makes kube-proxy write its rules again.
        since: since when the youngest of the missing pods is there; empty where nothing shows it.
        other: a node whose rules lead to one of them; empty where none was asked or has one.
    """
    return CAUSE.words(
        tr(
            "the rules of {node} for {service} lack {missing} of its {ready} ready endpoints: {listed}",
            node=node,
            service=service,
            missing=missing,
            ready=ready,
            listed=listed,
        ),
        tr("kube-proxy there has not updated the service's rules, or cannot write them.")
        + (tr(" The rules of {other} lead to them.", other=other) if other else "")
        + (tr(" The youngest of these pods is there since {since}.", since=since) if since else ""),
        restart,
    )
