"""A neighbour entry still has the MAC of whoever had the address before."""

from typing import Final

from podpath.causes.cause import Cause, line

CAUSE: Final = Cause(
    name="stale-arp-for-recycled-ip",
    title="A neighbour entry has another MAC than the device with the address",
    explain="""On one bridge, a packet goes to the MAC that the neighbour table has for the address. When a new container gets the address
of an old one, or the bridge changes its MAC (a bridge without its own MAC takes that of a port), entries may still
have the old MAC: no device takes the frames. The kernel verifies a learned entry again after seconds to minutes; a permanent
one never.

A pod with a wrong MAC for its gateway cannot reach addresses outside its bridge, while services may still work, because
the host's rules rewrite the MAC along with the address.

Check: `ip neigh show` on the host and in the container, `ip link show` of the device that has the address.""",
    summary=("the neighbour entry of {ip} on {dev}{where} has {wrong}, but {owner} has {right}",),
    why="Frames for {ip} go to its old MAC, and are dropped.",
    fix=(
        line("ip neigh del {ip} dev {dev}"),
        line("ip neigh replace {ip} lladdr {right} dev {dev} nud reachable", instead=True),
    ),
)
