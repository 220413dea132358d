"""A node has no BGP session with a peer."""

from typing import Final

from podpath.checks.interface import Check

CHECK: Final = Check(
    over=("bgp_peer",),
    sql="""
    WITH known AS (
        SELECT a."address" AS ip, d.name FROM "address" a JOIN netns n USING (ns) JOIN node d USING (node) WHERE n.kind = 'host'
        UNION SELECT unnest([internal_ip, calico_ip]), name FROM kube_node
    ), sole AS (SELECT ip, any_value(name) AS name FROM known WHERE ip IS NOT NULL GROUP BY ip HAVING count(DISTINCT name) = 1)
    SELECT b.ns, b.peer, b.state, b.error, s.name AS peer_node, b.rowid AS row_bgp_peer, CASE WHEN s.name IS NOT NULL THEN [s.name] END AS related,
           -- Calico opens each session of its mesh from one side; the other side waits.
           CASE WHEN b.state <> 'passive' THEN b.peer END AS asked_peer, CASE WHEN b.state = 'passive' THEN b.peer END AS asking_peer
    FROM bgp_peer b LEFT JOIN sole s ON s.ip = b.peer WHERE b.state <> 'established'
    """,
)
