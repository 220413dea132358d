"""A node of the cluster is not ready."""

from typing import Final

from podpath.causes.cause import Cause, line
from podpath.state.finding import Severity

CAUSE: Final = Cause(
    name="node-not-ready",
    severity=Severity.WARNING,
    title="A node of the cluster is not ready",
    explain="""The kubelet of each node tells the API server that the node is ready. If it stops, or says that the network or the runtime is not
ready, no pod is scheduled there, and after a while the node's pods are taken out of their services, although they may run.

It happens when the node is down or cut off, the kubelet has stopped, no network plugin is configured (/etc/cni/net.d is empty), or the disk
or memory is full.

Check: `kubectl describe node NAME`, its conditions; on the node `systemctl status kubelet`, `journalctl -u kubelet`.""",
    summary=("the node {name} is not ready",),
    why="Its pods are taken out of their services, and no new pod starts there.",
    fix=(
        line("kubectl describe node {name}", words="read its conditions:"),
        "then look at the kubelet on the node: journalctl -u kubelet",
    ),
    no_lab="the objects alone say it; no packet is needed",
)
