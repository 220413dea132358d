"""Services as kube-proxy writes them for nftables: one table, maps from addresses and ports to chains."""

from podpath.lab.networks.draft import Draft, of_version
from podpath.lab.networks.services import Endpoint, cluster_network, digest, endpoints, port_name
from podpath.lab.topology import Service

_MARK = "0x4000"
_FAMILY = {4: "ip", 6: "ip6"}
_CHECKS = "ct state new jump"


def write(draft: Draft) -> None:
    """Write the table of a node."""
    for version in sorted({service.address.version for service in draft.topology.services}):
        writer = _Writer(draft, version)
        writer.frame()
        for service in draft.topology.services:
            if service.address.version == version:
                writer.service(service)
        draft.plan.nft += "\n".join(writer.lines) + "\n"


class _Writer:
    """Collects the commands of one family's table."""

    def __init__(self, draft: Draft, version: int) -> None:
        self._draft, self._version = draft, version
        self._family = _FAMILY[version]
        self._address = {4: "ipv4_addr", 6: "ipv6_addr"}[version]
        self.lines: list[str] = []

    def _add(self, what: str, words: str) -> None:
        self.lines.append(f"add {what} {self._family} kube-proxy {words}".rstrip())

    def _base(self, chain: str, hook: str, *rules: str) -> None:
        self._add("chain", f"{chain} {{ {hook} ; }}")
        for rule in rules:
            self._add("rule", f"{chain} {rule}")

    def frame(self) -> None:
        """Write sets, maps and base chains, that exist without any service."""
        self.lines.append(f'add table {self._family} kube-proxy {{ comment "rules for kube-proxy" ; }}')
        addresses, port = self._address, "inet_proto . inet_service"
        self._add("set", f'cluster-ips {{ type {addresses} ; comment "Active ClusterIPs" ; }}')
        self._add("set", f'nodeport-ips {{ type {addresses} ; comment "IPs that accept NodePort traffic" ; }}')
        for name, key in (
            ("no-endpoint-services", f"{addresses} . {port}"),
            ("no-endpoint-nodeports", port),
            ("firewall-ips", f"{addresses} . {port}"),
            ("service-ips", f"{addresses} . {port}"),
            ("service-nodeports", port),
        ):
            self._add("map", f"{name} {{ type {key} : verdict ; }}")
        self._shared_chains()
        nodes = of_version(self._version, self._draft.node.addresses)
        if nodes is not None:
            self._add("element", f"nodeport-ips {{ {nodes} }}")
        self._base("filter-prerouting-pre-dnat", "type filter hook prerouting priority -110", f"{_CHECKS} firewall-check")
        self._base("filter-output-pre-dnat", "type filter hook output priority -110", f"{_CHECKS} firewall-check")
        self._base("filter-input", "type filter hook input priority 0", f"{_CHECKS} nodeport-endpoints-check",
                   f"{_CHECKS} service-endpoints-check")  # fmt: skip
        self._base("filter-forward", "type filter hook forward priority 0", f"{_CHECKS} service-endpoints-check",
                   f"{_CHECKS} cluster-ips-check")  # fmt: skip
        self._base("filter-output", "type filter hook output priority 0", f"{_CHECKS} service-endpoints-check",
                   f"{_CHECKS} cluster-ips-check")  # fmt: skip
        self._base("nat-prerouting", "type nat hook prerouting priority -100", "jump services")
        self._base("nat-output", "type nat hook output priority -100", "jump services")
        self._base("nat-postrouting", "type nat hook postrouting priority 100", "jump masquerading")

    def _shared_chains(self) -> None:
        address, found = self._family, "meta l4proto . th dport vmap"
        for chain, rules in {
            "services": [f"{address} daddr . {found} @service-ips", f"{address} daddr @nodeport-ips {found} @service-nodeports"],
            "mark-for-masquerade": [f"mark set mark or {_MARK}"],
            "masquerading": [f"mark and {_MARK} == 0 return", f"mark set mark xor {_MARK}", "masquerade fully-random"],
            "reject-chain": ["reject"],
            "firewall-check": [f"{address} daddr . {found} @firewall-ips"],
            "service-endpoints-check": [f"{address} daddr . {found} @no-endpoint-services"],
            "nodeport-endpoints-check": [f"{address} daddr @nodeport-ips {found} @no-endpoint-nodeports"],
            "cluster-ips-check": [f'{address} daddr @cluster-ips reject comment "Reject traffic to invalid ports of ClusterIPs"'],
        }.items():
            self._add("chain", chain)
            for rule in rules:
                self._add("rule", f"{chain} {rule}")

    def service(self, service: Service) -> None:
        """Write a service: its chain, its endpoints', and the elements that lead to them."""
        behind = endpoints(self._draft.topology, service)
        self._add("element", f"cluster-ips {{ {service.address} }}")
        note = f'comment "{port_name(service)}"'
        socket = f"{service.address} . {service.protocol} . {service.port}"
        if not behind:
            self._add("element", f"no-endpoint-services {{ {socket} {note} : goto reject-chain }}")
            if service.node_port:
                self._add(
                    "element", f"no-endpoint-nodeports {{ {service.protocol} . {service.node_port} {note} : goto reject-chain }}"
                )
            return
        chain = self._chain("service", service)
        for endpoint in behind:
            self._endpoint(service, endpoint)
        self._add("chain", chain)
        network = cluster_network(self._draft.topology, self._version)
        self._add(
            "rule", f"{chain} {self._family} daddr {service.address} {self._family} saddr != {network} jump mark-for-masquerade"
        )
        self._choose(chain, service, behind)
        self._add("element", f"service-ips {{ {socket} : goto {chain} }}")
        if service.node_port:
            self._node_port(service, chain, behind)

    def _choose(self, chain: str, service: Service, behind: list[Endpoint]) -> None:
        if service.affinity:
            for endpoint in behind:
                self._add("rule", f"{chain} {self._family} saddr @{self._chain('affinity', service, endpoint)}"
                          f" goto {self._chain('endpoint', service, endpoint)}")  # fmt: skip
        ways = ", ".join(f"{i} : goto {self._chain('endpoint', service, endpoint)}" for i, endpoint in enumerate(behind))
        self._add("rule", f"{chain} numgen random mod {len(behind)} vmap {{ {ways} }}")

    def _endpoint(self, service: Service, endpoint: Endpoint) -> None:
        chain = self._chain("endpoint", service, endpoint)
        self._add("chain", chain)
        self._add("rule", f"{chain} {self._family} saddr {endpoint.address} jump mark-for-masquerade")
        if service.affinity:
            known = self._chain("affinity", service, endpoint)
            self._add("set", f"{known} {{ type {self._address} ; flags dynamic,timeout ; timeout 10800s ; }}")
            self._add("rule", f"{chain} update @{known} {{ {self._family} saddr }}")
        self._add("rule", f"{chain} meta l4proto {service.protocol} dnat to {endpoint.socket(service.target)}")

    def _node_port(self, service: Service, chain: str, behind: list[Endpoint]) -> None:
        external = self._chain("external", service)
        socket = f"{service.protocol} . {service.node_port}"
        self._add("chain", external)
        if not service.local:
            self._add("rule", f"{external} jump mark-for-masquerade")
            self._add("rule", f"{external} goto {chain}")
        else:
            network = cluster_network(self._draft.topology, self._version)
            self._add("rule", f'{external} {self._family} saddr {network} goto {chain} comment "short-circuit pod traffic"')
            self._add("rule", f'{external} fib saddr type local jump mark-for-masquerade comment "masquerade local traffic"')
            self._add("rule", f'{external} fib saddr type local goto {chain} comment "short-circuit local traffic"')
            here = [endpoint for endpoint in behind if endpoint.node == self._draft.node.name]
            if here:
                self._choose(external, service, here)
            else:
                self._add("element", f'no-endpoint-nodeports {{ {socket} comment "{port_name(service)}" : drop }}')
        self._add("element", f"service-nodeports {{ {socket} : goto {external} }}")

    @staticmethod
    def _chain(kind: str, service: Service, endpoint: Endpoint | None = None) -> str:
        name = f"default/{service.name}/{service.protocol}/{service.protocol}"
        if endpoint is None:
            return f"{kind}-{digest(name, length=8)}-{name}"
        where = f"{name}__{str(endpoint.address).replace(':', '.')}/{service.target}"
        return f"{kind}-{digest(where, length=8)}-{where}"
