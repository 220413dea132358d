"""Late packets of translated connections may reset them."""

from typing import Final

from podpath.causes.cause import Cause, line
from podpath.state.finding import Confidence, Severity

CAUSE: Final = Cause(
    name="conntrack-invalid-rst",
    severity=Severity.INFO,
    confidence=Confidence.LIKELY,
    title="Late packets of translated connections may reset them",
    explain="""Connection tracking marks a packet outside the TCP window as INVALID and does not translate it back: it reaches the client with the pod's
own address. The client knows no such connection and replies with a reset, which ends the good one. Long transfers
through services end with "connection reset by peer".

kube-proxy drops INVALID packets in FORWARD; nf_conntrack_tcp_be_liberal=1 makes connection tracking accept them.

Check: `conntrack -S`: does invalid rise? `iptables -S FORWARD`, `iptables -S KUBE-FORWARD`: a rule that drops INVALID.""",
    summary=("{node} translates connections, has seen {count} invalid packets, and does not drop or accept them",),
    why="Invalid packets reach clients untranslated, and may end their connections.",
    fix=(
        line("sysctl -w net.netfilter.nf_conntrack_tcp_be_liberal=1"),
        line("iptables -I FORWARD -m conntrack --ctstate INVALID -j DROP", instead=True),
    ),
    no_lab="it shows only when a server sends a packet from outside its window, in a long transfer",
)
