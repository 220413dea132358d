"""A container's cable ends on the host in no bridge and on no route."""

from typing import Final

from podpath.checks.interface import Check, Need

CHECK: Final = Check(
    sql="""
    WITH loose AS (
        SELECT d.ns, d.name, d.link_row FROM device d JOIN netns n USING (ns)
        WHERE n.kind = 'host' AND (d.kind = 'veth' OR d.kind IS NULL AND d.role = 'port') AND d.up AND d.master IS NULL AND d.peer_index IS NOT NULL
          AND d.peer_elsewhere
          -- Of either family; every device has a link-local address and its routes.
          AND NOT EXISTS (SELECT 1 FROM "address" a WHERE a.ns = d.ns AND a.dev = d.name AND (a.family = 4 OR NOT everywhere(a."address")))
          AND NOT EXISTS (SELECT 1 FROM route r WHERE r.ns = d.ns AND r.dev = d.name AND r."table" = 'main'
                          AND (r.family = 4 OR NOT everywhere(r.dst)))
    ),
    -- The bridge in whose network the container's address lies, where the inside was seen.
    home AS (
        SELECT c.host_ns AS ns, c.host_dev AS dev, min(i.name) AS container, min(b.dev) AS bridge, min(a."address") AS ip,
               min(a.rowid) AS row_address, min(b.address_row) AS row_address_2
        FROM cable c JOIN inside i USING (ns) JOIN "address" a ON a.ns = c.ns AND a.dev = c.dev AND a.family = 4
        JOIN bridge_net b ON b.ns = c.host_ns AND b.family = 4 AND in_net(a."address", 4, b.first, b.len) GROUP BY ALL
    ),
    -- Else the bridge that all other cables are in, where it is one.
    sole AS (
        SELECT s.ns, min(s.master) AS bridge, min(s.name) AS sibling, arg_min(s.link_row, s.name) AS row_link_2
        -- A bridge with a network of its own; without addresses its route tells.
        FROM device s JOIN device b ON b.ns = s.ns AND b.name = s.master AND b.role = 'bridge'
        WHERE (s.kind = 'veth' OR s.kind IS NULL AND s.role = 'port') AND s.peer_elsewhere
          AND (EXISTS (SELECT 1 FROM bridge_net n WHERE n.ns = s.ns AND n.dev = s.master) OR EXISTS (
               SELECT 1 FROM route r WHERE r.ns = s.ns AND r.dev = s.master AND r.proto = 'kernel' AND NOT everywhere(r.dst)))
        GROUP BY s.ns HAVING count(DISTINCT s.master) = 1
    )
    SELECT c.ns, c.name AS dev, c.link_row AS row_link, h.container, h.ip, coalesce(h.bridge, s.bridge) AS bridge,
           h.row_address, h.row_address_2, CASE WHEN h.bridge IS NULL THEN s.sibling END AS sibling,
           CASE WHEN h.bridge IS NULL THEN s.row_link_2 END AS row_link_2,
           -- A new port lacks the mode that the bridge's other ports have.
           (SELECT CASE WHEN bool_and(coalesce(p.hairpin, false)) THEN c.name END FROM bridge_port p JOIN device o ON o.ns = p.ns AND o.name = p.name
            WHERE p.ns = c.ns AND o.kind = 'veth' AND o.master = coalesce(h.bridge, s.bridge)) AS hairpin,
           CASE WHEN NOT routed.seen THEN s.sibling END AS unrouted, CASE WHEN NOT routed.seen THEN c.name END AS look,
           CASE WHEN NOT routed.seen OR NOT EXISTS (SELECT 1 FROM coverage v WHERE v.ns = c.ns AND v."table" = 'address') THEN 'likely' END AS confidence, CASE WHEN NOT routed.seen THEN 'warning' END AS severity
    FROM loose c LEFT JOIN home h ON h.ns = c.ns AND h.dev = c.name LEFT JOIN sole s ON s.ns = c.ns
    JOIN (SELECT n.ns, EXISTS (SELECT 1 FROM coverage v WHERE v.ns = n.ns AND v."table" = 'route' AND v.complete = 'yes'
                         AND v.dev IS NULL AND coalesce(v.family, 4) = 4)
          AS seen FROM netns n) routed ON routed.ns = c.ns
    WHERE (EXISTS (SELECT 1 FROM bridge_net b WHERE b.ns = c.ns) OR s.sibling IS NOT NULL)
      AND EXISTS (SELECT 1 FROM coverage v WHERE v.ns = c.ns AND v."table" = 'link' AND v.complete = 'yes')
      AND (routed.seen OR s.sibling IS NOT NULL)
    """,
    needs=(Need("link", "ip -d link show"),),
    applies="SELECT DISTINCT ns FROM device WHERE role = 'bridge'",
)
