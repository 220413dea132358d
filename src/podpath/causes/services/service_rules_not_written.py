"""kube-proxy could not write its rules."""

from typing import Final

from podpath.causes.cause import Cause, line
from podpath.state.finding import Confidence, Severity

CAUSE: Final = Cause(
    name="service-rules-not-written",
    severity=Severity.WARNING,
    confidence=Confidence.LIKELY,
    title="kube-proxy could not write its rules",
    explain="""kube-proxy writes all of its rules in one step (iptables-restore, nft -f). If the kernel or the tool refuses one of them, none is
written: the node keeps the rules that it had, so that new services have none and old ones lead to pods that are gone. kube-proxy logs the
error and tries again, every 30 seconds at first.

It happens when a kernel module is missing (comment, conntrack, statistic), when the iptables in the image is older than what wrote the rules on
the host, when another program holds the lock of iptables (/run/xtables.lock), or when a table is too large for the kernel's memory.

Check: `kubectl -n kube-system logs kube-proxy-…` for the line that iptables-restore complains of; `iptables-save | grep -c KUBE-SVC` on the node.""",
    summary=("kube-proxy has logged {often} that it could not write its rules",),
    why="Its node keeps the service rules that were written last, or has none.",
    fix=(
        "read what iptables-restore or nft says in the same line of the log",
        line("iptables-save -t nat", words="then see which services have rules on the node of that kube-proxy:"),
    ),
    no_lab="only kube-proxy's log shows it; what follows, missing or stale rules, has faults of its own",
)
