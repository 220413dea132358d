"""The network of a pod could not be set up."""

from typing import Final

from podpath.causes.cause import Cause, line
from podpath.state.finding import Confidence, Severity

CAUSE: Final = Cause(
    name="pod-network-failed",
    severity=Severity.WARNING,
    confidence=Confidence.LIKELY,
    title="The network of a pod could not be set up",
    explain="""For each new pod the runtime calls the network plugin that /etc/cni/net.d names. If that fails, the pod has no network namespace to
run in: it stays in ContainerCreating, and the kubelet tries again. The reason is in the pod's events (FailedCreatePodSandBox) and in the
kubelet's log. Pods that already run are not affected.

Most reasons mean that the agent of the network does not run on that node: flannel has not written /run/flannel/subnet.env, Calico not
/var/lib/calico/nodename, Cilium does not answer. `already has an IP address different from` means that cni0 was left from an earlier pod network.

An event describes the past: the kubelet may have succeeded since.

Check: `kubectl describe pod NAME`, its events; `kubectl get pods -A -o wide` for the agent on that node; on the node `ls /etc/cni/net.d /opt/cni/bin`.""",
    summary=(
        "the network of {pod}, and of {others} more pod(s), could not be set up{at}: {problem}",
        "the network of {pod} could not be set up{at}: {problem}",
        "pods cannot get a network{at}: {problem}",
    ),
    why="Such pods do not start; those that run already are not affected.",
    fix=(
        "{remedy}",
        line(
            "kubectl get pods -A -o wide --field-selector spec.nodeName={host}",
            words="see whether the network's agent runs there:",
        ),
    ),
    phrases={
        "problem": {
            "network-not-configured": "no network plugin is configured",
            "plugin-missing": "the plugin {words} is not installed",
            "flannel-not-running": "flannel has not written {words}",
            "calico-not-running": "calico-node has not written {words}",
            "cilium-not-running": "the Cilium agent does not answer",
            "weave-not-running": "Weave Net does not answer at {words}",
            "plugin-unauthorized": "the API server does not accept the plugin's token",
            "api-unreachable": "the plugin cannot reach the API server at {words}",
            "bridge-address": "{dev} has another address than {words}",
            "addresses-used-up": "no address of the node's pod network is free",
            "no-address-range": "the node has no pod network",
            "network-setup-failed": "the network plugin failed",
        },
        "remedy": {
            "network-not-configured": "see why the agent of the network has not written /etc/cni/net.d on that node: does it run there?",
            "plugin-missing": "install the plugin {words} into /opt/cni/bin of that node (the agent of the network, or the package containernetworking-plugins)",
            "flannel-not-running": "see why flannel does not run on that node: its pod's log says so",
            "calico-not-running": "see why calico-node does not run on that node: its pod's log says so",
            "cilium-not-running": "see why the Cilium agent does not run on that node: its pod's log says so",
            "weave-not-running": "see why Weave Net does not run on that node: its pod's log says so",
            "plugin-unauthorized": "restart calico-node on that node: it writes a new token for the plugin",
            "api-unreachable": "see whether kube-proxy on that node has rules for that address",
            "bridge-address": "see whether the node's pod network has changed: if so, drain the node and delete {dev}, and the plugin makes it again",
            "addresses-used-up": "see whether addresses of pods that are gone are still held (/var/lib/cni/networks, one file each)",
            "no-address-range": "see whether the node has a podCIDR: kubectl get nodes -o yaml",
            "network-setup-failed": "read the pod's events: the plugin's own words say why",
        },
    },
    symptom_of=(),
    no_lab="the objects' events alone say it; no packet is needed",
)
