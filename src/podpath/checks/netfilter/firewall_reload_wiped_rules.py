"""The rules that containers need were flushed."""

from typing import Final

from podpath.checks.interface import Check

CHECK: Final = Check(
    sql=r"""
    WITH nat AS (
        SELECT n.ns, d.name AS node_name, EXISTS (SELECT 1 FROM router r WHERE r.ns = n.ns) AS routes,
               EXISTS (SELECT 1 FROM dnat x WHERE x.ns = n.ns)
               OR EXISTS (SELECT 1 FROM rule_line l WHERE l.ns = n.ns AND l.tab = 'nat' AND l.said LIKE '%-A %')
               OR EXISTS (SELECT 1 FROM source s WHERE s.ns = n.ns AND s."text" IS NOT NULL AND regexp_matches(command, '(^|[ /])nft ')
                          AND regexp_matches(s."text", '(?i)masquerade|dnat|snat|redirect')) AS filled,
               -- Rules that a person has written say nothing of other hosts.
               EXISTS (SELECT 1 FROM rule_line l WHERE l.ns = n.ns AND l.tab = 'nat'
                       AND regexp_matches(l.said, '(DOCKER|FLANNEL-|flanneld|CNI-|NETAVARK-|KUBE-|cali-|CILIUM_)'))
               OR EXISTS (SELECT 1 FROM source s WHERE s.ns = n.ns AND s."text" IS NOT NULL AND regexp_matches(command, '(^|[ /])nft ')
                          AND regexp_matches(s."text", '(DOCKER|[Ff]lannel|FLANNEL-|CNI-|cni_|NETAVARK-|netavark|KUBE-|kube-proxy|cali-|CILIUM_)')) AS by_engine
        FROM netns n JOIN node d USING (node) WHERE n.kind = 'host'
          AND EXISTS (SELECT 1 FROM coverage c WHERE c.ns = n.ns AND c."table" = 'ruleset' AND c.complete <> 'no' AND coalesce(c.part, 'nft') IN ('iptables', 'nft'))
    ), wiped AS (SELECT * FROM nat WHERE routes AND NOT filled)
    SELECT w.ns, p.host_port AS port, p.container, p.rowid AS row_published_port, 'proven' AS confidence FROM wiped w JOIN published_port p ON p.ns = w.ns
    QUALIFY row_number() OVER (PARTITION BY w.ns ORDER BY p.host_port) = 1
    UNION ALL BY NAME
    SELECT w.ns, 'likely' AS confidence, regexp_extract(l.said, '^:(\S+)', 1) AS chain, l.source AS at_source, l.line AS at_line
    FROM wiped w JOIN rule_line l ON l.ns = w.ns AND l.tab = 'filter'
         AND regexp_matches(l.said, '^:(DOCKER|FLANNEL-FWD|cali-FORWARD|KUBE-FORWARD|CNI-FORWARD|NETAVARK_FORWARD) ')
    WHERE NOT EXISTS (SELECT 1 FROM published_port p WHERE p.ns = w.ns)
    QUALIFY row_number() OVER (PARTITION BY w.ns ORDER BY l.line) = 1
    UNION ALL BY NAME
    SELECT w.ns, 'likely' AS confidence FROM wiped w WHERE EXISTS (SELECT 1 FROM nat o WHERE o.routes AND o.filled AND o.by_engine)
      AND NOT EXISTS (SELECT 1 FROM rule_line l WHERE l.ns = w.ns AND l.tab = 'filter'
                      AND regexp_matches(l.said, '^:(DOCKER|FLANNEL-FWD|cali-FORWARD|KUBE-FORWARD|CNI-FORWARD|NETAVARK_FORWARD) '))
      AND NOT EXISTS (SELECT 1 FROM published_port p WHERE p.ns = w.ns)
    """,
    over=("ruleset",),
    walked=True,
)
