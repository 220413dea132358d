"""Calico has not written rules for a pod."""

from typing import Final

from podpath.checks.interface import Check
from podpath.state.finding import Severity

CHECK: Final = Check(
    name="felix-endpoint-not-programmed",
    severity=Severity.ERROR,
    title="Calico has not written rules for a pod",
    explain="""Calico's agent (Felix) writes for each pod's interface a rule that leads to the pod's own chains. What comes by an interface that has
none is dropped as "Unknown interface". A pod that has just begun waits for seconds; one that waits for ever has an agent that is
overloaded, has lost its datastore, or looks for interfaces with another prefix.

Look: `iptables-save | grep wl-dispatch`: is there a rule with the pod's interface? calico-node's log.""",
    summary=("{dev} of {node} is in no rule of cali-from-wl-dispatch, which drops what it does not know",),
    why="The pod behind it reaches nobody, and nobody reaches it.",
    fix=(
        "restart calico-node on {node}, and look in its log",
        "compare FELIX_INTERFACEPREFIX with the names of the interfaces",
    ),
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
