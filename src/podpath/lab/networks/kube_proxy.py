"""The real kube-proxy on each node: it writes the rules of services itself, with iptables or nftables."""

import re
from typing import Final

from podpath.lab.networks import control_plane
from podpath.lab.networks.draft import Draft
from podpath.lab.networks.flanneld import until
from podpath.lab.networks.services import endpoints
from podpath.lab.reading import V4

TOOLS: Final = {"iptables": ("real:kube-proxy", "iptables", "ip6tables"), "nftables": ("real:kube-proxy", "nft")}
_LOG: Final = "/run/kube-proxy.log"


def write(draft: Draft) -> None:
    """Write the commands that start it."""
    topology = draft.topology
    draft.plan.files["kubernetes/kube-proxy.conf"] = control_plane.kubeconfig(topology, "system:kube-proxy")
    networks = topology.network.networks if topology.network else ()
    words = [
        "real:kube-proxy", "--kubeconfig=/etc/kubernetes/kube-proxy.conf", f"--hostname-override={draft.node.name}",
        f"--proxy-mode={topology.proxy}", f"--cluster-cidr={','.join(str(network) for network in networks)}",
        # These sysctls are of the whole machine (nf_conntrack_max), or hold for it what a kubelet would have set.
        "--conntrack-max-per-core=0", "--conntrack-tcp-timeout-established=0", "--conntrack-tcp-timeout-close-wait=0",
    ]  # fmt: skip
    draft.plan.commands += [
        control_plane.asked(topology, "wait", f"/api/v1/nodes/{draft.node.name}"),
        {"argv": words, "env": {}, "text": "", "log": _LOG},
    ]


def wait(draft: Draft) -> None:
    """Write the command that waits until the rules of every endpoint are there."""
    topology = draft.topology
    tests = []
    for version in sorted({service.address.version for service in topology.services}):
        behind = [
            (re.escape(str(end.address)), service.target)
            for service in topology.services
            if service.address.version == version
            for end in endpoints(topology, service)
        ]
        addresses, ports = ("|".join(sorted({str(pair[i]) for pair in behind})) for i in (0, 1))
        # In a map an endpoint is ADDRESS . PORT, behind a word ADDRESS:PORT, and the notes of iptables hold it once more.
        if topology.proxy == "iptables":
            shown = f"{'iptables' if version == V4 else 'ip6tables'}-save -t nat | grep -e --to-destination"
            pattern = f"--to-destination \\[?({addresses})]?:({ports})"
        else:
            shown = f"nft list table {'ip' if version == V4 else 'ip6'} kube-proxy"
            pattern = f"({addresses})]?( \\. |:)({ports})"
        tests.append(f"[ \"$({shown} | grep -oE -e '{pattern}' | wc -l)\" -ge {len(behind)} ]")
    draft.plan.commands.append(until(" && ".join(tests) or "true", _LOG))
