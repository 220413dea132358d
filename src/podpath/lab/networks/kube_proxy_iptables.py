"""Services as kube-proxy writes them for iptables: KUBE-SERVICES, KUBE-SVC-…, KUBE-SEP-…, in tables nat and filter."""

from podpath.lab.networks.draft import Draft, Tables, width
from podpath.lab.networks.services import Endpoint, cluster_network, digest, endpoints, port_name
from podpath.lab.reading import V4
from podpath.lab.topology import Service

_NEW = "-m conntrack --ctstate NEW"
_MASQUERADE = "0x4000"
_HOURS_3 = 10800


def write(draft: Draft) -> None:
    """Write the rules of a node."""
    for version in sorted({service.address.version for service in draft.topology.services}):
        tables = draft.tables(version)
        _frame(tables, version)
        for service in draft.topology.services:
            if service.address.version == version:
                _service(draft, tables, service)
        tables.add(
            "nat",
            '-A KUBE-SERVICES -m comment --comment "kubernetes service nodeports; NOTE: this must be the last rule in this chain"'
            " -m addrtype --dst-type LOCAL -j KUBE-NODEPORTS",
        )


def _frame(tables: Tables, version: int) -> None:
    """Write the chains that exist without any service."""
    reject = '-m comment --comment "kubernetes service portals" -j KUBE-SERVICES'
    outside = '-m comment --comment "kubernetes externally-visible service portals" -j KUBE-EXTERNAL-SERVICES'
    for chain in ("KUBE-NODEPORTS", "KUBE-PROXY-FIREWALL", "KUBE-EXTERNAL-SERVICES"):
        tables.chain("filter", chain)
    tables.add(
        "filter",
        f'-A INPUT {_NEW} -m comment --comment "kubernetes load balancer firewall" -j KUBE-PROXY-FIREWALL',
        '-A INPUT -m comment --comment "kubernetes health check service ports" -j KUBE-NODEPORTS',
        f"-A INPUT {_NEW} {outside}",
        "-A INPUT -j KUBE-FIREWALL",
        f'-A FORWARD {_NEW} -m comment --comment "kubernetes load balancer firewall" -j KUBE-PROXY-FIREWALL',
        '-A FORWARD -m comment --comment "kubernetes forwarding rules" -j KUBE-FORWARD',
        f"-A FORWARD {_NEW} {reject}",
        f"-A FORWARD {_NEW} {outside}",
        f'-A OUTPUT {_NEW} -m comment --comment "kubernetes load balancer firewall" -j KUBE-PROXY-FIREWALL',
        f"-A OUTPUT {_NEW} {reject}",
        "-A OUTPUT -j KUBE-FIREWALL",
        "-A KUBE-FORWARD -m conntrack --ctstate INVALID -j DROP",
        '-A KUBE-FORWARD -m comment --comment "kubernetes forwarding rules"'
        f" -m mark --mark {_MASQUERADE}/{_MASQUERADE} -j ACCEPT",
        '-A KUBE-FORWARD -m comment --comment "kubernetes forwarding conntrack rule"'
        " -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT",
    )
    tables.chain("filter", "KUBE-FIREWALL")
    tables.chain("filter", "KUBE-SERVICES")
    if version == V4:
        tables.add(
            "filter",
            '-A KUBE-FIREWALL ! -s 127.0.0.0/8 -d 127.0.0.0/8 -m comment --comment "block incoming localnet connections"'
            " -m conntrack ! --ctstate RELATED,ESTABLISHED,DNAT -j DROP",
        )
    for chain in ("PREROUTING", "OUTPUT"):
        tables.add("nat", f'-A {chain} -m comment --comment "kubernetes service portals" -j KUBE-SERVICES')
    tables.add(
        "nat",
        '-A POSTROUTING -m comment --comment "kubernetes postrouting rules" -j KUBE-POSTROUTING',
        f"-A KUBE-MARK-MASQ -j MARK --or-mark {_MASQUERADE}",
        f"-A KUBE-POSTROUTING -m mark ! --mark {_MASQUERADE}/{_MASQUERADE} -j RETURN",
        f"-A KUBE-POSTROUTING -j MARK --xor-mark {_MASQUERADE}",
        '-A KUBE-POSTROUTING -m comment --comment "kubernetes service traffic requiring SNAT" -j MASQUERADE --random-fully',
    )
    tables.chain("nat", "KUBE-NODEPORTS")
    tables.chain("nat", "KUBE-SERVICES")


