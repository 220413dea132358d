"""New connections stall: several choose the same source port at once."""

from typing import Final

from podpath.causes.cause import Cause
from podpath.state.finding import Confidence, Severity

CAUSE: Final = Cause(
    name="snat-port-race",
    severity=Severity.WARNING,
    confidence=Confidence.LIKELY,
    title="New connections stall: several choose the same source port at once",
    explain="""If many pods share one source address, MASQUERADE gives each connection a source port. Two packets may choose the same port
at the same moment; the kernel drops the second, and its sender retries after 1 and 3 seconds.

The option --random-fully spreads the choice; flannel, Calico and kube-proxy use it if the tool supports it (iptables 1.6.2).

Check: `conntrack -S`: does insert_failed rise? `iptables -t nat -S POSTROUTING`: a MASQUERADE without --random-fully.""",
    summary=("{node} has dropped the first packets of {count} connections, and masquerades without --random-fully",),
    why="Some new connections start 1 or 3 seconds late.",
    fix=("add --random-fully to the rule, or update the program that writes it",),
    no_lab="a race: it comes by chance, and not when asked for; snat-port-exhaustion moves the same counters",
)
