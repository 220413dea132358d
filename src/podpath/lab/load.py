"""From a topology file to a topology; what cannot be built is reported with file, line and reason."""

import ipaddress
import re
from dataclasses import replace
from pathlib import Path
from typing import Final

from podpath.lab.reading import INTERFACE, MAC, NAME, V4, Item, Network, TopologyError, merged, read
from podpath.lab.topology import (
    Docker,
    DockerNetwork,
    Node,
    Pod,
    PodNetwork,
    Policy,
    Published,
    Service,
    Topology,
    Underlay,
)

FOLDER: Final = Path(__file__).parent / "topologies"
MOST_NODES: Final = 80
MOST_PODS: Final = 2000
FIRST_NODE: Final = 11
"""n1 is the 11th address of the underlay."""
FIRST_POD: Final = 10
REAL: Final = {"kubernetes": (), "etcd": (), "kube-proxy": ("kubernetes",), "flannel": ("kubernetes", "etcd"),
               "kube-router": ("kubernetes",)}  # fmt: skip
"""What real programs can do in a lab, and what each asks: one of these."""
_MOST_EXTENDED: Final = 2
_ENGINES: Final = {"true": "docker", "podman": "podman", "podman-rootless": "podman-rootless", "false": ""}
_SLIRP: Final = 100
"""Which address of its network slirp4netns gives to its container."""
_KEYS: Final = ("title", "extends", "nodes", "pods", "underlay", "network", "docker", "services", "policies",
                "idle-docker", "host-name", "hosts", "offloads", "labels", "real")  # fmt: skip


def topologies() -> dict[str, Path]:
    """Return the files that come with podpath, by name."""
    return {path.stem: path for path in sorted(FOLDER.glob("*.yaml"))}


def load(name: str, nodes: int | None = None, pods: int | None = None) -> Topology:
    """Return a topology of podpath's own, by name, or of a file (a path that ends in .yaml).

    Args:
        name: name or path.
        nodes: number of nodes, if not that of the file.
        pods: total number of pods.

    Raises:
        TopologyError: there is none of this name, or the file has an error: file, line, reason.
    """
    own = topologies()
    if name in own:
        path, shown = own[name], f"{name}.yaml"
    elif name.endswith((".yaml", ".yml")) or "/" in name:
        path, shown = Path(name), name
    else:
        raise TopologyError(f'there is no topology "{name}"; there are {", ".join(own)}, and files that end in .yaml')
    fields = _fields(read(path, shown), 0)
    return _Reader(path.stem, fields, nodes, pods).topology()


def _fields(item: Item, depth: int) -> dict[str, Item]:
    own = item.fields(_KEYS)
    if "extends" not in own:
        return own
    base, known = own.pop("extends"), topologies()
    name = base.one_of(*known)
    if depth > _MOST_EXTENDED:
        raise base.error(f"a chain of files that extend one another has at most {_MOST_EXTENDED + 2}")
    return merged(_fields(read(known[name], f"{name}.yaml"), depth + 1), own)


