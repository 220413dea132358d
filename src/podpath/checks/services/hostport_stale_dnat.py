"""A published port leads to a container that is gone."""

from typing import Final

from podpath.checks.interface import Check

CHECK: Final = Check(
    sql=r"""
    SELECT d.ns, d.source AS at_source, d.line AS at_line, d.ip, d.port, CASE WHEN is_v4(d.ip) THEN 'iptables' ELSE 'ip6tables' END AS tool,
           -- A rule with a comment that a shell would read as its own words is not printed as a command.
           CASE WHEN regexp_full_match(d.said, '([\w@%+=:,./! \[\]-]|"[\w@%+=:,./ -]*")+') THEN regexp_replace(d.said, '^(\[\d+:\d+\] )?-A ', '') END AS rule
    FROM dead_target d
    WHERE regexp_matches(coalesce(d.said, ''), '-A (CNI-|DOCKER|NETAVARK|nv_)')
    """,
    over=("dead_target",),
)
