"""Name resolution is slow at times: two queries of one socket race in conntrack."""

from typing import Final

from podpath.checks.interface import Check

CHECK: Final = Check(
    sql=r"""
    SELECT c.ns, c.value AS count, c.rowid AS row_counter, l.source AS at_source, l.line AS at_line FROM counter c
    JOIN (SELECT ns, arg_min(source, line) AS source, min(line) AS line FROM rule_line
          WHERE tab = 'nat' AND regexp_matches(said, '-p udp .*--to-destination \S+:53$') GROUP BY ns) l ON l.ns = c.ns
    WHERE c.name = 'ConntrackInsertFailed' AND c.value >= 100
    """,
    over=(
        "rule_line",
        "counter",
    ),
)
