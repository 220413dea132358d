"""Pods as Calico attaches them: no bridge, a route for each address, and a node that answers ARP for the gateway.

What felix writes for each cali interface: docs.tigera.io, "Calico CNI and the data path"; no device has
the address of the pod's gateway, 169.254.1.1: the node's interface answers for it (proxy ARP).
"""

from podpath.lab.networks.draft import Draft, digits, nodad, width
from podpath.lab.reading import V4
from podpath.lab.topology import Pod, PodNetwork

GATEWAY = {4: "169.254.1.1", 6: "fe80::ecee:eeff:feee:eeee"}
"""What a pod's default route names; the IPv6 one is the link-local address of ee:ee:ee:ee:ee:ee."""
_MAC = "ee:ee:ee:ee:ee:ee"


def attach(draft: Draft, network: PodNetwork) -> None:
    """Write every pod of a node."""
    draft.plan.facts["routed"] = "yes"
    for pod in draft.node.pods:
        _pod(draft, network, pod)


def _pod(draft: Draft, network: PodNetwork, pod: Pod) -> None:
    plan = draft.pod(pod.name)
    outside = plan.outside = pod.interface or f"cali{digits(draft.node.name, pod.name, length=11)}"
    draft.plan.ip += [
        f"link add name {outside} address {_MAC} mtu {network.mtu} type veth"
        f" peer name {plan.interface} mtu {network.mtu} netns {pod.name}",
        f"link set {outside} up",
    ]
    plan.ip.append(f"link set {plan.interface} up")
    for address in pod.addresses:
        draft.plan.ip.append(f"route replace {address} dev {outside} scope link")
        plan.ip += [
            f"address replace {address}/{width(address.version)} dev {plan.interface}{nodad(address.version)}",
            f"route replace {GATEWAY[address.version]} dev {plan.interface} scope link",
            f"route replace default via {GATEWAY[address.version]} dev {plan.interface}",
        ]
        draft.plan.device_settings |= _settings(address.version, outside)


def _settings(version: int, device: str) -> dict[str, str]:
    if version == V4:
        return {
            f"net/ipv4/conf/{device}/proxy_arp": "1",
            f"net/ipv4/conf/{device}/forwarding": "1",
            f"net/ipv4/neigh/{device}/proxy_delay": "0",
        }
    return {f"net/ipv6/conf/{device}/proxy_ndp": "1", f"net/ipv6/conf/{device}/forwarding": "1"}
