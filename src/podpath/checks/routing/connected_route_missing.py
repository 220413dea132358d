"""A device has an address, and the route to the network of that address is gone."""

from typing import Final

from podpath.checks.interface import Check, Need

CHECK: Final = Check(
    sql="""
    WITH own AS (
        SELECT a.ns, a.dev, a.family, a."address" AS ip, a.length AS len, first_ip(a.family, a."address", a.length) AS first,
               a.rowid AS row_address, d.link_row, d.role
        FROM "address" a JOIN device d ON d.ns = a.ns AND d.name = a.dev
        WHERE d.up AND (d.role IN ('bridge', 'port') OR d.role = 'uplink' AND a.family = 4) AND a.length < full_len(a.family) AND a.length > 0 AND a.peer IS NULL
          AND NOT everywhere(a."address") AND coalesce(a.scope, 'global') = 'global'
          -- `ip` prints the flag; where it does not, another program's output was read, which never shows it.
          AND NOT has_flag(coalesce(a.flags, ''), 'noprefixroute') AND d.ifindex IS NOT NULL
          AND NOT (a.family = 6 AND (d.carrier IS NOT true OR has_flag(coalesce(a.flags, ''), 'tentative')
                                     OR has_flag(coalesce(a.flags, ''), 'dadfailed')))
          AND seen_of(a.ns, 'route', a.family) = 2
    ),
    reached AS (
        -- Tables that some rule asks; all, where the rules were not seen.
        SELECT DISTINCT ns, family, "table" FROM rule WHERE action = 'lookup' AND "table" IS NOT NULL
        UNION SELECT DISTINCT r.ns, r.family, r."table" FROM route r WHERE seen_of(r.ns, 'rule', r.family) IS NULL
        UNION SELECT v.ns, f.family, CAST(v."table" AS VARCHAR) FROM vrf v, (VALUES (4), (6)) f(family)
        UNION SELECT n.ns, f.family, t.name FROM netns n, (VALUES (4), (6)) f(family), (VALUES ('main'), ('254')) t(name)
    )
    SELECT o.ns, o.dev, o.ip, o.len, o.first, o.row_address, o.link_row AS row_link,
           CASE o.family WHEN 4 THEN o.ip END AS own4, CASE o.family WHEN 6 THEN o.first END AS first6
    FROM own o
    WHERE NOT EXISTS (
        -- Any route of this device into that network, or around it, is somebody's choice; a host may have two cards in one network.
        SELECT 1 FROM route r JOIN reached t ON t.ns = r.ns AND t.family = r.family AND t."table" = r."table"
        WHERE r.ns = o.ns AND r.family = o.family AND r.type = 'unicast' AND r.dst_len > 0 AND (r.dev = o.dev OR o.role = 'uplink')
          AND (in_net(r.dst, o.family, o.first, o.len) OR in_net(o.first, r.family, r.dst, r.dst_len)))
    QUALIFY row_number() OVER (PARTITION BY o.ns, o.dev, o.first, o.len ORDER BY o.row_address) = 1
    """,
    needs=(Need("route", "ip route show table all", "main"), Need("address", "ip address show")),
)
