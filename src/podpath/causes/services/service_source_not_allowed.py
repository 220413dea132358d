"""A load balancer's service does not accept this source."""

from typing import Final

from podpath.causes.cause import Cause
from podpath.language import tr
from podpath.state.fix import Fix, do, say

CAUSE: Final = Cause(
    name="service-source-not-allowed",
    title="A load balancer's service does not accept this source",
    explain="""spec.loadBalancerSourceRanges lists the allowed sources; kube-proxy drops packets from others. The source is
the address that the node sees: for a client behind NAT, it is the gateway's.

    kubectl get service NAME -o jsonpath='{.spec.loadBalancerSourceRanges}'""",
)


def fix(namespace: str, name: str, source: str, bits: int) -> tuple[Fix, ...]:
    """Return the command that lets a source ask a load balancer's service."""
    patch = f'[{{"op":"add","path":"/spec/loadBalancerSourceRanges/-","value":"{source}/{bits}"}}]'
    return (
        do(
            "kubectl",
            "-n",
            namespace,
            "patch",
            "service",
            name,
            "--type",
            "json",
            "-p",
            patch,
            words=tr("if {source} may use it,", source=source),
        ),
    )


def nameless(source: str, bits: int) -> Fix:
    """Return what to do where no rule names the service."""
    return say(
        tr("then add {source}/{bits} to its loadBalancerSourceRanges, if that source may use it", source=source, bits=bits)
    )
