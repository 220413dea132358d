"""A service leads to a port by a name that no pod of it has."""

from typing import Final

from podpath.causes.cause import Cause, line

CAUSE: Final = Cause(
    name="service-target-port-missing",
    title="A service leads to a port by a name that no pod of it has",
    explain="""The targetPort of a Service may be a name. It is looked up in each pod that the service selects, among the ports that its containers
declare, with the same protocol. If none declares it, the endpoint has no port, and nothing is sent to the pod.

It happens when a container's port was renamed, or the name is mistyped, or the protocol differs.

Check: `kubectl -n NAMESPACE get service NAME -o yaml`; `kubectl -n NAMESPACE get pods -o yaml | grep -A3 ports:`.""",
    summary=("port {port} of service {name} leads to the port {target_port}, which no container of its pods declares",),
    why='Clients of this port see "Connection refused", although the pods are ready.',
    fix=(
        line("kubectl -n {namespace} describe service {short}", words="compare its TargetPort with the ports of the pods:"),
        "correct the name in the service, or in the container's ports",
    ),
    no_lab="the objects alone say it; no packet is needed",
)
