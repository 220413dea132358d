"""What a cluster is like, so that clusters can be compared: settings, networks of pods, addresses of nodes, where it leads to."""

from ipaddress import IPv4Network, IPv6Network, collapse_addresses, ip_network
from typing import Final

from podpath.snapshot.store import Store
from podpath.state.address import BITS, V4, V4_BASE, Ip, ip_text
from podpath.state.fleet import Network, Traits

_SETTINGS: Final = {
    "VXLAN port": "SELECT port::VARCHAR FROM vxlan WHERE port IS NOT NULL",
    "MTU of the overlay": "SELECT l.mtu::VARCHAR FROM link l JOIN vtep v ON v.ns = l.ns AND v.dev = l.name WHERE l.mtu IS NOT NULL",
    "kernel": r"SELECT regexp_extract(value, '^\d+\.\d+') FROM fact WHERE name = 'kernel' AND regexp_matches(value, '^\d+\.\d+')",
    "mode of kube-proxy": """
        SELECT mode FROM (
            SELECT n.node, CASE WHEN bool_or(r.rules LIKE '%table ip kube-proxy%') THEN 'nftables'
                   WHEN bool_or(v.ns IS NOT NULL) THEN 'ipvs' WHEN bool_or(r.rules LIKE '%KUBE-SVC-%') THEN 'iptables' END AS mode
            FROM netns n LEFT JOIN (SELECT DISTINCT ns FROM virtual_server) v ON v.ns = n.ns
            LEFT JOIN (SELECT u.ns, s.text AS rules FROM ruleset u JOIN source s USING (source)) r ON r.ns = n.ns
            WHERE n.kind = 'host' GROUP BY n.node
        ) WHERE mode IS NOT NULL
    """,
}
"""For each setting, its value on each node that shows it."""
_MOST: Final = 50_000
_HOSTS: Final = "(SELECT ns FROM netns WHERE kind = 'host')"
_PODS: Final = f"""
    SELECT DISTINCT family, first, len FROM home WHERE len BETWEEN 1 AND full_len(family) - 1
    UNION SELECT DISTINCT family, subnet, subnet_len FROM pod_network WHERE ns IN {_HOSTS} AND subnet_len > 0
"""
_NODES: Final = f"""
    SELECT DISTINCT "address" FROM "address" WHERE ns IN {_HOSTS} AND dev NOT IN ('lo', 'kube-ipvs0', 'nodelocaldns')
      AND NOT has_bridge_name(dev) AND coalesce(scope, 'global') = 'global' AND (ns, dev) NOT IN (SELECT ns, dev FROM vtep)
    UNION SELECT "address" FROM node WHERE "address" IS NOT NULL LIMIT {_MOST}
"""
_HOPS: Final = f"""
    SELECT DISTINCT ip FROM (
        SELECT via AS ip FROM route WHERE ns IN {_HOSTS} UNION SELECT dst FROM fdb WHERE ns IN {_HOSTS}
        UNION SELECT remote FROM tunnel WHERE ns IN {_HOSTS} UNION SELECT endpoint FROM wireguard_peer UNION SELECT peer FROM bgp_peer
    ) WHERE ip IS NOT NULL AND ip NOT IN (SELECT "address" FROM "address") LIMIT {_MOST}
"""


def traits_of(store: Store) -> Traits:
    """Return what a cluster is like; its mesh was judged before, which makes the tables ``vtep`` and ``home``."""
    settings = {}
    for name, sql in _SETTINGS.items():
        rows = store.raw(f"SELECT value FROM ({sql}) q(value) GROUP BY value ORDER BY count(*) DESC, value")
        if rows:
            settings[name] = tuple(value for (value,) in rows)
    addresses, hops = (frozenset(ip for (ip,) in store.raw(sql)) for sql in (_NODES, _HOPS))
    return Traits(settings, _collapsed(store), addresses, hops)


def _collapsed(store: Store) -> tuple[Network, ...]:
    """Return the networks of pods, joined where they adjoin."""
    v4: list[IPv4Network] = []
    v6: list[IPv6Network] = []
    for family, first, length in store.raw(_PODS):
        network = ip_network(f"{ip_text(Ip(first))}/{length}", strict=False)
        if isinstance(network, IPv4Network) and family == V4:
            v4.append(network)
        elif isinstance(network, IPv6Network):
            v6.append(network)
    joined: list[IPv4Network | IPv6Network] = [*collapse_addresses(v4), *collapse_addresses(v6)]
    return tuple(
        Network(one.version, int(one.network_address) + (V4_BASE if one.version == V4 else 0), one.prefixlen)
        for one in joined
        if one.prefixlen < BITS[one.version]
    )
