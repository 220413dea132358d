"""New connections stall: several want the same source port at once."""

from typing import Final

from podpath.checks.interface import Check
from podpath.state.finding import Confidence, Severity

CHECK: Final = Check(
    name="snat-port-race",
    severity=Severity.WARNING,
    confidence=Confidence.LIKELY,
    title="New connections stall: several want the same source port at once",
    explain="""Where many pods leave by one address, MASQUERADE gives each connection a source port. Two packets may choose the same port at
the same moment; the second loses and is dropped, and its sender tries again after 1 and 3 seconds.

The option --random-fully spreads the choice; flannel, Calico and kube-proxy use it where the tool knows it (iptables 1.6.2).

Look: `conntrack -S`: does insert_failed rise? `iptables -t nat -S POSTROUTING`: a MASQUERADE without --random-fully.""",
    summary=("{node} has dropped {count} first packets, and masquerades without --random-fully",),
    why="Some new connections begin 1 or 3 seconds late.",
    fix=("add --random-fully to the rule, or update the program that writes it",),
    sql="""
    SELECT c.ns, c.value AS count, c.rowid AS row_counter, l.source AS at_source, l.line AS at_line FROM counter c
    JOIN (SELECT ns, arg_min(source, line) AS source, min(line) AS line FROM rule_line
          WHERE tab = 'nat' AND regexp_matches(said, '-j MASQUERADE|-j SNAT') AND said NOT LIKE '%--random-fully%'
          GROUP BY ns) l ON l.ns = c.ns
    WHERE c.name = 'ConntrackInsertFailed' AND c.value >= 100
    """,
    over=(
        "rule_line",
        "counter",
    ),
)
