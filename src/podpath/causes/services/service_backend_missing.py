"""The rules of a service lack an endpoint that is ready."""

from typing import Final

from podpath.causes.cause import Cause
from podpath.state.finding import Words
from podpath.state.fix import Fix

CAUSE: Final = Cause(
    name="service-backend-missing",
    title="The rules of a service lack an endpoint that is ready",
    explain="""The node's kube-proxy has not updated the service's rules, or cannot write them: requests go to fewer pods than there are, or to none.
Other nodes may be right: compare them. kube-proxy's log says what it could not write.

    kubectl get endpointslices -A -o wide
    iptables-save -t nat | grep to-destination

`podpath trace` reports it if the rules of a service differ from its objects.""",
)


def lacking(node: str, service: str, missing: int, ready: int, listed: str, restart: Fix) -> Words:
    """Return the words for rules that do not lead to all ready endpoints."""
    return CAUSE.words(
        f"the rules of {node} for {service} lack {missing} of its {ready} ready endpoints: {listed}",
        "kube-proxy there has not updated the service's rules, or cannot write them.",
        restart,
    )
