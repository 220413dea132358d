"""A node has no rules for services."""

from typing import Final

from podpath.checks.interface import Check
from podpath.state.finding import Severity

CHECK: Final = Check(
    name="service-rules-missing",
    severity=Severity.ERROR,
    title="A node has no rules for services",
    explain="""A service's address exists nowhere but in the rules of each node. A node whose kube-proxy does not run, or whose rules were wiped, sends
packets for services to its default gateway: every service is dead there, while the pods' own addresses work.

Compared with the objects where the snapshot has them, else with the other nodes.

Look: `iptables-save -t nat | grep -c KUBE-SERVICES`, `nft list table ip kube-proxy`, `ipvsadm -Ln`; kube-proxy's log.""",
    summary=(
        "no rule of {node} knows {ip}, the address of service {name}",
        "{node} has no rules for services, and {other} has",
    ),
    why="Packets for services leave by the default route, and are lost.",
    fix=(
        "start kube-proxy on {node}, and look in its log",
        "see who wiped the rules: a firewall that was reloaded?",
    ),
    sql=r"""
    WITH seen AS (
        -- Hosts whose rules were seen, and what of them speaks of services.
        SELECT n.ns, n.node, d.name AS node_name, EXISTS (SELECT 1 FROM rule_line l WHERE l.ns = n.ns AND l.tab = 'nat' AND l.said LIKE '%-A KUBE-SERVICES -d %')
               OR EXISTS (SELECT 1 FROM source s WHERE s.ns = n.ns AND regexp_matches(s.command, '(^|[ /])nft ') AND (
                   contains(s."text", '"name": "service-ips"') OR contains(s."text", 'map service-ips'))) AS filled,
               EXISTS (SELECT 1 FROM router r WHERE r.ns = n.ns) AS routes,
               EXISTS (SELECT 1 FROM link l WHERE l.ns = n.ns AND (l.name = 'kube-ipvs0' OR l.name LIKE 'cilium\_%' ESCAPE '\' OR l.name LIKE 'bpf%cali')) AS otherwise
        FROM netns n JOIN node d USING (node) WHERE n.kind = 'host'
          AND EXISTS (SELECT 1 FROM coverage c WHERE c.ns = n.ns AND c."table" = 'ruleset' AND c.complete <> 'no')
    ), without AS (SELECT * FROM seen WHERE routes AND NOT filled AND NOT otherwise)
    SELECT w.ns, min(s.cluster_ip) AS ip, arg_min(s.namespace || '/' || s.name, s.cluster_ip) AS name, arg_min(s.rowid, s.cluster_ip) AS row_service,
           NULL AS other, 'proven' AS confidence
    FROM without w JOIN service s ON s.cluster_ip IS NOT NULL AND s.cluster_ip <> 0 AND family_of(s.cluster_ip) = 4
    WHERE EXISTS (SELECT 1 FROM endpoint e WHERE e.namespace = s.namespace AND e.service = s.name) GROUP BY w.ns
    UNION ALL BY NAME
    SELECT w.ns, min(o.node_name) AS other, 'likely' AS confidence FROM without w JOIN seen o ON o.filled AND o.routes
    WHERE NOT EXISTS (SELECT 1 FROM service) GROUP BY w.ns
    """,
    over=("ruleset",),
)
