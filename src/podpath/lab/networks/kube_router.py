"""The real kube-router on each node: routes between the nodes by BGP, and the rules of NetworkPolicies."""

from typing import Final

from podpath.lab.networks import control_plane
from podpath.lab.networks.draft import Draft
from podpath.lab.networks.flanneld import until
from podpath.lab.topology import PodNetwork

TOOLS: Final = ("real:kube-router", "ip", "ipset", "iptables", "iptables-restore", "ip6tables")
BRIDGE: Final = "kube-bridge"
"""kube-router knows pods by this bridge."""
_LOG: Final = "/run/kube-router.log"


def write(draft: Draft, network: PodNetwork) -> None:
    """Write the commands that start it: all of it but services, which need IPVS."""
    draft.plan.files["kubernetes/kube-router.conf"] = control_plane.kubeconfig(draft.topology, "kube-router")
    words = [
        "real:kube-router", "--kubeconfig=/etc/kubernetes/kube-router.conf", f"--hostname-override={draft.node.name}",
        "--run-router=true", "--run-firewall=true", "--run-service-proxy=false", "--enable-overlay=false",
        f"--enable-pod-egress={'true' if network.masquerade else 'false'}",
        f"--service-cluster-ip-range={control_plane.service_networks(draft.topology)[0]}",
        "--health-port=0", "--metrics-port=0",
    ]  # fmt: skip
    env = {"KUBE_ROUTER_CNI_CONF_FILE": "/etc/cni/net.d/10-lab.conflist"}
    draft.plan.commands += [
        control_plane.asked(draft.topology, "wait", f"/api/v1/nodes/{draft.node.name}"),
        {"argv": words, "env": env, "text": "", "log": _LOG},
    ]


def wait(draft: Draft) -> None:
    """Write the command that waits until it has a route to every other node, and a chain for every pod here."""
    tests = [f"ip route show {block} | grep -q ." for peer in draft.peers for block in peer.blocks]
    if draft.topology.policies:
        tests.append(f"[ $(iptables-save -t filter | grep -c '^:KUBE-POD-FW-') -ge {len(draft.node.pods)} ]")
    draft.plan.commands.append(until(" && ".join(tests) or "true", _LOG))
