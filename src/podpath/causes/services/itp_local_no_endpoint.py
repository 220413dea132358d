"""A node drops its own pods' packets to a service."""

from typing import Final

from podpath.causes.cause import Cause
from podpath.causes.services.service_no_endpoints import endpoints
from podpath.language import tr
from podpath.state.fix import Fix, do, say

CAUSE: Final = Cause(
    name="itp-local-no-endpoint",
    title="A node drops its own pods' packets to a service",
    explain="""With internalTrafficPolicy: Local, a node sends its pods' packets for a cluster IP only to its own pods. A node without such a pod drops
them: the same service works on some nodes and times out on others. A DaemonSet gives every node a pod.

    kubectl get service NAME -o jsonpath='{.spec.internalTrafficPolicy}'
    iptables-save -c | grep 'has no local endpoints'""",
)


def fix(namespace: str, name: str, field: str) -> tuple[Fix, ...]:
    """Return the fix where a service's policy keeps its packets on a node without an endpoint.

    Args:
        namespace: the service's.
        name: the service's.
        field: internalTrafficPolicy or externalTrafficPolicy.
    """
    patch = f'{{"spec":{{"{field}":"Cluster"}}}}'
    words = tr("use a node that has an endpoint, or let every node serve it,")
    patched = do("kubectl", "-n", namespace, "patch", "service", name, "-p", patch, words=words)
    return patched, *endpoints(namespace, name)


def nameless(field: str) -> Fix:
    """Return what to do where no rule names the service."""
    return say(tr("then use a node that has an endpoint, or set its {field} to Cluster", field=field))
