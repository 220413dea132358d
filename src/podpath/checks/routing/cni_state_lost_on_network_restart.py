"""An overlay device went down and up, and lost its routes and neighbours."""

from typing import Final

from podpath.checks.interface import Check
from podpath.state.finding import Severity

CHECK: Final = Check(
    name="cni-state-lost-on-network-restart",
    severity=Severity.ERROR,
    title="An overlay device has lost its routes and neighbours",
    explain="""When a device goes down, the kernel drops its routes and its neighbour entries, even permanent ones; the forwarding
table and the addresses stay. When it comes up again, nothing brings the routes and neighbours back: the CNI's agent has
written them once, and does not look again. A device that has forwarding entries for its peers and neither routes nor
neighbours was bounced like that. Taking its last IPv4 address away does the same, even if the address comes back.

It happens at `systemctl restart network`, when a cable or a VPN comes back, when NetworkManager takes a device over that
it should leave alone, or by `ip link set flannel.1 down`.

Look: `bridge fdb show dev flannel.1` (entries), `ip neigh show dev flannel.1` and `ip route show dev flannel.1` (none).""",
    summary=(
        "{dev} has forwarding entries for {peers} peer(s), but no routes and no neighbours: it went down and up again, or lost its address for a while",
    ),
    why="Packets for pods on other nodes take the default route and are lost.",
    fix=(
        "restart the CNI's agent on {node}: it writes routes and neighbours again",
        "to keep it: make the network service leave {dev} alone (NetworkManager: unmanaged-devices)",
    ),
    over=("vtep",),
    sql="""
    WITH entries AS (
        SELECT v.ns, v.dev, count(DISTINCT f.dst) AS peers, min(f.rowid) AS row_fdb FROM vtep v JOIN fdb f ON f.ns = v.ns AND f.dev = v.dev
        WHERE f.dst IS NOT NULL AND f.mac <> 0 AND f.state IN ('permanent', 'static') GROUP BY v.ns, v.dev
    ),
    silent AS (
        SELECT e.*, (SELECT min(CASE c.complete WHEN 'yes' THEN 2 ELSE 1 END) FROM (
            SELECT c."table", arg_max(c.complete, c.complete = 'yes') AS complete FROM coverage c
            WHERE c.ns = e.ns AND c."table" IN ('route', 'neighbour') AND c.complete <> 'no' AND (c.dev IS NULL OR c.dev = e.dev)
              AND (c.part IS NULL OR c.part IN ('main', '254')) AND coalesce(c.family, 4) = 4 GROUP BY c."table") c
            HAVING count(*) = 2) AS seen
        FROM entries e
        WHERE NOT EXISTS (SELECT 1 FROM neighbour n WHERE n.ns = e.ns AND n.dev = e.dev AND n.mac IS NOT NULL)
          AND NOT EXISTS (SELECT 1 FROM route r WHERE r.ns = e.ns AND r.dev = e.dev AND r.via IS NOT NULL)
    )
    SELECT s.ns, s.dev, s.peers, s.row_fdb, d.link_row AS row_link, CASE s.seen WHEN 2 THEN 'proven' ELSE 'likely' END AS confidence,
           CASE s.seen WHEN 2 THEN 'error' ELSE 'warning' END AS severity
    FROM silent s LEFT JOIN device d ON d.ns = s.ns AND d.name = s.dev
    WHERE s.seen IS NOT NULL AND coalesce(d.up, true) AND d.master IS NULL -- what enters a bridge needs no route and no neighbour
    """,
)
