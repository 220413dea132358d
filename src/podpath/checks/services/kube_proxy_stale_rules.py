"""Rules of a node lead from a service to an address that no pod has."""

from typing import Final

from podpath.checks.interface import Check
from podpath.state.finding import Severity

CHECK: Final = Check(
    name="kube-proxy-stale-rules",
    severity=Severity.ERROR,
    title="Rules of a node lead from a service to an address that no pod has",
    explain="""kube-proxy writes the endpoints of services into the rules of every node. Where it has stopped doing so, or its rules cannot be
loaded, the rules of that node lead to pods that are gone: a share of connections from there fails, those from other nodes do not.

Compared with the endpoints of the objects where the snapshot has them, else with the addresses of all namespaces of the node
that the target is on.

Look: `iptables-save -t nat | grep KUBE-SEP`, `nft list table ip kube-proxy`; `kubectl get endpointslices -A`; kube-proxy's log.""",
    summary=(
        "rules of {node} lead to {ip} port {port}, which no pod has",
        "rules of {node} lead to {ip}, which no pod has",
    ),
    why="Connections that chance leads there are lost.",
    fix=("restart kube-proxy on {node}, and look in its log why it could not write the rules",),
    sql="""
    SELECT d.ns, d.source AS at_source, d.line AS at_line, d.ip, d.port FROM dead_target d
    WHERE NOT regexp_matches(coalesce(d.said, ''), '-A (CNI-|DOCKER|NETAVARK|nv_)')
    """,
    over=("dead_target",),
)
