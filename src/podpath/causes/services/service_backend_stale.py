"""A service sends packets to an address of the pod network that no pod has."""

from typing import Final

from podpath.causes.cause import Cause, line, sentence
from podpath.language import tr
from podpath.state.finding import Words
from podpath.state.fix import do, otherwise

CAUSE: Final = Cause(
    name="service-backend-stale",
    title="A service sends packets to an address that no pod has",
    explain="""A service's endpoints are in its EndpointSlices. Here a ready one has an address of the pod network that no captured pod,
container or node has: connections to it get no reply. kube-proxy only implements the slice.

It happens with slices that somebody wrote by hand, for a service without a selector, when the pod has moved since, or when
the controller that updates the slices does not run.

Check: `kubectl get endpointslices -A -o wide`, `kubectl get pods -A -o wide`.""",
    summary=("service {namespace}/{service} sends packets to {ip}{more}, which no pod, container or node has",),
    why="Connections that are sent there at random are lost.",
    fix=(
        line("kubectl -n {namespace} get endpointslice {slice} -o yaml", note="correct an address that was written by hand"),
        otherwise("find out why the controller of the slices (kube-controller-manager) does not update them"),
    ),
    no_lab="it is in what Kubernetes says of itself, not in the kernel",
)


def nobody(service: str, address: str, namespace: str, name: str, then: str) -> Words:
    """Return the words for a service whose object has an endpoint address that no pod has."""
    return CAUSE.words(
        tr("service {service} sends packets to {address}, which no pod, container or node has", service=service, address=address),
        sentence(then),
        do(
            "kubectl",
            "-n",
            namespace,
            "get",
            "endpointslice",
            name,
            "-o",
            "yaml",
            note=tr("correct an address that was written by hand"),
        ),
        tr("else find out why the controller of the slices (kube-controller-manager) does not update them"),
    )
