"""A node drops what comes for a service, because none of its own pods serves it."""

from typing import Final

from podpath.checks.interface import Check
from podpath.state.finding import Severity

CHECK: Final = Check(
    name="etp-local-no-endpoint",
    severity=Severity.WARNING,
    title="A node drops what comes for a service, because none of its own pods serves it",
    explain="""With externalTrafficPolicy: Local (or internalTrafficPolicy: Local) a node leads packets only to pods of its own, so that they see the
client's address. A node without such a pod drops them. A load balancer that asks healthCheckNodePort sends nothing there; one
that does not, or a client that was given that node's address, gets no answer: "some nodes time out".

Look: `iptables-save -c | grep "has no local endpoints"`: does its counter rise?""",
    summary=("{node} has dropped {count} packets for {name}: it has no endpoint of its own",),
    why="Whoever asks the service by this node gets no answer.",
    fix=(
        "let the load balancer ask healthCheckNodePort, or send to nodes with a pod of it only",
        "or set externalTrafficPolicy: Cluster; where the rule is in KUBE-SERVICES, internalTrafficPolicy: Cluster",
    ),
    sql=r"""
    SELECT l.ns, l.source AS at_source, l.line AS at_line, regexp_extract(l.said, '"([^" ]+) has no local endpoints"', 1) AS name,
           regexp_extract(l.said, '^\[(\d+):', 1)::BIGINT AS count
    FROM rule_line l WHERE l.said LIKE '%has no local endpoints%' AND l.said LIKE '%-j DROP%' AND regexp_matches(l.said, '^\[[1-9]')
    """,
    over=("rule_line",),
)
