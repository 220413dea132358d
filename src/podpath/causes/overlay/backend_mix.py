"""Some peers are reached through the overlay, and others, as near, past it."""

from typing import Final

from podpath.causes.cause import Cause, line, sentence
from podpath.language import tr
from podpath.state.finding import Severity, Words

CAUSE: Final = Cause(
    name="backend-mix",
    severity=Severity.WARNING,
    title="Peers on one network are reached over two different paths",
    explain="""A node reaches the pods of its peers either through the overlay or directly, through the peer's own address. Both at once are
right only if some peers are on the node's own network and others behind a router (flannel's DirectRouting, Calico's CrossSubnet).
Here two peers are on the same network and reached differently, or the return path differs from the forward path.

Firewalls and reverse-path filters see one half of such traffic and drop it; routes of an old backend stay
until somebody removes them.

It happens when the backend was changed and not every node has switched, or when an agent could not clean up.

Check: `ip route show` on each node: `via` a peer's node address, or `dev flannel.1`.""",
    summary=(
        "{node} reaches {direct} directly ({dst}/{len} via {via}), but {tunnelled}, on the same network, through {overlay_dev}",
        "{node} reaches {direct} directly ({dst}/{len} via {via}), but {direct} answers through {overlay_dev}",
    ),
    why="The return path differs from the forward path: firewalls and reverse-path filters drop half of the traffic.",
    fix=(
        "give every node the same backend (flannel: net-conf.json; Calico: the pool's encapsulation), then restart the agents",
        line("ip route del {dst}/{len} via {via}", note="if it is left over from the old backend"),
    ),
    leads_to=frozenset(("overlay-device-missing",)),
)


def past_overlay(node: str, net: str, via: str, peer: str, then: str) -> Words:
    """Return the words for a node without the overlay's device that reaches its peer past the overlay."""
    return CAUSE.words(
        tr(
            "{node} has no VXLAN device and reaches {net} via {via}, while {peer} reaches it through a tunnel",
            node=node,
            net=net,
            via=via,
            peer=peer,
        ),
        sentence(then),
        tr("give every node the same backend (flannel: net-conf.json; Calico: the pool's encapsulation), then restart its agent"),
    )
