"""A node drops packets for a service because none of its own pods is an endpoint."""

from typing import Final

from podpath.causes.cause import Cause
from podpath.state.finding import Severity
from podpath.state.fix import otherwise

CAUSE: Final = Cause(
    name="etp-local-no-endpoint",
    severity=Severity.WARNING,
    title="A node drops packets for a service because none of its own pods is an endpoint",
    explain="""With externalTrafficPolicy: Local (or internalTrafficPolicy: Local) a node sends packets only to its own pods, so that they see the
client's address. A node without such a pod drops the packets. A load balancer that checks healthCheckNodePort sends nothing there;
one that does not, or a client that uses that node's address, gets no reply: "some nodes time out".

Check: `iptables-save -c | grep "has no local endpoints"`: does its counter rise?""",
    summary=("{node} has dropped {count} packets for {name}: it has no local endpoint",),
    why="Clients that use the service through this node get no reply.",
    fix=(
        "make the load balancer check healthCheckNodePort, or send only to nodes with a pod of the service",
        otherwise("set externalTrafficPolicy: Cluster; if the rule is in KUBE-SERVICES, internalTrafficPolicy: Cluster"),
    ),
)
