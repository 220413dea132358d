"""kube-proxy stops packets for a cluster IP, or a port of it, without a service."""

from typing import Final

from podpath.causes.cause import Cause
from podpath.state.fix import Fix, do

CAUSE: Final = Cause(
    name="cluster-ip-unallocated",
    title="kube-proxy stops packets for a cluster IP, or a port of it, without a service",
    explain="""In nftables mode, kube-proxy drops packets for unused addresses of the service network, and rejects those for a service's
address that no rule has translated: the service has no such port. Either no service has the address and port,
or this node's kube-proxy does not know the service. If another node or the API knows the service, the cause is
service-rules-missing. The rule is the same for all services: it is never the fault.

    kubectl get services -A -o wide
    nft list chain ip kube-proxy cluster-ips-check""",
)


def fix(address: str) -> tuple[Fix, ...]:
    """Return the command that shows whether a service has the address."""
    return (do("kubectl", "get", "services", "-A", "--field-selector", f"spec.clusterIP={address}"),)
