"""Rules of a node send a service's packets to an address that no pod has."""

from typing import Final

from podpath.checks.interface import Check

CHECK: Final = Check(
    sql="""
    SELECT d.ns, d.source AS at_source, d.line AS at_line, d.ip, d.port FROM dead_target d
    WHERE NOT regexp_matches(coalesce(d.said, ''), '-A (CNI-|DOCKER|NETAVARK|nv_)')
    """,
    over=("dead_target",),
)
