"""A device's link-local address was derived from another MAC than its own."""

from typing import Final

from podpath.checks.interface import Check

CHECK: Final = Check(
    sql="""
    WITH changed AS (
        SELECT a.ns, a.dev, d.mac, d.role, a."address" AS ip, a.rowid AS row_address, d.link_row AS row_link,
               -- The MAC back out of the address: ff:fe taken out, the universal bit turned.
               xor((((a."address" >> 40::UHUGEINT) & 16777215::UHUGEINT) << 24::UHUGEINT | (a."address" & 16777215::UHUGEINT))::UBIGINT,
                   2199023255552::UBIGINT) AS old
        FROM "address" a JOIN device d ON d.ns = a.ns AND d.name = a.dev AND d.mac IS NOT NULL AND d.mac <> 0
        WHERE a.family = 6 AND a.length = 64 AND (a."address" >> 64::UHUGEINT) = 18338657682652659712::UHUGEINT
          AND ((a."address" >> 24::UHUGEINT) & 65535::UHUGEINT) = 65534 AND a."address" <> link_local(d.mac)
          -- A bridge takes the MAC of a port, a bond that of its active one: theirs change by themselves.
          AND d.role IN ('overlay', 'port', 'uplink') AND coalesce(d.kind, '') NOT IN ('bond', 'team')
          AND NOT EXISTS (SELECT 1 FROM "address" o WHERE o.ns = a.ns AND o.dev = a.dev AND o."address" = link_local(d.mac))
    )
    SELECT c.ns, c.dev, c.mac, c.ip, c.old, c.row_address, c.row_link,
           CASE WHEN c.role = 'overlay' AND NOT agreed THEN 'warning' ELSE 'info' END AS severity,
           CASE WHEN c.role = 'overlay' AND NOT agreed THEN 'overlay'
                ELSE 'harmless' END AS effect,
           CASE WHEN c.role = 'overlay' AND NOT agreed THEN c.dev END AS overlay
    FROM (
        SELECT *, role = 'overlay' AND EXISTS (
            -- Some peer has the present MAC, and none the old one.
            SELECT 1 FROM vtep v JOIN vtep_ip i USING (vt) JOIN neighbour n ON n."address" = i.ip AND n.ns <> v.ns WHERE v.ns = changed.ns AND v.dev = changed.dev
            HAVING bool_and(n.mac IS NULL OR n.mac = changed.mac) AND count(n.mac) > 0) AS agreed
        FROM changed) c
    """,
)
