"""An overlay device went down and up, and lost its routes and neighbours."""

from typing import Final

from podpath.causes.cause import Cause

CAUSE: Final = Cause(
    name="cni-state-lost-on-network-restart",
    title="An overlay device has lost its routes and neighbours",
    explain="""When a device goes down, the kernel drops its routes and its neighbour entries, even permanent ones; the forwarding
table and the addresses stay. When it comes up again, nothing restores the routes and neighbours: the CNI's agent wrote
them once, and does not check again. A device with forwarding entries for its peers but without routes and neighbours has
been down and up like that. Removing its last IPv4 address has the same effect, even if the address is added again.

It happens at `systemctl restart network`, when a cable or a VPN comes back, when NetworkManager takes over a device that
it should leave alone, or with `ip link set flannel.1 down`.

Check: `bridge fdb show dev flannel.1` (entries), `ip neigh show dev flannel.1` and `ip route show dev flannel.1` (none).""",
    summary=(
        "{dev} has forwarding entries for {peers} peer(s), but no routes and no neighbours: it went down and up again, or lost its address for a while",
    ),
    why="Packets for pods on other nodes take the default route and are lost.",
    fix=(
        "restart the CNI's agent on {node}: it writes routes and neighbours again",
        "to keep it: make the network service leave {dev} alone (NetworkManager: unmanaged-devices)",
    ),
)
