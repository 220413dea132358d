"""A node sends packets for its own pods to another node."""

from typing import Final

from podpath.checks.interface import Check

CHECK: Final = Check(
    sql="""
    WITH net AS (
        SELECT ns, family, first, len, dev, address_row FROM bridge_net WHERE pod
        UNION ALL
        -- Where addresses were not shown, the kernel's own route names the bridge and its network.
        SELECT k.ns, k.family, k.dst, k.dst_len, k.dev, NULL FROM route k
        WHERE coalesce(k.proto, 'kernel') = 'kernel' AND k.via IS NULL AND k.type = 'unicast' AND k."table" = 'main' AND regexp_matches(k.dev, '^(cni|cbr)\\d+$|^kube-bridge$')
          AND NOT EXISTS (SELECT 1 FROM "address" a WHERE a.ns = k.ns AND a.dev = k.dev)
    ), weighed AS (
        SELECT *, rowid AS at, coalesce(metric, CASE family WHEN 6 THEN 1024 ELSE 0 END) AS cost FROM route WHERE "table" = 'main' AND type = 'unicast'
    )
    SELECT r.ns, r.dst, r.dst_len AS len, r.via, r.dev, b.first, b.len AS first_len, b.dev AS bridge, r.at AS row_route,
           own.at AS row_route_2, b.address_row AS row_address, CASE r.family WHEN 6 THEN '-6' ELSE '' END AS six
    FROM net b JOIN weighed r ON r.ns = b.ns AND r.family = b.family AND r.dev <> b.dev
      AND r.dst BETWEEN b.first AND last_ip(b.family, b.first, b.len) AND r.dst_len >= b.len
    LEFT JOIN device d ON d.ns = r.ns AND d.name = r.dev
    LEFT JOIN weighed own ON own.ns = b.ns AND own.dev = b.dev AND own.dst = b.first AND own.dst_len = b.len
    WHERE (d.role IN ('uplink', 'overlay', 'other') OR d.role IS NULL AND r.via IS NOT NULL)
      AND (r.dst_len > b.len OR own.dev IS NULL AND coalesce(d.up, true)
           OR r.cost < coalesce(own.metric, CASE r.family WHEN 6 THEN 256 ELSE 0 END)
           -- Of routes with one metric the older one wins, which the kernel prints first; its own connected route is appended.
           OR r.family = 4 AND r.cost = own.cost AND coalesce(r.tos, 0) = coalesce(own.tos, 0) AND r.source = own.source AND r.at < own.at)
      -- The first address of the network is the tunnel device's own: the kernel has made its route.
      AND NOT (r.dst_len = full_len(r.family) AND (coalesce(r.proto, '') = 'kernel' OR EXISTS (SELECT 1 FROM "address" a WHERE a.ns = r.ns AND a."address" = r.dst)))
    """,
)
