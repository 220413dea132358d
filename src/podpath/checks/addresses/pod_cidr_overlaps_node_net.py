"""The pods' network and the nodes' own network overlap."""

from typing import Final

from podpath.checks.interface import Check
from podpath.state.finding import Severity

CHECK: Final = Check(
    name="pod-cidr-overlaps-node-net",
    severity=Severity.WARNING,
    title="The pod network overlaps the nodes' own network",
    explain="""An address must be either a pod's or a machine's. When the pod network overlaps the network that the nodes stand in,
the more specific route wins: packets for some machine go to the pods' devices, or packets for some pod to the LAN.
Nodes, gateways and name servers become unreachable one by one, as pods get addresses near theirs.

It is a classic with Calico's old default 192.168.0.0/16 on a home or office network, and with 10.0.0.0/8 at a company.

Look: `ip address show`, `ip route show`; `ip route get NODEIP` must name the network card, not a CNI's device.""",
    summary=(
        "{what} {first}/{len} overlaps {net}/{net_len}, which {dev} is in; {hit} lies in both",
        "{what} {first}/{len} overlaps {net}/{net_len}, which {dev} is in",
    ),
    why="Machines or pods whose addresses lie in both are unreachable from this node.",
    fix=("give the pods a network that no machine uses, and make the cluster (or the pool) anew",),
    sql="""
    WITH connected AS (
        SELECT a.ns, a.dev, a.family, first_ip(a.family, a."address", a.length) AS net, a.length AS net_len, a.rowid AS row_address
        FROM "address" a JOIN device d ON d.ns = a.ns AND d.name = a.dev
        WHERE d.role = 'uplink' AND a.length BETWEEN 1 AND full_len(a.family) - 1 AND NOT everywhere(a."address")
    ),
    pods AS (
        -- The cluster's network as the CNI tells it, and what is routed to the overlay or to the pods' bridge.
        SELECT ns, family, network AS first, network_len AS len, 'the pod network' AS what, NULL AS row_route, rowid AS row_pod_network
        FROM pod_network WHERE network IS NOT NULL
        UNION ALL
        SELECT r.ns, r.family, r.dst, r.dst_len, 'the route of ' || r.dev || ' to', r.rowid, NULL FROM route r
        JOIN device d ON d.ns = r.ns AND d.name = r.dev
        WHERE r."table" = 'main' AND r.type = 'unicast' AND r.dst_len BETWEEN 1 AND full_len(r.family) - 1 AND NOT everywhere(r.dst)
          AND r.ns IN (SELECT ns FROM connected)
          AND (d.role = 'overlay' OR d.role = 'bridge' AND (
               EXISTS (SELECT 1 FROM bridge_net b WHERE b.ns = r.ns AND b.dev = r.dev AND b.pod)
               -- A route that the bridge's own addresses do not explain.
               OR EXISTS (SELECT 1 FROM bridge_net b WHERE b.ns = r.ns AND b.dev = r.dev) AND coalesce(r.proto, '') <> 'kernel'
                  AND NOT EXISTS (SELECT 1 FROM bridge_net b WHERE b.ns = r.ns AND b.dev = r.dev AND b.first = r.dst AND b.len = r.dst_len)))
    ),
    overlapping AS (
        SELECT p.*, c.dev, c.net, c.net_len, c.row_address FROM pods p JOIN connected c ON c.ns = p.ns AND c.family = p.family
          AND p.first <= last_ip(c.family, c.net, c.net_len) AND last_ip(p.family, p.first, p.len) >= c.net
    ),
    -- Addresses that are known to be machines': nodes, gateways, name servers, whoever has answered on the network.
    machine AS (
        SELECT ns, "address" AS ip, NULL AS row_neighbour FROM netns JOIN node USING (node) WHERE "address" IS NOT NULL
        UNION SELECT r.ns, r.via, NULL FROM route r JOIN device d ON d.ns = r.ns AND d.name = r.dev
              WHERE d.role = 'uplink' AND r.via IS NOT NULL
        UNION SELECT n.ns, n."address", n.rowid FROM neighbour n JOIN device d ON d.ns = n.ns AND d.name = n.dev
              WHERE d.role = 'uplink' AND n.mac IS NOT NULL
        UNION SELECT a.ns, a."address", NULL FROM "address" a JOIN device d ON d.ns = a.ns AND d.name = a.dev WHERE d.role = 'uplink'
    )
    SELECT b.ns, arg_min(b.what, b.len) AS what, arg_min(b.first, b.len) AS first, min(b.len) AS len, b.net, b.net_len, b.dev,
           min(m.ip) AS hit, CASE WHEN count(m.ip) > 0 THEN 'error' ELSE 'warning' END AS severity,
           arg_min(b.row_route, b.len) AS row_route, arg_min(b.row_pod_network, b.len) AS row_pod_network,
           any_value(b.row_address) AS row_address, arg_min(m.row_neighbour, m.ip) AS row_neighbour
    FROM overlapping b LEFT JOIN machine m ON m.ns = b.ns AND in_net(m.ip, b.family, b.first, b.len) AND in_net(m.ip, b.family, b.net, b.net_len)
    GROUP BY b.ns, b.net, b.net_len, b.dev
    """,
)
