"""A host with Docker Engine: bridges, published ports and isolation, as the engine writes them for iptables.

The rules are those of an engine with ``"userland-proxy": false``, 20.10 to 27: published ports are DNAT alone, ports of
the bridge are in hairpin mode. docs.docker.com, "Packet filtering and firewalls".
"""

from podpath.lab.networks.draft import Draft, Tables, digits
from podpath.lab.reach import LOST, OK, End, Rule
from podpath.lab.reading import Address
from podpath.lab.topology import Docker, DockerNetwork, Pod, Topology


def write(draft: Draft, docker: Docker) -> None:
    """Write bridges, containers and rules of the host."""
    tables = draft.tables4
    _frame(tables)
    for network in docker.networks:
        _bridge(draft, network)
        for pod in network.pods:
            _container(draft, network, pod)
    # The engine puts the rules of each network before those of the older ones.
    for network in reversed(docker.networks):
        _network_rules(tables, network)
    tables.add("filter", "-A DOCKER-ISOLATION-STAGE-1 -j RETURN", "-A DOCKER-ISOLATION-STAGE-2 -j RETURN")
    places = {pod.name: (network, pod) for network in docker.networks for pod in network.pods}
    for port in docker.published:
        network, pod = places[port.pod]
        address, bridge = pod.addresses[0], network.bridge
        tables.add(
            "nat",
            f"-A DOCKER -p tcp -m tcp --dport {port.port} -j DNAT --to-destination {address}:{port.target}",
            f"-A POSTROUTING -s {address}/32 -d {address}/32 -p tcp -m tcp --dport {port.target} -j MASQUERADE",
        )
        tables.add("filter", f"-A DOCKER -d {address}/32 ! -i {bridge} -o {bridge} -p tcp -m tcp --dport {port.target} -j ACCEPT")


def _frame(tables: Tables) -> None:
    tables.chain("filter", "FORWARD", "DROP")
    tables.add("filter", "-A FORWARD -j DOCKER-USER", "-A FORWARD -j DOCKER-ISOLATION-STAGE-1", "-A DOCKER-USER -j RETURN")
    for chain in ("DOCKER", "DOCKER-ISOLATION-STAGE-1", "DOCKER-ISOLATION-STAGE-2"):
        tables.chain("filter", chain)
    tables.chain("nat", "DOCKER")
    tables.add(
        "nat",
        "-A PREROUTING -m addrtype --dst-type LOCAL -j DOCKER",
        "-A OUTPUT -m addrtype --dst-type LOCAL -j DOCKER",
    )


def _network_rules(tables: Tables, network: DockerNetwork) -> None:
    bridge = network.bridge
    tables.add(
        "filter",
        f"-A FORWARD -o {bridge} -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT",
        f"-A FORWARD -o {bridge} -j DOCKER",
        f"-A FORWARD -i {bridge} ! -o {bridge} -j ACCEPT",
        f"-A FORWARD -i {bridge} -o {bridge} -j ACCEPT",
        f"-A DOCKER-ISOLATION-STAGE-1 -i {bridge} ! -o {bridge} -j DOCKER-ISOLATION-STAGE-2",
        f"-A DOCKER-ISOLATION-STAGE-2 -o {bridge} -j DROP",
    )
    tables.add(
        "nat",
        f"-A POSTROUTING -o {bridge} -m addrtype --src-type LOCAL -j MASQUERADE",
        f"-A POSTROUTING -s {network.network} ! -o {bridge} -j MASQUERADE",
    )


def _bridge(draft: Draft, network: DockerNetwork) -> None:
    gateway, last = network.network[1], network.network[-1]
    draft.plan.ip += [
        f"link add name {network.bridge} address {_mac(gateway)} type bridge",
        f"address replace {gateway}/{network.network.prefixlen} broadcast {last} dev {network.bridge}",
        f"link set {network.bridge} up",
    ]
    draft.plan.device_settings[f"net/ipv4/conf/{network.bridge}/route_localnet"] = "1"
    draft.plan.facts.setdefault("bridge", network.bridge)


def _container(draft: Draft, network: DockerNetwork, pod: Pod) -> None:
    plan = draft.pod(pod.name)
    plan.outside = f"veth{digits('docker', pod.name, length=7)}"
    address = pod.addresses[0]
    draft.plan.ip += [
        f"link add name {plan.outside} type veth peer name {plan.interface} address {_mac(address)} netns {pod.name}",
        f"link set {plan.outside} master {network.bridge} up",
        f"link set {plan.outside} type bridge_slave hairpin on",
    ]
    plan.ip += [
        f"link set {plan.interface} up",
        f"address replace {address}/{network.network.prefixlen} broadcast {network.network[-1]} dev {plan.interface}",
        f"route replace default via {network.network[1]} dev {plan.interface}",
    ]


def _mac(address: Address) -> str:
    """Return the MAC that the engine derives from an address: 02:42 and its bytes."""
    return ":".join(f"{byte:02x}" for byte in (0x02, 0x42, *address.packed[-4:]))


def targets(topology: Topology) -> list[End]:
    """Return the published ports."""
    docker = topology.docker
    node = topology.nodes[0]
    return [
        End(f"published/{port.port}", "published", node.name, [str(node.addresses[0])], sends=False, ports={"tcp": port.port},
            backends=[f"{node.name}/{port.pod}"])
        for port in (docker.published if docker else ())
    ]  # fmt: skip


def rules(topology: Topology) -> list[Rule]:
    """Return the pairs that should not reach each other: networks are isolated from each other, also through published ports."""
    docker = topology.docker
    if docker is None:
        return []
    node = topology.nodes[0].name
    if docker.engine == "podman-rootless":
        why = "the host sends it to its default gateway, which has no route to the network of a container's own process"
        return [Rule("pod,node", "pod", LOST, why=why)]
    if docker.engine == "podman":  # its networks are no islands, unless somebody asks for that
        why = "the bridge would send it back by the port that it came from, which is not in hairpin mode"
        return [Rule(f"{node}/{port.pod}", f"published/{port.port}", LOST, why=why) for port in docker.published]
    found = [Rule("pod", "pod", LOST, why="the engine isolates networks from each other")]
    names = {network.name: ",".join(f"{node}/{pod.name}" for pod in network.pods) for network in docker.networks if network.pods}
    found += [Rule(inside, inside, OK) for inside in names.values()]
    # With a process for each port the rules let containers through to it, and it asks the container from the host.
    for port in () if docker.userland_proxy else docker.published:
        home = next(network.name for network in docker.networks if port.pod in {pod.name for pod in network.pods})
        target = f"published/{port.port}"
        found += [Rule("pod", target, LOST, why="isolation: DNAT leads into another network"), Rule(names[home], target, OK)]
    return found
