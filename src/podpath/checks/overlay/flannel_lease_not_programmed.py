"""A node has other entries for a peer than the peer's flannel lease says."""

from typing import Final

from podpath.checks.interface import Check

CHECK: Final = Check(
    over=("vtep", "flannel_lease"),
    sql=r"""
    WITH lease AS (
        SELECT subnet AS first, subnet_len AS len, any_value(public_ip) AS public, any_value(vtep_mac) AS announced, any_value(vni) AS vni,
               min(rowid) AS row_flannel_lease FROM flannel_lease WHERE vtep_mac IS NOT NULL AND subnet IS NOT NULL GROUP BY ALL
        -- Outputs of different times may say different things, of which one is no longer true.
        HAVING count(DISTINCT public_ip) = 1 AND count(DISTINCT vtep_mac) = 1
    ),
    peer AS (
        SELECT v.ns, v.dev, l.* FROM lease l JOIN vtep v ON v.mac IS NOT NULL AND regexp_matches(v.dev, '^flannel([.-]v6)?\.\d+$')
        WHERE (l.vni IS NULL OR v.vni IS NULL OR l.vni = v.vni) AND is_v4(l.first) = (v.dev NOT LIKE '%v6%')
          -- Of a captured peer its own device tells what is right; and nobody has an entry for himself.
          AND NOT EXISTS (SELECT 1 FROM underlay u JOIN vtep o USING (vt) WHERE u.ip = l.public AND o.mac IS NOT NULL)
          AND NOT EXISTS (SELECT 1 FROM vtep_ip i JOIN vtep o USING (vt) WHERE i.ip = l.first AND o.mac IS NOT NULL)
    )
    SELECT p.ns, p.dev, p.first AS ip, p.first, p.len, p.announced, p.public, n.mac, n.rowid AS row_neighbour, p.row_flannel_lease
    FROM peer p JOIN neighbour n ON n.ns = p.ns AND n.dev = p.dev AND n."address" = p.first
    WHERE n.mac <> p.announced
    UNION ALL BY NAME
    SELECT p.ns, p.dev, p.first AS ip, p.first, p.len, p.announced, p.public, f.dst, f.rowid AS row_fdb, p.row_flannel_lease
    FROM peer p JOIN fdb f ON f.ns = p.ns AND f.dev = p.dev AND f.mac = p.announced
    WHERE f.dst <> p.public
    """,
)
