"""The pods' bridge has an address of another network than the node was given."""

from typing import Final

from podpath.checks.interface import Check

CHECK: Final = Check(
    sql="""
    WITH cni_bridge AS (
        -- The bridge that the CNI names, else the one with the usual name; not where Calico's ports replace it.
        SELECT b.* FROM bridge_net b
        WHERE (b.dev IN (SELECT c.bridge FROM cni_plugin c WHERE c.ns = b.ns AND c.bridge IS NOT NULL)
               OR regexp_matches(b.dev, '^(cni|cbr)\\d+$'))
          AND NOT EXISTS (SELECT 1 FROM device d WHERE d.ns = b.ns AND regexp_matches(d.name, '^cali[0-9a-f]{11}$'))
    ),
    by_file AS (
        SELECT b.ns, b.dev, b.ip, b.len, n.subnet, n.subnet_len, b.address_row, n.rowid AS network_row
        FROM cni_bridge b JOIN pod_network n ON n.ns = b.ns AND n.family = b.family
        WHERE NOT EXISTS (SELECT 1 FROM "address" a WHERE a.ns = b.ns AND a."address" = n.subnet)
    ),
    by_peers AS (
        SELECT b.ns, b.dev, b.ip, b.len, min(e.first) AS first, min(e.len) AS first_len, b.address_row
        FROM cni_bridge b JOIN vtep v ON v.ns = b.ns JOIN expected e ON e.vt = v.vt AND e.family = b.family AND e.users > 0
        WHERE e.len < full_len(e.family) GROUP BY ALL
        HAVING bool_and(b.first > last_ip(b.family, e.first, e.len) OR last_ip(b.family, b.first, b.len) < e.first)
    )
    SELECT ns, dev, ip, len, subnet, subnet_len, NULL::UHUGEINT AS first, NULL AS first_len, address_row AS row_address,
           network_row AS row_pod_network, 'SUBNET' AS needle_pod_network FROM by_file
    UNION ALL
    SELECT ns, dev, ip, len, NULL, NULL, first, first_len, address_row, NULL, NULL FROM by_peers
    WHERE ns NOT IN (SELECT ns FROM by_file)
    """,
)
