"""Late packets of translated connections may reset them."""

from typing import Final

from podpath.checks.interface import Check
from podpath.state.finding import Confidence, Severity

CHECK: Final = Check(
    name="conntrack-invalid-rst",
    severity=Severity.INFO,
    confidence=Confidence.LIKELY,
    title="Late packets of translated connections may reset them",
    explain="""A packet out of TCP's window is INVALID to connection tracking: it is not translated back, and goes on to the client with the pod's own
address. The client knows no such connection and answers with a reset, which ends the good one. Long transfers
through services end in "connection reset by peer".

kube-proxy drops what is INVALID in FORWARD; nf_conntrack_tcp_be_liberal=1 lets tracking accept it.

Look: `conntrack -S`: does invalid rise? `iptables -S FORWARD`, `iptables -S KUBE-FORWARD`: a rule that drops INVALID.""",
    summary=("{node} translates connections, has seen {count} invalid packets, and neither drops nor accepts them",),
    why="Such packets reach clients untranslated, and may end their connections.",
    fix=(
        "on {node}: sysctl -w net.netfilter.nf_conntrack_tcp_be_liberal=1",
        "or on {node}: iptables -I FORWARD -m conntrack --ctstate INVALID -j DROP",
    ),
    sql="""
    SELECT c.ns, c.value AS count, c.rowid AS row_counter, s.rowid AS row_sysctl FROM counter c
    JOIN sysctl s ON s.ns = c.ns AND s.name = 'net.netfilter.nf_conntrack_tcp_be_liberal' AND s.value = '0'
    WHERE c.name = 'ConntrackInvalid' AND c.value >= 1000 AND EXISTS (SELECT 1 FROM dnat d WHERE d.ns = c.ns)
      AND NOT EXISTS (SELECT 1 FROM rule_line l WHERE l.ns = c.ns AND l.said LIKE '%INVALID%' AND l.said LIKE '%DROP%')
      AND NOT EXISTS (SELECT 1 FROM source x WHERE x.ns = c.ns AND x."text" LIKE '%"invalid"%' AND x."text" LIKE '%"drop"%')
    """,
    over=(
        "dnat",
        "counter",
    ),
)
