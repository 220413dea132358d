"""The underlay: a bridge in the switch namespace, a port for each node, and an outside host that is also the gateway.

The outside host forwards nothing: a packet that falls through to a node's default route is lost there, as it would be
at a router that knows no pod.
"""

from podpath.lab.networks.draft import nodad, of_version
from podpath.lab.plan import NodePlan, SwitchPlan
from podpath.lab.reading import V4, V6, Address
from podpath.lab.topology import Node, Topology, Underlay

OUTSIDE_NAME = "ext"
_BRIDGE = "sw0"
_OUTSIDE = 100
"""The outside host is the hundredth address of the underlay."""


def switch(topology: Topology, names: list[str]) -> SwitchPlan:
    """Return the switch with a port for each name; the port has the name of its node."""
    lines = [f"link add name {_BRIDGE} type bridge", f"link set {_BRIDGE} mtu {topology.underlay.mtu} up"]
    for name in names:
        inside = topology.underlay.interface
        mtu = topology.underlay.mtu
        lines += [
            f"link add name {port(name)} mtu {mtu} type veth peer name {inside} mtu {mtu} netns {{pid_{name}}}",
            f"link set {port(name)} master {_BRIDGE} up",
        ]
    # No address of its own: a switch speaks with nobody.
    settings = {"net/ipv6/conf/default/disable_ipv6": "1"} if any(n.version == V6 for n in topology.underlay.networks) else {}
    return SwitchPlan(ip=lines, settings=settings, offloads=topology.offloads)


def port(name: str) -> str:
    """Return the name of a node's port on the switch."""
    return name[:15]


def node(topology: Topology, spec: Node) -> NodePlan:
    """Return a node with its port on the underlay and a default route."""
    under = topology.underlay
    hosts = [f"{address}\t{name}" for address, name in topology.hosts.items()]
    plan = NodePlan(
        spec.name,
        topology.host_name or spec.name,
        under.interface,
        [str(address) for address in spec.addresses],
        offloads=topology.offloads,
        files=_files(topology.host_name or spec.name, spec.name, hosts),
        settings=_forwarding(under),
        facts={"underlay": str(under.networks[0])},
    )
    plan.ip = _port(under, spec.addresses)
    metric = f" metric {under.metric}" if under.metric else ""
    plan.ip += [f"route replace default via {g} dev {under.interface}{metric}" for g in under.gateways]
    return plan


def outside(topology: Topology) -> NodePlan:
    """Return the host that is no node, and holds the gateways' addresses."""
    under = topology.underlay
    own = outside_addresses(topology)
    plan = bystander(topology, OUTSIDE_NAME, own)
    for address in under.gateways:
        length = next(net.prefixlen for net in under.networks if net.version == address.version)
        if address not in own:
            plan.ip.append(f"address replace {address}/{length} dev {under.interface}"
                           f"{nodad(address.version)}")  # fmt: skip
    return plan


def bystander(topology: Topology, name: str, own: tuple[Address, ...]) -> NodePlan:
    """Return a host of the underlay that is no node, forwards nothing, and knows no pod."""
    under = topology.underlay
    return NodePlan(
        name, name, under.interface, [str(address) for address in own],
        offloads=topology.offloads, files=_files(name, name, []), kind="outside", settings=_settled(under), ip=_port(under, own),
    )  # fmt: skip


def outside_addresses(topology: Topology) -> tuple[Address, ...]:
    """Return the addresses of the outside host."""
    return tuple(net[_OUTSIDE] for net in topology.underlay.networks)


def _port(under: Underlay, addresses: tuple[Address, ...]) -> list[str]:
    lines = [f"link set {under.interface} up"]
    metric = f" metric {under.metric}" if under.metric else ""
    for network in under.networks:
        address = of_version(network.version, addresses)
        lines.append(
            f"address replace {address}/{network.prefixlen} dev {under.interface}"
            f"{nodad(network.version)}{metric if network.version == V4 else ''}"
        )
    return lines


def _settled(under: Underlay) -> dict[str, str]:
    """Return the sysctls that make a new namespace usable at once: no duplicate address detection, no surprises.

    A matrix sends many probes in a second, and each must get its ICMP error, not one in a second (icmp_ratelimit).
    """
    settings = {"net/ipv4/conf/all/rp_filter": "0", "net/ipv4/conf/default/rp_filter": "0", "net/ipv4/icmp_ratelimit": "0"}
    if under.networks[-1].version == V6:
        settings |= {"net/ipv6/conf/all/accept_dad": "0", "net/ipv6/conf/default/accept_dad": "0",
                     "net/ipv6/conf/default/accept_ra": "0", "net/ipv6/icmp/ratelimit": "0"}  # fmt: skip
    return settings


def _forwarding(under: Underlay) -> dict[str, str]:
    settings = _settled(under) | {"net/ipv4/ip_forward": "1"}
    if under.networks[-1].version == V6:
        settings |= {"net/ipv6/conf/all/forwarding": "1"}
    return settings


def _files(host_name: str, name: str, hosts: list[str]) -> dict[str, str]:
    from podpath.lab.networks.draft import digits

    return {
        "hostname": f"{host_name}\n",
        "hosts": "\n".join(["127.0.0.1\tlocalhost", "::1\tlocalhost", *hosts]) + "\n",
        "machine-id": f"{digits('machine', name, length=32)}\n",
        # Nobody resolves names here; glibc then asks 127.0.0.1, which refuses at once.
        "resolv.conf": "# this node of a lab has no name server\n",
        "cni/net.d/.keep": "",
        "docker/.keep": "",
    }
