"""The rules of a service send packets to a pod that is not one of its endpoints."""

from typing import Final

from podpath.causes.cause import Cause
from podpath.language import tr
from podpath.state.finding import Words
from podpath.state.fix import Fix

CAUSE: Final = Cause(
    name="service-backend-foreign",
    title="The rules of a service send packets to a pod that is not one of its endpoints",
    explain="""An address was given to another pod, and the node's kube-proxy has not updated its rules. Another program answers for the service.
Other nodes may be right: compare them.

Check: `kubectl get pods -A -o wide`; `iptables-save -t nat | grep to-destination`, or `nft list table ip kube-proxy`.

podpath compares the rules of each node with the endpoints of the objects, if the snapshot has both.""",
    no_lab="it takes the objects of the API; the real cluster of the tests has a node whose kube-proxy has stopped",
)


def of_another(node: str, service: str, place: str, pod: str, why: str, restart: Fix) -> Words:
    """Return the words for rules that lead to a pod which is no endpoint of the service."""
    return CAUSE.words(
        tr(
            "the rules of {node} for {service} send packets to {place}, which is {pod}, not an endpoint of that service",
            node=node,
            service=service,
            place=place,
            pod=pod,
        ),
        why,
        restart,
    )
