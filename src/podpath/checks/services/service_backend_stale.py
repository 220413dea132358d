"""A service sends packets to an address of the pod network that no pod has."""

from typing import Final

from podpath.checks.interface import Check

CHECK: Final = Check(
    over=("endpoint",),
    sql="""
    WITH cluster_net AS (
        SELECT DISTINCT network AS first, last_ip(family, network, network_len) AS last FROM pod_network WHERE network IS NOT NULL
        UNION SELECT first, last_ip(family, first, len) FROM bridge_net WHERE pod
        UNION SELECT first, last_ip(family, first, len) FROM expected WHERE users > 0
    ),
    -- All nodes of the API are in the snapshot, with all that runs on them.
    complete AS (
        SELECT count(*) > 0 AND bool_and(EXISTS (SELECT 1 FROM node d JOIN netns n USING (node)
                                                 WHERE n.kind = 'host' AND n.inode IS NOT NULL AND d.name = k.name)) AS all_seen FROM kube_node k
    ),
    gone AS (
        SELECT e.*, e.rowid AS row_endpoint, (SELECT min(w.ns) FROM whole_net w WHERE e."address" BETWEEN w.first AND w.last) AS home
        FROM endpoint e ANTI JOIN "address" a ON a."address" = e."address" ANTI JOIN container_address c ON c."address" = e."address"
        ANTI JOIN kube_node k ON k.internal_ip = e."address"
        WHERE e."address" IS NOT NULL AND coalesce(e.ready, true) AND NOT coalesce(e.terminating, false)
          -- Pods of nodes that were not captured may have it.
          AND NOT EXISTS (SELECT 1 FROM pod p WHERE p."address" = e."address" AND p.node NOT IN (
              SELECT d.name FROM node d JOIN netns n USING (node) WHERE n.kind = 'host' AND n.inode IS NOT NULL))
    )
    SELECT coalesce(min(g.home), (SELECT min(ns) FROM router)) AS ns, g.namespace, g.service, g.slice, min(g."address") AS ip,
           and_more(count(DISTINCT g."address")) AS more, arg_min(g.row_endpoint, g."address") AS row_endpoint,
           CASE WHEN bool_and(g.home IS NOT NULL) THEN 'proven' ELSE 'likely' END AS confidence
    FROM gone g
    WHERE (g.home IS NOT NULL OR EXISTS (SELECT 1 FROM cluster_net n WHERE g."address" BETWEEN n.first AND n.last) AND (
           (SELECT all_seen FROM complete)
           -- Or the API lists the pods of that namespace, and this address is none of theirs.
           OR EXISTS (SELECT 1 FROM coverage c WHERE c."table" = 'pod' AND c.complete <> 'no' AND (c.part IS NULL OR c.part = g.namespace))
              AND EXISTS (SELECT 1 FROM pod p WHERE p.namespace = g.namespace) AND NOT EXISTS (SELECT 1 FROM pod p WHERE p."address" = g."address")))
      AND EXISTS (SELECT 1 FROM router)
    GROUP BY g.namespace, g.service, g.slice
    """,
)
