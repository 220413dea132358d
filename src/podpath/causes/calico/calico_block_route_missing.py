"""A node has no route to an address block of a Calico peer."""

from typing import Final

from podpath.causes.cause import Cause, line

CAUSE: Final = Cause(
    name="calico-block-route-missing",
    title="No route to a peer's address block",
    explain="""Calico gives each node blocks of addresses, and every other node needs a route to each block, learned by BGP
(proto bird) or written by Felix. Where it is missing, packets for the block's pods take the default route and are lost.

It happens when the BGP session is down (TCP 179 blocked, wrong node address, AS number), or when Felix is stuck.

Check: `ip route show proto bird`, `calicoctl node status`, `ss -tn '( sport = :179 or dport = :179 )'`.""",
    summary=(
        "{node} has no route to block {target} of {peer}, nor to {others} other block(s): {falls}",
        "{node} has no route to block {target} of {peer}: {falls}",
    ),
    why="Packets for the peer's pods leave by the wrong device and are lost.",
    fix=(
        line("calicoctl node status", note="is the session to {peer} Established? TCP 179 open?"),
        "restart calico-node on {node}",
    ),
    symptom_of=("cni-state-lost-on-network-restart", "device-down", "overlay-device-missing"),
)
