"""Calico has not written rules for a pod."""

from typing import Final

from podpath.checks.interface import Check

CHECK: Final = Check(
    sql=r"""
    WITH dispatch AS (
        SELECT ns, min(source) AS at_source, min(line) FILTER (said LIKE '%-j DROP%') AS at_line, string_agg(said, chr(10)) AS said
        FROM rule_line WHERE regexp_matches(said, '-A cali-from-wl-dispatch') GROUP BY ns
    )
    SELECT d.ns, d.name AS dev, d.link_row AS row_link, w.at_source, w.at_line FROM device d JOIN dispatch w ON w.ns = d.ns
    WHERE d.role = 'port' AND d.name LIKE 'cali%' AND w.at_line IS NOT NULL AND coalesce(d.up, true)
      -- A rule names it, or leads on by the first letters of it.
      AND NOT regexp_matches(w.said, '-i ' || d.name || '( |$)')
      AND NOT EXISTS (SELECT 1 FROM (SELECT unnest(regexp_extract_all(w.said, '-i (cali[0-9a-z]*)\+ -[gj] cali-from-wl-dispatch-', 1)) AS head)
                      WHERE starts_with(d.name, head) AND regexp_matches(w.said, '-i ' || d.name || '( |$)'))
    """,
    over=("rule_line",),
)
