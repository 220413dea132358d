"""A topology: nodes, networks, services and policies, in plain types."""

from dataclasses import dataclass, field

from podpath.lab.reading import Address, Network


@dataclass(frozen=True)
class Pod:
    """A pod as a file lists it.

    Attributes:
        name: unique in the lab.
        addresses: one for each family.
        interface: the node's end of its cable; empty: as the attachment names it.
        labels: for policies.
    """

    name: str
    addresses: tuple[Address, ...]
    interface: str = ""
    labels: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Node:
    """A node.

    Attributes:
        name: ``n1``.
        addresses: on the underlay, one for each family.
        blocks: the pods' networks on it, one for each family.
        vtep: MAC of its VXLAN device; empty: made from its address.
        pods: its pods.
    """

    name: str
    addresses: tuple[Address, ...]
    blocks: tuple[Network, ...]
    vtep: str
    pods: tuple[Pod, ...]


@dataclass(frozen=True)
class Underlay:
    """The network of the nodes.

    Attributes:
        networks: one for each family.
        gateways: of the nodes' default routes; the outside host holds these addresses.
        interface: the nodes' port.
        mtu: of the ports.
        metric: of the routes by the port; 0: none.
    """

    networks: tuple[Network, ...]
    gateways: tuple[Address, ...]
    interface: str
    mtu: int
    metric: int


@dataclass(frozen=True)
class PodNetwork:
    """How pods are attached and carried between nodes.

    Attributes:
        attach: ``bridge``, ``routed`` (Calico: a /32 and proxy ARP), ``plugins`` (real CNI plugins), ``docker``.
        carry: ``vxlan``, ``host-gw``, ``bgp`` (Calico's block routes) or ``none``.
        networks: of all pods, one for each family.
        bridge: name of the bridge.
        device: name of the VXLAN device.
        vni: its number.
        port: its UDP port.
        mtu: of the pods.
        masquerade: whether pods' addresses are masqueraded outside.
    """

    attach: str
    carry: str
    networks: tuple[Network, ...]
    bridge: str = "cni0"
    device: str = "flannel.1"
    vni: int = 1
    port: int = 8472
    mtu: int = 1450
    masquerade: bool = True


@dataclass(frozen=True)
class Service:
    """A Kubernetes service with one port.

    Attributes:
        name: in namespace ``default``.
        address: its ClusterIP.
        port: its port.
        protocol: ``tcp`` or ``udp``.
        endpoints: names of pods.
        target: the pods' port.
        node_port: 0: none.
        affinity: whether a client stays with one endpoint.
        local: ``externalTrafficPolicy: Local``.
    """

    name: str
    address: Address
    port: int
    protocol: str
    endpoints: tuple[str, ...]
    target: int
    node_port: int = 0
    affinity: bool = False
    local: bool = False


@dataclass(frozen=True)
class Policy:
    """A NetworkPolicy for ingress: pods with a label accept only from pods with another.

    Attributes:
        name: in namespace ``default``.
        pods: label of the pods that it is about, ``key=value``.
        allow: label of the pods that may come.
        ports: TCP ports that they may use; empty: all, of every protocol.
    """

    name: str
    pods: str
    allow: str
    ports: tuple[int, ...] = ()


@dataclass(frozen=True)
class DockerNetwork:
    """A network of a Docker Engine.

    Attributes:
        name: ``bridge`` is the default one.
        bridge: ``docker0``, or ``br-`` and twelve digits.
        network: its subnet.
        pods: containers on it.
    """

    name: str
    bridge: str
    network: Network
    pods: tuple[Pod, ...]


@dataclass(frozen=True)
class Published:
    """A published port: ``-p 8080:80``."""

    pod: str
    port: int
    target: int


@dataclass(frozen=True)
class Docker:
    """A host with a Docker Engine.

    Attributes:
        engine: the real engine that writes the rules: ``docker``, ``podman``, or empty for none.
        networks: its networks.
        published: its published ports.
        iptables: back end of iptables that the real engine finds: nft or legacy, or None for whatever the machine has.
        userland_proxy: whether the real engine starts a process for each published port.
    """

    engine: str
    networks: tuple[DockerNetwork, ...]
    published: tuple[Published, ...]
    iptables: str | None = None
    userland_proxy: bool = False


@dataclass(frozen=True)
class Topology:
    """What a file says.

    Attributes:
        name: of the file, without its ending.
        title: one line for people.
        underlay: the network of the nodes.
        nodes: the nodes.
        network: the pods' network; None with Docker.
        docker: instead of it.
        proxy: ``iptables`` or ``nftables``; how kube-proxy writes services.
        services: the services.
        policies: the policies.
        idle_docker: whether nodes have a docker0 without containers.
        host_name: of every node; empty: the node's name.
        hosts: names by address, for /etc/hosts of the nodes.
        offloads: whether devices keep their offloads.
        real: what real programs do, where a topology leaves it to them: ``kubernetes``, ``kube-proxy``, ``flannel``.
    """

    name: str
    title: str
    underlay: Underlay
    nodes: tuple[Node, ...]
    network: PodNetwork | None
    docker: Docker | None = None
    proxy: str = "iptables"
    services: tuple[Service, ...] = ()
    policies: tuple[Policy, ...] = ()
    idle_docker: bool = False
    host_name: str = ""
    hosts: dict[str, str] = field(default_factory=dict)
    offloads: bool = False
    real: frozenset[str] = frozenset()

    @property
    def pods(self) -> dict[str, tuple[Node, Pod]]:
        """Every pod and its node, by name."""
        return {pod.name: (node, pod) for node in self.nodes for pod in node.pods}
