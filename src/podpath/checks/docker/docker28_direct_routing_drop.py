"""Docker drops what comes for a container's address from outside."""

from typing import Final

from podpath.checks.interface import Check
from podpath.state.finding import Severity

CHECK: Final = Check(
    name="docker28-direct-routing-drop",
    severity=Severity.ERROR,
    title="Docker drops what comes for a container's address from outside",
    explain="""From release 28 on Docker drops, in PREROUTING of the table raw, packets for a container's own address that come in by another
device than its bridge. Who reached containers by a route (flannel, WireGuard, Tailscale, a static route) reaches them
no more, and no counter of FORWARD or DOCKER-USER moves.

Publish the port, or let Docker route for that network (gateway_mode_ipv4=routed, or trusted_host_interfaces).

Look: `iptables -t raw -S PREROUTING`.""",
    asked=True,
)
