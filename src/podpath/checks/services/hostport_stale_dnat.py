"""A published port leads to a container that is gone."""

from typing import Final

from podpath.checks.interface import Check
from podpath.state.finding import Severity

CHECK: Final = Check(
    name="hostport-stale-dnat",
    severity=Severity.ERROR,
    title="A published port leads to a container that is gone",
    explain="""A port that is published on a host is a rule that leads to the container's address. When a container dies without being cleaned up
behind, its rule stays, and stands before the rule of the container that came after it: the port leads to nobody, although the
new container is healthy and its own rule is there.

It happens when a node or its runtime crashes, and with old versions of the portmap plugin and of podman.

Look: `iptables -t nat -S`: two rules with --to-destination for one port.""",
    summary=(
        "a rule of {node} leads a published port to {ip} port {port}, which no container has",
        "a rule of {node} leads a published port to {ip}, which no container has",
    ),
    why="Connections to that port are lost.",
    fix=(
        "on {node}: {tool} -t nat -D {rule}",
        "restart the container, or the program that publishes it",
    ),
    sql=r"""
    SELECT d.ns, d.source AS at_source, d.line AS at_line, d.ip, d.port, CASE WHEN is_v4(d.ip) THEN 'iptables' ELSE 'ip6tables' END AS tool,
           -- A rule with a comment that a shell would read as its own words is not printed as a command.
           CASE WHEN regexp_full_match(d.said, '([\w@%+=:,./! \[\]-]|"[\w@%+=:,./ -]*")+') THEN regexp_replace(d.said, '^(\[\d+:\d+\] )?-A ', '') END AS rule
    FROM dead_target d
    WHERE regexp_matches(coalesce(d.said, ''), '-A (CNI-|DOCKER|NETAVARK|nv_)')
    """,
    over=("dead_target",),
)
