"""A node that routes for containers has forwarding switched off."""

from typing import Final

from podpath.causes.cause import Cause, line
from podpath.language import tr
from podpath.state.finding import Words
from podpath.state.fix import do

CAUSE: Final = Cause(
    name="ip-forward-off",
    title="A node that routes for containers does not forward",
    explain="""The host forwards a container's packet that leaves its bridge, as a router does. If net.ipv4.ip_forward is 0, the
kernel drops every packet that is not for the host itself, and counts it in IpInAddrErrors. Containers on one
bridge still reach each other, and the host reaches its containers: so the fault seems to be on the other node.

Docker and the CNIs enable forwarding when they start. It is disabled again when something applies the sysctl files
later: `sysctl --system`, a hardening script, a restart of the network service, a file in /etc/sysctl.d that sets 0.

IPv6 has its own setting, net.ipv6.conf.all.forwarding, which must be 1 if containers have IPv6 addresses.

Check: `sysctl net.ipv4.ip_forward`, `nstat -az IpInAddrErrors`, `grep -r forward /etc/sysctl.conf /etc/sysctl.d`.""",
    summary=("{setting} is 0{where}, but {dev} {reason}",),
    why="Every packet between containers and anything outside their own bridge is dropped here.",
    fix=(
        line("sysctl -w {setting}=1"),
        "to keep it: write {setting} = 1 into a file in /etc/sysctl.d that is read last, and find the one that sets 0",
    ),
)


def drops(setting: str, dev: str, address: str) -> Words:
    """Return the words for a host that sends nothing on (ip_rcv_finish)."""
    return CAUSE.words(
        tr("this host does not forward packets ({setting} = 0)", setting=setting),
        tr("The kernel silently drops packets for {address} that arrive on {dev}.", address=address, dev=dev),
        do("sysctl", "-w", f"{setting}=1"),
    )
