"""A pod cannot reach itself through its own service."""

from typing import Final

from podpath.checks.interface import Check, Need

CHECK: Final = Check(
    sql="""
    SELECT b.ns, b.dev, count(*) FILTER (NOT p.hairpin) AS "off", count(*) AS total,
           arg_min(p.name, p.rowid) FILTER (NOT p.hairpin) AS "first",
           min(p.rowid) FILTER (NOT p.hairpin) AS row_bridge_port, 'hairpin' AS needle_bridge_port,
           any_value(s.rowid) AS row_sysctl
    FROM (SELECT DISTINCT ns, dev FROM bridge_net WHERE pod) b
    JOIN bridge_port p ON p.ns = b.ns AND p.master = b.dev JOIN device d ON d.ns = p.ns AND d.name = p.name AND d.role = 'port'
    JOIN sysctl s ON s.ns = b.ns AND s.name = 'net.bridge.bridge-nf-call-iptables' AND s.value = '1'
    WHERE p.hairpin IS NOT NULL GROUP BY b.ns, b.dev HAVING count(*) FILTER (NOT p.hairpin) > 0
    """,
    needs=(
        Need("bridge_port", "bridge -d link show"),
        Need("sysctl", "sysctl net.bridge.bridge-nf-call-iptables", "net.bridge.bridge-nf-call-iptables"),
    ),
    applies="SELECT ns FROM bridge_net WHERE pod AND alive",
)
