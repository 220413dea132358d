"""Pods on a bridge, as CNI's bridge plugin and flannel attach them: cni0 with the block's first address, hairpin on."""

from podpath.lab.networks.draft import Draft, digits, gateway, mac_of, nodad
from podpath.lab.reading import V4
from podpath.lab.topology import Pod, PodNetwork


def attach(draft: Draft, network: PodNetwork) -> None:
    """Write the bridge and every pod on it."""
    bridge = network.bridge
    ip = draft.plan.ip
    mac = next((f"address {mac_of(gateway(block))} " for block in draft.node.blocks if block.version == V4), "")
    ip += [f"link add name {bridge} {mac}type bridge", f"link set {bridge} mtu {network.mtu} up"]
    for block in draft.node.blocks:
        ip.append(f"address replace {gateway(block)}/{block.prefixlen} dev {bridge}{nodad(block.version)}")
    draft.plan.facts["bridge"] = bridge
    for pod in draft.node.pods:
        _pod(draft, network, pod)


def _pod(draft: Draft, network: PodNetwork, pod: Pod) -> None:
    plan = draft.pod(pod.name)
    plan.outside = pod.interface or f"veth{digits(draft.node.name, pod.name, length=8)}"
    mac = next((f" address {mac_of(a)}" for a in pod.addresses if a.version == V4), "")
    draft.plan.ip += [
        f"link add name {plan.outside} mtu {network.mtu} type veth peer name {plan.interface} mtu {network.mtu}{mac}"
        f" netns {pod.name}",
        f"link set {plan.outside} master {network.bridge} up",
        f"link set {plan.outside} type bridge_slave hairpin on",
    ]
    plan.ip.append(f"link set {plan.interface} up")
    for address, block in zip(pod.addresses, draft.node.blocks, strict=True):
        plan.ip.append(f"address replace {address}/{block.prefixlen} dev {plan.interface}{nodad(address.version)}")
        plan.ip.append(f"route replace default via {gateway(block)} dev {plan.interface}")
