"""kube-proxy could not write its rules."""

from typing import Final

from podpath.checks.interface import Check

CHECK: Final = Check(
    over=("agent_message",),
    sql="""
    SELECT ns, min(rowid) AS row_agent_message, CASE sum(times) WHEN 1 THEN 'once' ELSE sum(times) || ' times' END AS often
    FROM agent_message WHERE problem = 'rules-not-written' GROUP BY ns
    """,
)