class _Reader:
    """Turns the fields of a file into a topology."""

    def __init__(self, name: str, fields: dict[str, Item], nodes: int | None, pods: int | None) -> None:
        self._name, self._fields = name, fields
        self._node_count, self._pod_count = nodes, pods

    def topology(self) -> Topology:
        """Return it, checked."""
        fields = self._fields
        for key in ("title", "underlay"):
            if key not in fields:
                raise TopologyError(f"{self._name}.yaml:1: the key {key} is missing")
        underlay = self._underlay(fields["underlay"].fields(("ipv4", "ipv6", "interface", "mtu", "metric", "gateway")))
        docker = self._docker(fields["docker"]) if "docker" in fields else None
        network = self._network(fields["network"]) if "network" in fields else None
        if (docker is None) == (network is None):
            raise TopologyError(f"{self._name}.yaml:1: one of network and docker is needed, and not both")
        nodes = self._nodes(underlay, network) if network else self._docker_node(underlay, docker)
        made = Topology(
            self._name,
            fields["title"].text(),
            underlay,
            nodes,
            network,
            docker,
            idle_docker="idle-docker" in fields and fields["idle-docker"].yes(),
            host_name=fields["host-name"].text(NAME, "host name") if "host-name" in fields else "",
            hosts={key: item.text(NAME, "name") for key, item in fields["hosts"].fields().items()} if "hosts" in fields else {},
            offloads="offloads" in fields and fields["offloads"].yes(),
            real=self._real(),
        )
        self._unique(made)
        made = self._labelled(made)
        if "services" in fields:
            made = self._services(made, fields["services"].fields(("proxy", "list")))
        if "policies" in fields:
            made = replace(made, policies=tuple(self._policy(item, made) for item in fields["policies"].items()))
        return made

    def _real(self) -> frozenset[str]:
        item = self._fields.get("real")
        parts = frozenset(part.one_of(*REAL) for part in item.items()) if item is not None else frozenset()
        for part in sorted(parts):
            if item is not None and REAL[part] and not parts & set(REAL[part]):
                raise item.error(f"{part} asks {' or '.join(REAL[part])}, which is not in the list")
        return parts

    def _unique(self, made: Topology) -> None:
        seen: dict[str, str] = {}
        for node in made.nodes:
            for address in (*node.addresses, *(a for pod in node.pods for a in pod.addresses)):
                if str(address) in seen:
                    raise TopologyError(f"{self._name}.yaml: {address} is given to {seen[str(address)]} and to {node.name}")
                seen[str(address)] = node.name
        names = [pod.name for node in made.nodes for pod in node.pods]
        twice = sorted({name for name in names if names.count(name) > 1}) if len(names) != len(set(names)) else []
        if twice:
            raise TopologyError(f"{self._name}.yaml: two pods are called {twice[0]}")

    def _underlay(self, fields: dict[str, Item]) -> Underlay:
        networks = _networks(fields)
        if not networks:
            raise self._fields["underlay"].error("ipv4 or ipv6 is needed: the network of the nodes")
        gateways = tuple(network[1] for network in networks)
        if "gateway" in fields:
            gateways = (fields["gateway"].address(4), *gateways[1:])
        return Underlay(
            networks,
            gateways,
            fields["interface"].text(INTERFACE, "name of an interface") if "interface" in fields else "eth0",
            fields["mtu"].number(1280, 65535) if "mtu" in fields else 1500,
            fields["metric"].number(0, 1 << 20) if "metric" in fields else 0,
        )

    def _network(self, item: Item) -> PodNetwork:
        fields = item.fields(("attach", "carry", "ipv4", "ipv6", "block", "block6", "bridge", "device", "vni", "port", "mtu",
                              "masquerade"))  # fmt: skip
        networks = _networks(fields)
        if not networks:
            raise item.error("ipv4 or ipv6 is needed: the network of the pods")
        default = PodNetwork("bridge", "none", networks)
        return PodNetwork(
            fields["attach"].one_of("bridge", "routed", "plugins") if "attach" in fields else "bridge",
            fields["carry"].one_of("vxlan", "host-gw", "bgp", "none") if "carry" in fields else "none",
            networks,
            fields["bridge"].text(INTERFACE, "name of an interface") if "bridge" in fields else default.bridge,
            fields["device"].text(INTERFACE, "name of an interface") if "device" in fields else default.device,
            fields["vni"].number(1, (1 << 24) - 1) if "vni" in fields else default.vni,
            fields["port"].number(1, 65535) if "port" in fields else default.port,
            fields["mtu"].number(1280, 65535) if "mtu" in fields else default.mtu,
            fields["masquerade"].yes() if "masquerade" in fields else default.masquerade,
        )

    def _nodes(self, underlay: Underlay, network: PodNetwork) -> tuple[Node, ...]:
        item = self._fields.get("nodes")
        if item is None:
            raise TopologyError(f"{self._name}.yaml:1: the key nodes is missing")
        if item.is_mapping:
            if self._node_count is not None or self._pod_count is not None:
                raise item.error("this topology lists its nodes one by one, so no number of nodes or pods can be given")
            return tuple(self._listed(node, network) for node in item.fields().values())
        count = item.number(1, MOST_NODES) if self._node_count is None else self._node_count
        if not 1 <= count <= MOST_NODES:
            raise item.error(f"{count} nodes cannot be built; 1 to {MOST_NODES} can")
        pods = self._fields.get("pods")
        total = self._pod_count if self._pod_count is not None else pods.number(0, MOST_PODS) if pods else 2 * count
        if not 0 <= total <= MOST_PODS:
            raise (pods or item).error(f"{total} pods cannot be built; at most {MOST_PODS} can")
        return tuple(self._numbered(i, count, total, underlay, network) for i in range(1, count + 1))

    def _numbered(self, i: int, count: int, total: int, underlay: Underlay, network: PodNetwork) -> Node:
        """Return the i-th of some nodes; pods are dealt out in turn, so that p1 is on n1, p2 on n2."""
        try:
            addresses = tuple(net[FIRST_NODE - 1 + i] for net in underlay.networks)
            blocks = tuple(self._block(net, i) for net in network.networks)
            numbers = range(i, total + 1, count)
            pods = tuple(Pod(f"p{n}", tuple(block[FIRST_POD + k] for block in blocks)) for k, n in enumerate(numbers))
        except (IndexError, StopIteration):
            item = self._fields["network"]
            raise item.error(f"the networks are too small for {count} nodes with {total} pods") from None
        return Node(f"n{i}", addresses, blocks, "", pods)

    def _block(self, network: Network, i: int) -> Network:
        """Return the i-th block of the pods' network."""
        key, default, bits = ("block", 24, 32) if network.version == V4 else ("block6", 64, 128)
        given = self._fields["network"].fields()
        length = given[key].number(network.prefixlen + 1, bits - 2) if key in given else default
        step = 1 << (bits - length)
        first = int(network.network_address) + i * step
        block = ipaddress.ip_network((first, length)) if network.version == V4 else ipaddress.IPv6Network((first, length))
        if not block.subnet_of(network):  # type: ignore[arg-type]
            raise IndexError
        return block

    def _listed(self, item: Item, network: PodNetwork) -> Node:
        if network.networks[0].version != V4 or len(network.networks) > 1:
            raise item.error("nodes that are listed one by one are IPv4 only")
        fields = item.fields(("address", "block", "vtep", "pods"))
        for key in ("address", "block"):
            if key not in fields:
                raise item.error(f"the key {key} is missing")
        pods = fields["pods"].items() if "pods" in fields else []
        if not re.fullmatch(NAME, item.what):
            raise item.error("is no name for a node: small letters, digits, dots and hyphens")
        return Node(
            item.what,
            (fields["address"].address(4),),
            (fields["block"].network(4),),
            fields["vtep"].text(MAC, "MAC") if "vtep" in fields else "",
            tuple(self._pod(pod) for pod in pods),
        )

    @staticmethod
    def _pod(item: Item) -> Pod:
        fields = item.fields(("name", "address", "interface"))
        for key in ("name", "address"):
            if key not in fields:
                raise item.error(f"the key {key} is missing")
        return Pod(
            fields["name"].text(NAME, "name for a pod"),
            (fields["address"].address(4),),
            fields["interface"].text(INTERFACE, "name of an interface") if "interface" in fields else "",
        )

    def _labelled(self, made: Topology) -> Topology:
        if "labels" not in self._fields:
            return made
        wanted: dict[str, dict[str, str]] = {}
        for name, item in self._fields["labels"].fields().items():
            if name not in made.pods:
                raise item.error(f"there is no pod {name}")
            wanted[name] = dict([self._label(item)])
        nodes = tuple(
            replace(node, pods=tuple(replace(pod, labels=wanted.get(pod.name, pod.labels)) for pod in node.pods))
            for node in made.nodes
        )
        return replace(made, nodes=nodes)

    @staticmethod
    def _label(item: Item) -> tuple[str, str]:
        key, _, value = item.text(r"[a-z0-9.-]+=[A-Za-z0-9._-]+", "label (key=value)").partition("=")
        return key, value

    def _services(self, made: Topology, fields: dict[str, Item]) -> Topology:
        proxy = fields["proxy"].one_of("iptables", "nftables") if "proxy" in fields else "iptables"
        listed = fields["list"].items() if "list" in fields else []
        return replace(made, proxy=proxy, services=tuple(self._service(item, made) for item in listed))

    @staticmethod
    def _service(item: Item, made: Topology) -> Service:
        fields = item.fields(("name", "address", "port", "protocol", "endpoints", "target", "node-port", "affinity", "local"))
        for key in ("name", "address", "port", "endpoints"):
            if key not in fields:
                raise item.error(f"the key {key} is missing")
        endpoints = tuple(name.text() for name in fields["endpoints"].items())
        strange = [name for name in endpoints if name not in made.pods]
        if strange:
            raise fields["endpoints"].error(f"there is no pod {strange[0]}")
        version = 6 if ":" in fields["address"].text() else 4
        protocol = fields["protocol"].one_of("tcp", "udp") if "protocol" in fields else "tcp"
        return Service(
            fields["name"].text(NAME, "name for a service"),
            fields["address"].address(version),
            fields["port"].number(1, 65535),
            protocol,
            endpoints,
            fields["target"].number(1, 65535) if "target" in fields else 80 if protocol == "tcp" else 53,
            fields["node-port"].number(1, 65535) if "node-port" in fields else 0,
            affinity="affinity" in fields and fields["affinity"].yes(),
            local="local" in fields and fields["local"].yes(),
        )

    @staticmethod
    def _policy(item: Item, made: Topology) -> Policy:
        if made.network is None or (made.network.attach != "routed" and "kube-router" not in made.real):
            raise item.error("policies are written in Calico's form: network.attach must be routed (or real has kube-router)")
        fields = item.fields(("name", "pods", "allow", "ports"))
        for key in ("name", "pods", "allow"):
            if key not in fields:
                raise item.error(f"the key {key} is missing")
        label = r"[a-z0-9.-]+=[A-Za-z0-9._-]+"
        return Policy(
            fields["name"].text(NAME, "name for a policy"),
            fields["pods"].text(label, "label (key=value)"),
            fields["allow"].text(label, "label (key=value)"),
            tuple(port.number(1, 65535) for port in fields["ports"].items()) if "ports" in fields else (),
        )

    def _docker(self, item: Item) -> Docker:
        fields = item.fields(("engine", "networks", "published", "iptables", "userland-proxy"))
        networks = fields["networks"].fields() if "networks" in fields else {}
        if not networks:
            raise item.error("networks are needed")
        return Docker(
            _ENGINES[fields["engine"].one_of(*_ENGINES)] if "engine" in fields else "",
            tuple(self._docker_network(network) for network in networks.values()),
            tuple(self._published(port) for port in fields["published"].items()) if "published" in fields else (),
            fields["iptables"].one_of("nft", "legacy") if "iptables" in fields else None,
            userland_proxy="userland-proxy" in fields and fields["userland-proxy"].yes(),
        )

    @staticmethod
    def _docker_network(item: Item) -> DockerNetwork:
        fields = item.fields(("bridge", "ipv4", "containers"))
        for key in ("bridge", "ipv4"):
            if key not in fields:
                raise item.error(f"the key {key} is missing")
        network = fields["ipv4"].network(4)
        names = fields["containers"].items() if "containers" in fields else []
        bridge = fields["bridge"].text(INTERFACE, "name of an interface")
        first = _SLIRP if bridge == "tap0" else 2
        pods = tuple(Pod(name.text(NAME, "name for a container"), (network[first + i],)) for i, name in enumerate(names))
        return DockerNetwork(item.what, bridge, network, pods)

    @staticmethod
    def _published(item: Item) -> Published:
        fields = item.fields(("container", "port", "target"))
        for key in ("container", "port"):
            if key not in fields:
                raise item.error(f"the key {key} is missing")
        return Published(
            fields["container"].text(NAME, "name of a container"),
            fields["port"].number(1, 65535),
            fields["target"].number(1, 65535) if "target" in fields else 80,
        )

    def _docker_node(self, underlay: Underlay, docker: Docker | None) -> tuple[Node, ...]:
        if docker is None:
            return ()
        if self._node_count not in {None, 1} or self._pod_count is not None:
            raise self._fields["docker"].error("this topology is one host and lists its containers, so no numbers can be given")
        pods = tuple(pod for network in docker.networks for pod in network.pods)
        known = {pod.name for pod in pods}
        for port in docker.published:
            if port.pod not in known:
                raise self._fields["docker"].error(f"published: there is no container {port.pod}")
        return (Node("n1", tuple(net[FIRST_NODE] for net in underlay.networks), (), "", pods),)


def _networks(fields: dict[str, Item]) -> tuple[Network, ...]:
    return tuple(fields[key].network(version) for key, version in (("ipv4", 4), ("ipv6", 6)) if key in fields)
