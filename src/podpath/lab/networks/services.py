"""What both forms of kube-proxy share: names, endpoints, and which sources may reach a service.

Sources: kubernetes.io, "Virtual IPs and Service Proxies"; names are made as kube-proxy makes them, so that tools which
know its chains recognise them.
"""

import base64
import hashlib
from dataclasses import dataclass

from podpath.lab.networks.draft import of_version
from podpath.lab.reach import LOST, End, Rule
from podpath.lab.reading import V4, V6, Address, Network
from podpath.lab.topology import Service, Topology


@dataclass(frozen=True)
class Endpoint:
    """A pod behind a service."""

    end: str
    node: str
    address: Address

    def socket(self, port: int) -> str:
        """Return address and port as `iptables` and `nft` write them."""
        return f"[{self.address}]:{port}" if self.address.version == V6 else f"{self.address}:{port}"


def port_name(service: Service) -> str:
    """Return what kube-proxy calls a service's port: namespace/name:port."""
    return f"default/{service.name}:{service.protocol}"


def digest(*words: str, length: int) -> str:
    """Return the letters that kube-proxy derives from words: SHA-256 in base 32.

    >>> digest("ns1/svc1", "tcp", length=16)
    'AQI2S6QIMU7PVVRP'
    """
    return base64.b32encode(hashlib.sha256("".join(words).encode()).digest()).decode()[:length]


def endpoints(topology: Topology, service: Service) -> list[Endpoint]:
    """Return the pods behind a service, in the family of its address."""
    found = []
    for name in service.endpoints:
        node, pod = topology.pods[name]
        address = of_version(service.address.version, pod.addresses)
        if address is not None:
            found.append(Endpoint(f"{node.name}/{name}", node.name, address))
    return found


def cluster_network(topology: Topology, version: int) -> Network:
    """Return the network of all pods, by which kube-proxy recognises them."""
    networks = topology.network.networks if topology.network else ()
    return next(network for network in networks if network.version == version)


def targets(topology: Topology) -> list[End]:
    """Return what services offer: their ClusterIP, and their node port on every node."""
    found = []
    for service in topology.services:
        behind = [endpoint.end for endpoint in endpoints(topology, service)]
        name = f"service/{service.name}"
        found.append(
            End(name, "service", "", [str(service.address)], sends=False, ports={service.protocol: service.port}, backends=behind)
        )
        if service.node_port:
            for node in topology.nodes:
                address = of_version(service.address.version, node.addresses)
                found.append(End(f"{name}@{node.name}", "nodeport", node.name, [str(address)] if address else [], sends=False,
                                 ports={service.protocol: service.node_port}, backends=behind))  # fmt: skip
    return found


def rules(topology: Topology) -> list[Rule]:
    """Return which sources must not reach a service, and what they see."""
    found = []
    for service in topology.services:
        name, behind = f"service/{service.name}", endpoints(topology, service)
        if not behind:
            why = "the service has no endpoints: it is refused"
            # Observed on Linux 6.18: over IPv6 a TCP connection that waits for its answer ignores ICMPv6's "unreachable port".
            sees = "ECONNREFUSED" if service.address.version == V4 else "ECONNREFUSED|ETIMEDOUT"
            found.append(Rule("*", name, sees, why=why))
            found += [Rule("*", f"{name}@{node.name}", sees, why=why) for node in topology.nodes if service.node_port]
        elif service.local and service.node_port:
            for node in topology.nodes:
                if node.name not in {endpoint.node for endpoint in behind}:
                    why = "externalTrafficPolicy Local: this node has no endpoint, and drops what comes from outside it"
                    found.append(Rule(f"outside,node@!{node.name},pod@!{node.name}", f"{name}@{node.name}", LOST, why=why))
    found.append(Rule("outside", "service", "ENETUNREACH", why="the outside host has no route to ClusterIPs"))
    return found
