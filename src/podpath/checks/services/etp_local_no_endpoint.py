"""A node drops packets for a service because none of its own pods is an endpoint."""

from typing import Final

from podpath.checks.interface import Check

CHECK: Final = Check(
    sql=r"""
    SELECT l.ns, l.source AS at_source, l.line AS at_line, regexp_extract(l.said, '"([^" ]+) has no local endpoints"', 1) AS name,
           regexp_extract(l.said, '^\[(\d+):', 1)::BIGINT AS count
    FROM rule_line l WHERE l.said LIKE '%has no local endpoints%' AND l.said LIKE '%-j DROP%' AND regexp_matches(l.said, '^\[[1-9]')
    """,
    over=("rule_line",),
)
