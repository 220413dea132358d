"""A node has no rules for services."""

from typing import Final

from podpath.checks.interface import Check, Need

_SEEN: Final = r"""
shown AS (
    -- Which rules of a host were seen. kube-proxy writes its own by iptables or by nft: an output of one says nothing of the other.
    SELECT ns, bool_or(coalesce(part, 'iptables') = 'iptables') AS iptables, bool_or(coalesce(part, 'nft') = 'nft') AS nft
    FROM coverage WHERE "table" = 'ruleset' AND complete <> 'no' GROUP BY ns
), rules AS (
    SELECT n.ns, n.node, d.name AS node_name, h.iptables, h.nft,
           EXISTS (SELECT 1 FROM rule_line l WHERE l.ns = n.ns AND l.tab = 'nat' AND l.said LIKE '%-A KUBE-SERVICES -d %')
           -- Rules of KUBE-SERVICES itself, as nft prints them: its chain may be there, and be empty.
           OR EXISTS (SELECT 1 FROM source s WHERE s.ns = n.ns AND regexp_matches(s.command, '(^|[ /])nft ') AND (
               contains(s."text", '"table": "nat", "chain": "KUBE-SERVICES"') OR regexp_matches(s."text", 'chain KUBE-SERVICES \{[^}]*jump KUBE-SVC-'))) AS by_iptables,
           EXISTS (SELECT 1 FROM source s WHERE s.ns = n.ns AND regexp_matches(s.command, '(^|[ /])nft ') AND (
               contains(s."text", '"name": "service-ips"') OR contains(s."text", 'map service-ips'))) AS by_nft,
           EXISTS (SELECT 1 FROM router r WHERE r.ns = n.ns) AS routes,
           -- IPVS of kube-proxy and kube-router, Cilium, Calico's eBPF, Antrea and OVN-Kubernetes need no such rules.
           EXISTS (SELECT 1 FROM (SELECT ns, name FROM link UNION ALL SELECT ns, dev FROM route) l WHERE l.ns = n.ns AND regexp_matches(l.name,
                   '^(kube-ipvs0|kube-dummy-if|cilium_.*|bpf.*cali|antrea-gw0|ovn-k8s-mp0)$'))
           OR EXISTS (SELECT 1 FROM virtual_server v WHERE v.ns = n.ns)
           OR EXISTS (SELECT 1 FROM source s WHERE s.ns = n.ns AND contains(s."text", 'KUBE-NODE-PORT')) AS otherwise,
           EXISTS (SELECT 1 FROM coverage c WHERE c.ns = n.ns AND c."table" = 'link' AND c.complete = 'yes' AND c.dev IS NULL) AS devices
    FROM netns n JOIN node d USING (node) JOIN shown h USING (ns) WHERE n.kind = 'host' AND (h.iptables OR h.nft)
), seen AS (SELECT *, by_iptables OR by_nft AS filled FROM rules),
-- Where only one kind was seen, another node must show that kube-proxy writes that kind.
without AS (
    SELECT s.ns, min(o.node_name) AS other, s.iptables AND s.nft AS whole, s.devices
    FROM seen s LEFT JOIN seen o ON o.routes AND o.ns <> s.ns AND ((o.by_iptables AND s.iptables) OR (o.by_nft AND s.nft))
    WHERE s.routes AND NOT s.filled AND NOT s.otherwise GROUP BY ALL
    HAVING whole OR other IS NOT NULL
)
"""

CHECK: Final = Check(
    sql=rf"""
    WITH {_SEEN}, addressed AS (
        -- What the API says of ready services; one without an endpoint is rejected in the table filter, which may not have been seen.
        SELECT s.rowid AS row_service, s.namespace || '/' || s.name AS name, s.created, unnest([s.cluster_ip, s.second_ip]) AS ip,
               lower(coalesce(s.proto, 'TCP')) AS proto, s.port
        FROM service s WHERE s.port IS NOT NULL AND EXISTS (
            SELECT 1 FROM endpoint e WHERE e.namespace = s.namespace AND e.service = s.name AND coalesce(e.ready, true)
            AND e."address" IS NOT NULL)
          AND coalesce(s.internal_policy, 'Cluster') = 'Cluster'
    ),
    lacking AS (
        SELECT h.ns, a.*, (SELECT min(o.node_name) FROM seen o JOIN service_rule k ON k.ns = o.ns
                           WHERE k.ip = a.ip AND k.proto = a.proto AND k.port = a.port) AS other
        FROM seen h JOIN addressed a ON a.ip IS NOT NULL AND a.ip <> 0
        WHERE h.routes AND h.filled AND NOT h.otherwise
          AND EXISTS (SELECT 1 FROM service_rule k WHERE k.ns = h.ns AND family_of(k.ip) = family_of(a.ip))
          AND EXISTS (SELECT 1 FROM endpoint e WHERE e.namespace || '/' || e.service = a.name AND family_of(e."address") = family_of(a.ip))
          AND NOT EXISTS (SELECT 1 FROM service_rule k WHERE k.ns = h.ns AND k.ip = a.ip AND k.proto = a.proto AND k.port = a.port)
    )
    SELECT w.ns, min(s.cluster_ip) AS ip, arg_min(s.namespace || '/' || s.name, s.cluster_ip) AS name, arg_min(s.rowid, s.cluster_ip) AS row_service,
           NULL AS other, CASE WHEN bool_and(w.devices) THEN 'proven' ELSE 'likely' END AS confidence
    FROM without w JOIN service s ON s.cluster_ip IS NOT NULL AND s.cluster_ip <> 0 AND family_of(s.cluster_ip) = 4
    WHERE EXISTS (SELECT 1 FROM endpoint e WHERE e.namespace = s.namespace AND e.service = s.name) GROUP BY w.ns
    UNION ALL BY NAME
    SELECT ns, arg_min(ip, (other IS NULL, name, ip)) AS ip, arg_min(name, (other IS NULL, name, ip)) AS name,
           strftime(make_timestamp(arg_min(created, (other IS NULL, name, ip)) * 1000000), '%Y-%m-%d %H:%M UTC') AS since,
           arg_min(row_service, (other IS NULL, name, ip)) AS row_service, arg_min(port, (other IS NULL, name, ip)) AS port,
           and_more(count(*)) AS more, min(other) AS other, CASE WHEN bool_or(other IS NOT NULL) THEN 'proven' ELSE 'likely' END AS confidence,
           -- Where no node has it, another program may serve it (the label service.kubernetes.io/service-proxy-name).
           CASE WHEN bool_or(other IS NOT NULL) THEN 'error' ELSE 'warning' END AS severity
    FROM lacking GROUP BY ns
    UNION ALL BY NAME
    SELECT ns, other, 'likely' AS confidence FROM without WHERE other IS NOT NULL AND NOT EXISTS (SELECT 1 FROM service)
    """,
    over=("ruleset",),
    needs=(Need("ruleset", "iptables-save -c", "iptables"), Need("ruleset", "nft list ruleset", "nft")),
    applies=f"""
    WITH {_SEEN}
    SELECT ns FROM seen WHERE routes AND NOT filled AND NOT otherwise AND ns NOT IN (SELECT ns FROM without)
      AND (EXISTS (SELECT 1 FROM service) OR EXISTS (SELECT 1 FROM seen o WHERE o.filled))
    """,
    by_devices=False,
)
