"""A route to a peer's pods names a next hop that is not on any network of the node."""

from typing import Final

from podpath.checks.interface import Check

CHECK: Final = Check(
    sql="""
    SELECT r.ns, r.dst, r.dst_len AS len, r.via, r.dev, n.state, r.rowid AS row_route, n.rowid AS row_neighbour,
           CASE WHEN n.mac IS NULL AND n.state IN ('FAILED', 'INCOMPLETE') THEN 'error' ELSE 'warning' END AS severity,
           CASE WHEN n.mac IS NULL AND n.state IN ('FAILED', 'INCOMPLETE') THEN 'proven' ELSE 'likely' END AS confidence
    FROM route r JOIN device d ON d.ns = r.ns AND d.name = r.dev AND d.role = 'uplink'
    LEFT JOIN neighbour n ON n.ns = r.ns AND n.dev = r.dev AND n."address" = r.via
    WHERE r."table" = 'main' AND r.type = 'unicast' AND r.via IS NOT NULL AND r.dst_len BETWEEN 1 AND full_len(r.family) - 1
      AND has_flag(r.flags, 'onlink') AND n.mac IS NULL
      -- To pods: the prefix is a member's, or lies in the cluster's pod network.
      AND (EXISTS (SELECT 1 FROM expected e WHERE e.family = r.family AND e.first = r.dst AND e.len = r.dst_len)
           OR EXISTS (SELECT 1 FROM bridge_net b WHERE b.ns <> r.ns AND b.family = r.family AND b.first = r.dst AND b.len = r.dst_len)
           OR EXISTS (SELECT 1 FROM pod_network p WHERE p.ns = r.ns AND p.family = r.family AND p.network IS NOT NULL
                      AND in_net(r.dst, p.family, p.network, p.network_len)))
      AND EXISTS (SELECT 1 FROM "address" a WHERE a.ns = r.ns AND a.dev = r.dev AND a.family = r.family)
      AND NOT EXISTS (SELECT 1 FROM "address" a WHERE a.ns = r.ns AND a.dev = r.dev AND a.family = r.family
                      AND (a.peer = r.via OR in_net(r.via, a.family, first_ip(a.family, a."address", a.length), a.length)))
      AND NOT EXISTS (SELECT 1 FROM route o WHERE o.ns = r.ns AND o.dev = r.dev AND o.via IS NULL AND o.dst_len > 0
                      AND o.family = r.family AND in_net(r.via, o.family, o.dst, o.dst_len))
    """,
)
