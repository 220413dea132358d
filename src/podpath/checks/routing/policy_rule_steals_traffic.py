"""A routing rule sends packets for containers to another table, whose routes lead elsewhere."""

from typing import Final

from podpath.checks.interface import Check, Need

CHECK: Final = Check(
    over=("added_rule",),
    sql="""
    WITH main_rule AS (
        SELECT ns, family, min(priority) AS priority FROM rule
        WHERE action = 'lookup' AND "table" IN ('main', '254') AND src IS NULL AND dst IS NULL AND iif IS NULL AND oif IS NULL
          AND fwmark IS NULL AND ipproto IS NULL AND uidrange IS NULL AND tos IS NULL AND dscp IS NULL AND rest IS NULL AND suppress_prefixlength IS NULL
          AND NOT inverted
        GROUP BY ALL
    ),
    thief AS (
        -- Rules that hold for any packet, or for all of this host's containers; with `not from all fwmark M`, for any packet that
        -- the VPN did not mark.
        SELECT r.ns, r.family, r.priority, r."table", r.dst, r.dst_len, r.rowid AS row_rule,
               CASE WHEN r.src_len > 0 THEN r.src END AS src, r.src_len, r.iif FROM rule r
        LEFT JOIN main_rule m ON m.ns = r.ns AND m.family = r.family
        WHERE r.action = 'lookup' AND r."table" NOT IN ('local', '255', 'main', '254', 'default', '253')
          AND r.priority < coalesce(m.priority, 32766)
          AND (r.src IS NULL OR r.src_len = 0 OR NOT r.inverted AND EXISTS (
               SELECT 1 FROM bridge_net b WHERE b.ns = r.ns AND b.alive AND r.src_len <= b.len
               AND in_net(b.first, r.family, r.src, r.src_len)))
          AND (r.inverted AND r.fwmark IS NOT NULL OR NOT r.inverted AND r.fwmark IS NULL)
          AND (r.iif IS NULL OR EXISTS (SELECT 1 FROM bridge_net b WHERE b.ns = r.ns AND b.alive AND b.dev = r.iif))
          AND r.oif IS NULL AND r.ipproto IS NULL AND r.sport IS NULL AND r.dport IS NULL
          AND r.uidrange IS NULL AND r.tos IS NULL AND r.dscp IS NULL AND r.rest IS NULL AND r.suppress_prefixlength IS NULL
    ),
    -- What the main table has for containers: by the overlay, by their bridge, by a port of their own, by the node that has them.
    wanted AS (
        SELECT DISTINCT t.ns, t.family, t.dst, t.dst_len, t.dev, CASE WHEN d.role = 'uplink' THEN t.via END AS via
        FROM route t JOIN device d ON d.ns = t.ns AND d.name = t.dev
        WHERE t.ns IN (SELECT ns FROM thief) AND t."table" = 'main' AND t.type = 'unicast' AND t.dst_len > 0 AND NOT everywhere(t.dst)
          AND (d.role IN ('overlay', 'port') OR d.role = 'bridge' AND EXISTS (
               SELECT 1 FROM bridge_net b WHERE b.ns = t.ns AND b.dev = t.dev AND b.alive)
               OR d.role = 'uplink' AND EXISTS (
               SELECT 1 FROM bridge_net b JOIN "address" a ON a.ns = b.ns WHERE b.ns <> t.ns AND b.alive AND b.family = t.family
               AND b.first = t.dst AND b.len = t.dst_len AND a."address" = t.via))
    ),
    stolen AS (
        SELECT h.ns, h.family, h.priority, h."table", h.row_rule, h.src, h.src_len, w.dst, w.dst_len, w.dev AS main_dev,
               w.via AS main_via, x.via, x.rowid AS row_route, x.type,
               x.dev, x.dst AS by_dst, x.dst_len AS by_len
        FROM thief h JOIN wanted w ON w.ns = h.ns AND w.family = h.family
          AND (h.dst IS NULL OR in_net(w.dst, h.family, h.dst, h.dst_len)) AND (h.iif IS NULL OR h.iif <> w.dev)
        JOIN route x ON x.ns = h.ns AND x.family = h.family AND x."table" = h."table"
          AND in_net(w.dst, x.family, x.dst, x.dst_len) AND x.dst_len <= w.dst_len
        WHERE NOT EXISTS (
            -- An earlier rule that gives these very addresses to the main table; one may leave out wide routes.
            SELECT 1 FROM rule k WHERE k.ns = h.ns AND k.family = h.family AND k.priority < h.priority AND k.action = 'lookup'
            AND k."table" IN ('main', '254') AND NOT k.inverted AND k.src IS NULL AND k.fwmark IS NULL AND k.iif IS NULL
            AND k.oif IS NULL AND k.ipproto IS NULL AND k.uidrange IS NULL
            AND (k.dst IS NULL OR in_net(w.dst, k.family, k.dst, k.dst_len) AND k.dst_len <= w.dst_len)
            AND coalesce(k.suppress_prefixlength, -1) < w.dst_len)
        QUALIFY row_number() OVER (PARTITION BY h.ns, h.family, h.priority, w.dst, w.dst_len
                                   ORDER BY x.dst_len DESC, coalesce(x.metric, 0)) = 1
    ),
    refusing AS (
        SELECT r.ns, r.priority, r.action, r.rowid AS row_rule, b.first AS pods, b.len AS pods_len, r.family, 'stop' AS "then",
               CASE r.family WHEN 6 THEN '-6' ELSE '' END AS six, 'proven' AS confidence
        FROM rule r JOIN bridge_net b ON b.ns = r.ns AND b.family = r.family AND b.alive LEFT JOIN main_rule m ON m.ns = r.ns AND m.family = r.family
        WHERE r.action IN ('prohibit', 'unreachable', 'blackhole') AND r.priority < coalesce(m.priority, 32766) AND NOT r.inverted
          AND (r.src_len > 0 OR r.dst_len > 0 OR r.iif = b.dev)
          AND (coalesce(r.src_len, 0) = 0 OR r.src_len <= b.len AND in_net(b.first, r.family, r.src, r.src_len))
          AND (coalesce(r.dst_len, 0) = 0 OR r.dst_len <= b.len AND in_net(b.first, r.family, r.dst, r.dst_len))
          AND coalesce(r.iif, b.dev) = b.dev AND r.fwmark IS NULL AND r.oif IS NULL AND r.ipproto IS NULL AND r.sport IS NULL AND r.dport IS NULL
          AND r.uidrange IS NULL AND r.tos IS NULL AND r.dscp IS NULL AND r.rest IS NULL
        QUALIFY row_number() OVER (PARTITION BY r.ns, r.priority, r.family ORDER BY b.first) = 1
    )
    SELECT s.ns, s.priority, s."table", min(s.row_rule) AS row_rule, 'leave' AS "then", arg_min(s.row_route, s.dst) AS row_route, min(s.src) AS src, min(s.src_len) AS src_len,
           min(s.dst) AS dst, arg_min(s.dst_len, s.dst) AS len, and_more(count(*)) AS more, arg_min(s.main_dev, s.dst) AS main_dev,
           arg_min(s.main_via, s.dst) AS main_via,
           coalesce(arg_min(CASE WHEN s.type = 'unicast' THEN s.dev ELSE s.type END, s.dst), 'elsewhere') AS dev,
           CASE WHEN arg_min(s.by_len, s.dst) = 0 THEN 'default' ELSE 'a route to it' END AS target,
           CASE s.family WHEN 6 THEN '-6' ELSE '' END AS six, greatest(s.priority - 10, 1) AS before,
           CASE WHEN bool_and(c.complete = 'yes') THEN 'proven' ELSE 'likely' END AS confidence
    FROM stolen s JOIN coverage c ON c.ns = s.ns AND c."table" = 'route' AND (c.part IS NULL OR c.part = s."table")
         AND (c.family IS NULL OR c.family = s.family) AND c.dev IS NULL AND c.complete <> 'no'
    WHERE s.type <> 'throw' AND (s.type <> 'unicast' OR s.dev <> s.main_dev OR s.via IS DISTINCT FROM s.main_via AND s.main_via IS NOT NULL)
    GROUP BY s.ns, s.family, s.priority, s."table"
    UNION ALL BY NAME SELECT * EXCLUDE (family) FROM refusing
    """,
    needs=(Need("rule", "ip rule show", family=4), Need("route", "ip route show table all")),
    # Where the rules were not captured, or lead to a table that was not.
    applies="""
    SELECT ns FROM router r WHERE seen_of(ns, 'rule', 4) IS NULL OR EXISTS (
        SELECT 1 FROM rule u WHERE u.ns = r.ns AND u.action = 'lookup' AND u.priority < 32766 AND u.fwmark IS NULL
        AND u."table" NOT IN ('local', '255', 'main', '254', 'default', '253') AND NOT EXISTS (
            SELECT 1 FROM coverage c WHERE c.ns = u.ns AND c."table" = 'route' AND c.complete <> 'no' AND (c.part IS NULL OR c.part = u."table")
            AND coalesce(c.family, u.family) = u.family))
    """,
)
