"""One rule occurs many times: a tool did not find it again."""

from typing import Final

from podpath.checks.interface import Check

CHECK: Final = Check(
    sql=r"""
    WITH plain AS (
        SELECT ns, source, line, regexp_replace(said, '^\[\d+:\d+\] ', '') AS rule FROM rule_line WHERE said LIKE '%-A KUBE-FIREWALL%'
    )
    SELECT ns, min(source) AS at_source, min(line) AS at_line, count(*) AS count, regexp_extract(rule, '-A (\S+)', 1) AS chain
    FROM plain GROUP BY ns, source, rule HAVING count(*) >= 3
    """,
    over=("rule_line",),
)
