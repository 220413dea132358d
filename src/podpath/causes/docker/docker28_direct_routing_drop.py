"""Docker drops packets for a container's address from outside."""

from typing import Final

from podpath.causes.cause import Cause

CAUSE: Final = Cause(
    name="docker28-direct-routing-drop",
    title="Docker drops packets for a container's address from outside",
    explain="""Since release 28, Docker drops packets for a container's own address that arrive on another device than its bridge, in PREROUTING
of the table raw. Hosts that reached containers through a route (flannel, WireGuard, Tailscale, a static route) no
longer do, and no counter of FORWARD or DOCKER-USER moves.

Publish the port, or let Docker route for that network (gateway_mode_ipv4=routed, or trusted_host_interfaces).

Check: `iptables -t raw -S PREROUTING`.""",
)
