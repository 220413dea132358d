"""Docker isolates two of its networks from each other."""

from typing import Final

from podpath.checks.interface import Check

CHECK: Final = Check(
    sql=r"""
    -- Each network has a rule with a counter; the largest counter is shown.
    SELECT ns, arg_max(source, count) AS at_source, arg_max(line, count) AS at_line, sum(count)::BIGINT AS count, chain FROM (
        SELECT *, regexp_extract(said, '^\[(\d+):', 1)::BIGINT AS count, regexp_extract(said, '-A (\S+)', 1) AS chain
        FROM rule_line WHERE regexp_matches(said, '^\[[1-9]\d*:\d+\] -A DOCKER-(ISOLATION-STAGE-2|INTERNAL) .*-j DROP'))
    GROUP BY ns, chain
    """,
    over=("rule_line",),
)
