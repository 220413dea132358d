"""A node has no route to a peer's pod network."""

from typing import Final

from podpath.causes.cause import Cause, line
from podpath.language import tr
from podpath.state.finding import Words
from podpath.state.fix import Fix, otherwise

CAUSE: Final = Cause(
    name="peer-route-missing",
    title="No route to a peer's pod network",
    explain="""Packets for pods on another node need a route to that node's pod network. Without one they take the default
route and leave for the internet or the office network, where no router knows the address: the sender sees a timeout, not
an error. Only a node without a default route says `Network is unreachable`.

It happens when the CNI's device went down (its routes disappear with it), when a network service flushed routes of other programs,
or when the agent does not know the node. NetworkManager flushes routes of CNI devices unless it is configured to ignore them:
`nmcli device` must show cali*, flannel*, cni0 and veth* as unmanaged.

Check: `ip route get PODIP`, and check the device it names.""",
    summary=(
        "{node} has no route to {target} of {peer}, nor to {others} other pod network(s): {falls}",
        "{node} has no route to {target} of {peer}: {falls}",
    ),
    why="Packets for the peer's pods leave by the wrong device and are lost.",
    fix=(
        "restart the CNI's agent on {node}: it writes the route again",
        line("ip route replace {target} via {right} dev {overlay_dev} onlink", instead=True),
    ),
    symptom_of=("cni-state-lost-on-network-restart", "device-down", "overlay-device-missing"),
    leads_to=frozenset(("ip-forward-off", "per-interface-forwarding-off", "route-missing", "route-refuses", "routing-loop")),
)


def detour(node: str, address: str, home: str, there: str, then: str, route: Fix | None) -> Words:
    """Return the words for a packet that a default route sent away from the captured node which has its destination.

    Args:
        node: node without the route.
        address: the destination.
        home: where that is, in words.
        there: where the default route leads.
        then: what happens to the packet there.
        route: the command that makes the route, or None if nothing shows it how it should be.
    """
    again = tr("restart the CNI's agent on {node}: it writes its routes again", node=node)
    return CAUSE.words(
        tr(
            "{node} has no route to {address}, which is {home}: its default route sends it to {there}",
            node=node,
            address=address,
            home=home,
            there=there,
        ),
        tr("There it is lost: {then}.", then=then),
        *((route, otherwise(again)) if route is not None else (again,)),
    )
