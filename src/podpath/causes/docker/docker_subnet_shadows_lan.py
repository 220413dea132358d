"""A container network takes addresses that belong to the LAN, a VPN or another bridge."""

from typing import Final

from podpath.causes.cause import Cause, line

CAUSE: Final = Cause(
    name="docker-subnet-shadows-lan",
    title="A container network has addresses of another network that the host reaches",
    explain="""The subnet of a container bridge is a route: packets for all of its addresses go to the bridge. If the same
addresses are in use elsewhere (in the office, behind a VPN, on another bridge), the more specific route wins, and this
host and its containers cannot reach the others.

It happens after `docker compose up` has created a new network: Docker takes the next free one from 172.17.0.0/16 upwards, and later
from 192.168.0.0/16, and cannot know which networks the company or the VPN uses.

Check: `ip route show`; `ip route get ADDRESS` must not name docker0 or br-… for a machine that is not a container.""",
    summary=("{dev} has {first}/{len}, which overlaps {net}/{net_len} of {other}",),
    why="Hosts with an address in both networks cannot be reached: the packets go to {winner}.",
    fix=(
        line("ip route delete {net}/{net_len} via {via} dev {other}", words="if nothing needs that route,"),
        '{give} Docker other networks: "bip" and "default-address-pools" in daemon.json, then recreate the network',
    ),
)
