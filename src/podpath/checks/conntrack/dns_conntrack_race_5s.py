"""Names are slow at times: two questions of one socket race in conntrack."""

from typing import Final

from podpath.checks.interface import Check
from podpath.state.finding import Confidence, Severity

CHECK: Final = Check(
    name="dns-conntrack-race-5s",
    severity=Severity.WARNING,
    confidence=Confidence.LIKELY,
    title="Names are slow at times: two questions of one socket race in conntrack",
    explain="""A resolver asks for A and AAAA at once, from one socket. Where the name server's address is a service's, both packets are translated, and
each wants to enter the same connection into the table: the kernel drops the loser. The resolver asks again after 5 seconds.

The counter insert_failed counts the losers; newer kernels settle most such cases themselves, and then it does not rise.

Look: `conntrack -S` twice, some seconds apart: does insert_failed rise when names are slow? `cat /etc/resolv.conf` in a pod.""",
    summary=("{node} has dropped {count} packets that wanted a connection which another packet had just entered",),
    why="DNS questions that are lost this way are repeated after 5 seconds.",
    fix=(
        "run a DNS cache on each node (NodeLocal DNSCache)",
        "or in the pods' resolv.conf: options single-request-reopen, or use-vc",
    ),
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
