"""The rules that containers need were flushed."""

from typing import Final

from podpath.checks.interface import Check

CHECK: Final = Check(
    sql=r"""
    WITH shown AS (
        -- The languages in which the rules of a host were seen whole: an output of one says nothing of the others.
        SELECT DISTINCT c.ns, n.node, unnest(CASE WHEN c.part IS NULL THEN ['iptables', 'ip6tables', 'nft'] ELSE [c.part] END) AS language
        FROM coverage c JOIN netns n USING (ns) WHERE c."table" = 'ruleset' AND c.complete <> 'no' AND n.kind = 'host'
          AND EXISTS (SELECT 1 FROM router r WHERE r.ns = n.ns)
    ), written AS (
        -- Rules that a person has written say nothing of other hosts.
        SELECT ns, program AS language, regexp_matches(said, '(DOCKER|FLANNEL-|flanneld|CNI-|NETAVARK-|KUBE-|cali-|CILIUM_)') AS by_engine
        FROM rule_line WHERE tab = 'nat' AND said LIKE '%-A %'
        UNION ALL
        SELECT ns, 'nft', regexp_matches("text", '(DOCKER|[Ff]lannel|FLANNEL-|CNI-|cni_|NETAVARK-|netavark|KUBE-|kube-proxy|cali-|CILIUM_)')
        FROM source WHERE "text" IS NOT NULL AND regexp_matches(command, '(^|[ /])nft ')
          AND regexp_matches("text", '(?i)masquerade|dnat|snat|redirect')
    ), wiped AS (
        SELECT * FROM shown s WHERE NOT EXISTS (SELECT 1 FROM written w WHERE w.ns = s.ns) AND NOT EXISTS (SELECT 1 FROM dnat x WHERE x.ns = s.ns)
    ), left_over AS (
        SELECT w.ns, regexp_extract(l.said, '^:(\S+)', 1) AS chain, l.source AS at_source, l.line AS at_line
        FROM wiped w JOIN rule_line l ON l.ns = w.ns AND l.program = w.language AND l.tab = 'filter'
             AND regexp_matches(l.said, '^:(DOCKER|FLANNEL-FWD|cali-FORWARD|KUBE-FORWARD|CNI-FORWARD|NETAVARK_FORWARD) ')
    )
    , told AS (
    SELECT ns, arg_min(host_port, p.rowid) AS port, arg_min(container, p.rowid) AS container, min(p.rowid) AS row_published_port,
           CASE WHEN count(DISTINCT language) > 1 THEN 'proven' ELSE 'likely' END AS confidence
    FROM wiped JOIN published_port p USING (ns) WHERE language IN ('iptables', 'nft') GROUP BY ns
    UNION ALL BY NAME
    SELECT *, 'likely' AS confidence FROM left_over WHERE ns NOT IN (SELECT ns FROM published_port)
    QUALIFY row_number() OVER (PARTITION BY ns ORDER BY at_line) = 1
    UNION ALL BY NAME
    SELECT DISTINCT w.ns, 'likely' AS confidence FROM wiped w
    JOIN shown o ON o.language = w.language JOIN written r ON r.ns = o.ns AND r.language = o.language AND r.by_engine
    WHERE w.ns NOT IN (SELECT ns FROM left_over) AND w.ns NOT IN (SELECT ns FROM published_port)
    ), engine AS (SELECT DISTINCT ns, runtime FROM container WHERE runtime IN ('docker', 'podman'))
    SELECT t.*, d.runtime AS docker, CASE WHEN p.ns IS NOT NULL THEN '--all' END AS podman,
           CASE WHEN d.ns IS NULL AND p.ns IS NULL THEN 'Docker, kube-proxy and the CNI; for podman, `podman network reload --all`' END AS unclear
    FROM told t LEFT JOIN engine d ON d.ns = t.ns AND d.runtime = 'docker' LEFT JOIN engine p ON p.ns = t.ns AND p.runtime = 'podman'
    """,
    over=("ruleset",),
    walked=True,
)
