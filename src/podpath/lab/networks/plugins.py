"""Pods attached by real CNI plugins (containernetworking-plugins), called as a container runtime calls them."""

import json
from typing import Any

from podpath.lab.networks.draft import Draft, digits
from podpath.lab.reading import V4
from podpath.lab.tool import CNI_FOLDERS
from podpath.lab.topology import Pod, PodNetwork

_NETWORK = "lab"


def attach(draft: Draft, network: PodNetwork) -> None:
    """Write the configuration, and one call of the bridge plugin for each pod, in the order of their addresses."""
    conf = _configuration(draft, network)
    draft.plan.files["cni/net.d/10-lab.conflist"] = json.dumps(
        {"cniVersion": conf["cniVersion"], "name": _NETWORK, "plugins": [{k: v for k, v in conf.items() if k != "cniVersion"}]},
        indent=2,
    )
    draft.plan.facts["bridge"] = network.bridge
    for pod in draft.node.pods:
        _add(draft, pod, conf)


def _configuration(draft: Draft, network: PodNetwork) -> dict[str, Any]:
    ranges = [[{"subnet": str(block), "rangeStart": str(block[10]), "gateway": str(block[1])}] for block in draft.node.blocks]
    everywhere = [{"dst": "0.0.0.0/0" if block.version == V4 else "::/0"} for block in draft.node.blocks]
    return {
        "cniVersion": "0.4.0",
        "name": _NETWORK,
        "type": "bridge",
        "bridge": network.bridge,
        "isGateway": True,
        "ipMasq": network.masquerade and not draft.topology.real and network.carry != "vxlan",
        "hairpinMode": True,
        "mtu": network.mtu,
        "ipam": {"type": "host-local", "dataDir": "/run/cni", "ranges": ranges, "routes": everywhere},
    }


def _add(draft: Draft, pod: Pod, conf: dict[str, Any]) -> None:
    env = {
        "CNI_COMMAND": "ADD",
        "CNI_CONTAINERID": digits("container", draft.node.name, pod.name, length=64),
        "CNI_NETNS": f"/run/netns/{pod.name}",
        "CNI_IFNAME": "eth0",
        "CNI_PATH": ":".join(CNI_FOLDERS),
    }
    draft.plan.commands.append({"argv": ["cni:bridge"], "env": env, "text": json.dumps(conf)})
