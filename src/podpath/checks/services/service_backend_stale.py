"""A service leads to an address of the pods' network that nobody has."""

from typing import Final

from podpath.checks.interface import Check
from podpath.state.finding import Severity

CHECK: Final = Check(
    name="service-backend-stale",
    severity=Severity.ERROR,
    title="A service leads to an address that no pod has",
    explain="""A service's endpoints stand in its EndpointSlices. Here a ready one has an address of the pods' network that no captured pod,
container or node has: who is led there gets no answer. kube-proxy only does what the slice says.

It happens with slices that somebody wrote by hand, for a service without a selector, whose pod has moved since; or when
the controller that follows the pods does not run.

Look: `kubectl get endpointslices -A -o wide`, `kubectl get pods -A -o wide`.""",
    summary=("service {namespace}/{service} leads to {ip}{more}, which no pod, container or node has",),
    why="Connections that chance leads there are lost.",
    fix=(
        "kubectl -n {namespace} get endpointslice {slice} -o yaml: an address that was written by hand must be corrected",
        "or see why the controller of the slices (kube-controller-manager) does not follow the pods",
    ),
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
           OR EXISTS (SELECT 1 FROM pod p WHERE p.namespace = g.namespace) AND NOT EXISTS (SELECT 1 FROM pod p WHERE p."address" = g."address")))
      AND EXISTS (SELECT 1 FROM router)
    GROUP BY g.namespace, g.service, g.slice
    """,
)
