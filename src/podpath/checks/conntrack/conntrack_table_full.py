"""The table of tracked connections is full."""

from typing import Final

from podpath.checks.interface import Check
from podpath.state.finding import Severity

CHECK: Final = Check(
    name="conntrack-table-full",
    severity=Severity.ERROR,
    title="The table of tracked connections is full",
    explain="""The kernel keeps every connection that passes a host in one table, with a limit for each network namespace. When it is full, the
first packet of a new connection is dropped, whoever sends it: new connections time out by chance, old ones go on.

It fills by many short connections, by floods of UDP (each packet of a new port is an entry), and by entries that live long: closed
TCP connections stay for a minute, in kube-proxy's settings CLOSE_WAIT for an hour.

Look: `sysctl net.netfilter.nf_conntrack_count net.netfilter.nf_conntrack_max`; `conntrack -S` counts drop and early_drop.""",
    summary=("{count} of {most} connections are tracked on {node}{where}: {share} %",),
    why="A new connection finds no room, and its first packet is dropped.",
    fix=(
        "on {node}: sysctl -w net.netfilter.nf_conntrack_max={more}",
        "find who opens so many: conntrack -L",
    ),
    sql="""
    SELECT c.ns, c.value AS count, m.value AS most, (try_cast(c.value AS BIGINT) * 100 // try_cast(m.value AS BIGINT)) AS share,
           try_cast(m.value AS BIGINT) * 2 AS more, c.rowid AS row_sysctl, m.rowid AS row_sysctl_2,
           CASE WHEN try_cast(c.value AS BIGINT) * 100 >= try_cast(m.value AS BIGINT) * 95 THEN 'error' ELSE 'warning' END AS severity
    FROM sysctl c JOIN netns n ON n.ns = c.ns
    -- The limit is one for the machine, and is shown by its own namespace alone.
    JOIN netns h ON h.node = n.node AND h.kind = 'host' JOIN sysctl m ON m.ns = h.ns AND m.name = 'net.netfilter.nf_conntrack_max'
    WHERE c.name = 'net.netfilter.nf_conntrack_count' AND try_cast(m.value AS BIGINT) > 0
      AND try_cast(c.value AS BIGINT) * 100 >= try_cast(m.value AS BIGINT) * 80
    """,
)
