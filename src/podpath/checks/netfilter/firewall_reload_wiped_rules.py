"""The rules that containers need were wiped."""

from typing import Final

from podpath.checks.interface import Check
from podpath.state.finding import Severity

CHECK: Final = Check(
    name="firewall-reload-wiped-rules",
    severity=Severity.ERROR,
    title="The rules that containers need were wiped",
    explain="""Docker, podman, kube-proxy and CNI plugins write rules into the table nat when they start, and trust that they stay. `iptables -F`, a
reload of firewalld, or a script that restores a saved ruleset at boot takes them away. The programs do not notice: published
ports, services and the way out are dead until they are restarted.

Look: `iptables-save -t nat`: is it empty? `docker ps --format '{.Ports}'`.""",
    summary=(
        "{node} publishes port {port} for {container}, and no rule leads there: its table nat is empty",
        "the table nat of {node} is empty, and {chain}, whose program writes there too, is still in the table filter",
        "the table nat of {node} is empty, and other nodes have rules in theirs",
    ),
    why="Nothing is translated: no service and no way out works, and no published port but what docker-proxy itself takes.",
    fix=(
        "restart what writes the rules, on {node}: systemctl restart docker, podman network reload --all, or kube-proxy and the CNI",
        "stop flushing: load your own rules into chains of your own",
    ),
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
          AND EXISTS (SELECT 1 FROM coverage c WHERE c.ns = n.ns AND c."table" = 'ruleset' AND c.complete <> 'no')
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