def _service(draft: Draft, tables: Tables, service: Service) -> None:
    behind = endpoints(draft.topology, service)
    name = port_name(service)
    address = f"{service.address}/{width(service.address.version)}"
    match = f"-m {service.protocol} --dport {service.port}"
    if not behind:
        unreachable = "icmp-port-unreachable" if service.address.version == V4 else "icmp6-port-unreachable"
        note = f'-m comment --comment "{name} has no endpoints"'
        tables.add(
            "filter", f"-A KUBE-SERVICES -d {address} -p {service.protocol} {note} {match} -j REJECT --reject-with {unreachable}"
        )
        if service.node_port:
            tables.add("filter", f"-A KUBE-EXTERNAL-SERVICES -p {service.protocol} {note} -m addrtype --dst-type LOCAL"
                       f" -m {service.protocol} --dport {service.node_port} -j REJECT --reject-with {unreachable}")  # fmt: skip
        return
    hashed = digest(name, service.protocol, length=16)
    note = f'-m comment --comment "{name} cluster IP"'
    tables.add("nat", f"-A KUBE-SERVICES -d {address} -p {service.protocol} {note} {match} -j KUBE-SVC-{hashed}")
    network = cluster_network(draft.topology, service.address.version)
    tables.add("nat", f"-A KUBE-SVC-{hashed} ! -s {network} -d {address} -p {service.protocol} {note} {match} -j KUBE-MARK-MASQ")
    _choose(tables, service, f"KUBE-SVC-{hashed}", behind)
    for endpoint in behind:
        _endpoint(tables, service, endpoint)
    if service.node_port:
        _node_port(draft, tables, service, hashed, behind)


def _choose(tables: Tables, service: Service, chain: str, behind: list[Endpoint]) -> None:
    """Write the choice between endpoints: the one that was used before, or a random one."""
    name = port_name(service)
    notes = [(f'-m comment --comment "{name} -> {e.socket(service.target)}"', _sep(service, e)) for e in behind]
    if service.affinity:
        mask = "255.255.255.255" if service.address.version == V4 else "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"
        for note, sep in notes:
            recent = f"-m recent --rcheck --seconds {_HOURS_3} --reap --name {sep} --mask {mask} --rsource"
            tables.add("nat", f"-A {chain} {note} {recent} -j {sep}")
    for i, (note, sep) in enumerate(notes):
        left = len(notes) - i
        chance = f"-m statistic --mode random --probability {1 / left:.11f} " if left > 1 else ""
        tables.add("nat", f"-A {chain} {note} {chance}-j {sep}")


def _endpoint(tables: Tables, service: Service, endpoint: Endpoint) -> None:
    sep, note = _sep(service, endpoint), f'-m comment --comment "{port_name(service)}"'
    address = f"{endpoint.address}/{width(endpoint.address.version)}"
    recent = ""
    if service.affinity:
        mask = "255.255.255.255" if endpoint.address.version == V4 else "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"
        recent = f"-m recent --set --name {sep} --mask {mask} --rsource "
    tables.add(
        "nat",
        f"-A {sep} -s {address} {note} -j KUBE-MARK-MASQ",
        f"-A {sep} -p {service.protocol} {note} {recent}-m {service.protocol} -j DNAT"
        f" --to-destination {endpoint.socket(service.target)}",
    )


def _node_port(draft: Draft, tables: Tables, service: Service, hashed: str, behind: list[Endpoint]) -> None:
    name = port_name(service)
    port = f"-m {service.protocol} --dport {service.node_port}"
    tables.add("nat", f'-A KUBE-NODEPORTS -p {service.protocol} -m comment --comment "{name}" {port} -j KUBE-EXT-{hashed}')
    external = f"-A KUBE-EXT-{hashed}"
    if not service.local:
        note = f'-m comment --comment "masquerade traffic for {name} external destinations"'
        tables.add("nat", f"{external} {note} -j KUBE-MARK-MASQ", f"{external} -j KUBE-SVC-{hashed}")
        return
    network = cluster_network(draft.topology, service.address.version)
    local, what = "-m addrtype --src-type LOCAL", f"for {name} external destinations"
    tables.add(
        "nat",
        f'{external} -s {network} -m comment --comment "pod traffic {what}" -j KUBE-SVC-{hashed}',
        f'{external} -m comment --comment "masquerade LOCAL traffic {what}" {local} -j KUBE-MARK-MASQ',
        f'{external} -m comment --comment "route LOCAL traffic {what}" {local} -j KUBE-SVC-{hashed}',
    )
    here = [endpoint for endpoint in behind if endpoint.node == draft.node.name]
    if here:
        tables.add("nat", f"{external} -j KUBE-SVL-{hashed}")
        _choose(tables, service, f"KUBE-SVL-{hashed}", here)
        return
    tables.add("filter", f'-A KUBE-EXTERNAL-SERVICES -p {service.protocol} -m comment --comment "{name} has no local endpoints"'
               f" -m addrtype --dst-type LOCAL {port} -j DROP")  # fmt: skip


def _sep(service: Service, endpoint: Endpoint) -> str:
    return f"KUBE-SEP-{digest(port_name(service), service.protocol, endpoint.socket(service.target), length=16)}"
