"""The real flanneld on each node: it makes the tunnel, the routes and the masquerading rules itself."""

import json
from typing import Any, Final

from podpath.lab.networks import control_plane, store
from podpath.lab.networks.draft import Draft
from podpath.lab.reading import V4, V6
from podpath.lab.topology import PodNetwork

TOOLS: Final = ("real:flanneld", "ip", "iptables", "ip6tables")
_LOG: Final = "/run/flanneld.log"


def write(draft: Draft, network: PodNetwork) -> None:
    """Write the commands that start it, with the API server or etcd as its store."""
    words = [
        "real:flanneld", f"--iface={draft.topology.underlay.interface}", f"--ip-masq={'true' if network.masquerade else 'false'}",
    ]  # fmt: skip
    if "kubernetes" in draft.topology.real:
        words += ["--kube-subnet-mgr", "--kubeconfig-file=/etc/kubernetes/flannel.conf"]
        draft.plan.files |= {
            "kube-flannel/net-conf.json": configuration(network),
            "kubernetes/flannel.conf": control_plane.kubeconfig(draft.topology, "flannel"),
        }
        draft.plan.commands.append(control_plane.asked(draft.topology, "wait", f"/api/v1/nodes/{draft.node.name}"))
    else:
        words += [f"--etcd-endpoints={store.url(draft.topology)}", f"--etcd-prefix={store.PREFIX}"]
        draft.plan.commands.append(_remembered(draft, network))
    env = {"NODE_NAME": draft.node.name}
    draft.plan.commands.append({"argv": words, "env": env, "text": "", "log": _LOG})


def _remembered(draft: Draft, network: PodNetwork) -> dict[str, Any]:
    """Return a command that writes the node's former block: flanneld requests it again, or any block if there is none."""
    lines = []
    for whole, block in zip(network.networks, draft.node.blocks, strict=True):
        family = "" if block.version == V4 else "IPV6_"
        lines += [f"FLANNEL_{family}NETWORK={whole}", f"FLANNEL_{family}SUBNET={block[1]}/{block.prefixlen}"]
    return {
        "argv": ["sh", "-c", "mkdir -p /run/flannel; cat >/run/flannel/subnet.env"],
        "env": {},
        "text": "\n".join(lines) + "\n",
    }


def wait(draft: Draft) -> None:
    """Write the command that waits until it has a route to every other node."""
    tests = [
        f"ip -{6 if block.version == V6 else 4} route show {block} | grep -q ." for peer in draft.peers for block in peer.blocks
    ]
    draft.plan.commands.append(until(" && ".join(["[ -e /run/flannel/subnet.env ]", *tests]), _LOG))


def configuration(network: PodNetwork) -> str:
    """Return flannel's configuration (its Documentation/configuration.md)."""
    backend: dict[str, Any] = {"Type": network.carry}
    if network.carry == "vxlan":
        backend |= {"VNI": network.vni, "Port": network.port}
    found: dict[str, Any] = {"Backend": backend, "EnableIPv4": False, "EnableIPv6": False}
    for each in network.networks:
        found |= {f"EnableIPv{each.version}": True, "Network" if each.version == V4 else "IPv6Network": str(each)}
    return json.dumps(found, indent=2) + "\n"


def until(test: str, log: str, seconds: int = 60) -> dict[str, Any]:
    """Return a command that ends as soon as a test of the shell succeeds, or fails with the last lines of a log."""
    script = f"for i in $(seq {seconds * 10}); do {{ {test}; }} && exit 0; sleep 0.1; done; tail -n 8 {log}; exit 1"
    return {"argv": ["sh", "-c", script], "env": {}, "text": ""}
