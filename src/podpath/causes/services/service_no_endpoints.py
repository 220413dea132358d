"""A service has no ready endpoint."""

from typing import Final

from podpath.causes.cause import Cause, line
from podpath.language import tr
from podpath.state.finding import Severity, Words
from podpath.state.fix import Fix, do, say

CAUSE: Final = Cause(
    name="service-no-endpoints",
    severity=Severity.INFO,
    title="A service has no ready endpoint",
    explain="""A Service sends packets to the ready pods that match its selector. If there are none, kube-proxy writes a rule that rejects its
packets: "Connection refused" at once, from every node, while the pods' own addresses may work.

It happens when the selector and the pods' labels differ, when the named targetPort does not exist, and while no pod is ready.

Check: `kubectl get endpointslices -l kubernetes.io/service-name=NAME`; `iptables-save | grep "has no endpoints"`.""",
    summary=("{shown}",),
    phrases={
        "shown": {
            "objects": "service {name} has no ready endpoint",
            "rules": "a rule of {node} rejects packets for {name}: it has no endpoints",
        },
    },
    why='Clients of its address see "Connection refused" at once.',
    fix=(
        line("kubectl -n {namespace} describe service {short}", words="compare the service's selector with the pods' labels,"),
        line("kubectl -n {namespace} get pods", words="find out why its pods are not ready,"),
    ),
)


def virtual_server(where: str, node: str, port: str) -> Words:
    """Return the words for a virtual server of IPVS without a real one (ip_vs_leave)."""
    return CAUSE.words(
        tr("the virtual server {where} on {node} has no real server that accepts connections", where=where, node=node),
        tr("The kernel replies that the port is closed."),
        do(
            "kubectl",
            "get",
            "endpointslices",
            "-A",
            "-o",
            "wide",
            note=tr("which service has port {port}, and are its endpoints ready?", port=port),
        ),
        do("ipvsadm", "-Ln"),
    )


def fix(namespace: str, name: str) -> tuple[Fix, ...]:
    """Return the commands that show why a service has no ready endpoint."""
    return (
        do(
            "kubectl",
            "-n",
            namespace,
            "describe",
            "service",
            name,
            words=tr("no ready pod has the labels that the service selects,"),
        ),
        *endpoints(namespace, name),
    )


def endpoints(namespace: str, name: str) -> tuple[Fix, ...]:
    """Return the command that lists a service's endpoints."""
    label = f"kubernetes.io/service-name={name}"
    return (do("kubectl", "-n", namespace, "get", "endpointslices", "-l", label, "-o", "wide"),)


def find(address: str) -> Fix:
    """Return the command that shows which service has an address, where no rule names it."""
    return do(
        "kubectl",
        "get",
        "services,endpointslices",
        "-A",
        "-o",
        "wide",
        words=tr("find the service at {address},", address=address),
    )


NAMELESS: Final = say("then find out why no ready pod has the labels that it selects")
"""Return the fix if no rule names the service."""
