"""A route to a peer's pod network names the wrong next hop."""

from typing import Final

from podpath.causes.cause import Cause, line
from podpath.language import tr
from podpath.state.finding import Words
from podpath.state.fix import do, otherwise

CAUSE: Final = Cause(
    name="route-wrong-next-hop",
    title="A route to a peer's pod network goes to another node",
    explain="""The next hop of a route into the overlay decides which node gets the packet. Here the network belongs to one
node, but the route names another, or an address that no node has. The wrong node sends the packet back or drops it.

It happens when two nodes swapped their pod networks (a re-join) and one peer still has the old routes, or when somebody changed the route by hand.

Check: `ip route show dev flannel.1` here, `ip address show dev flannel.1` on the peer.""",
    summary=(
        "{node} sends {target} of {peer} to {via}, which belongs to {owner}, not to {peer}",
        "{node} sends {target} of {peer} to {via}, which no captured node has",
    ),
    why="Packets for the peer's pods go to another node, or nowhere.",
    fix=(
        line("ip route replace {dst} via {right} dev {overlay_dev} onlink"),
        otherwise("restart the CNI's agent on {node}"),
    ),
    leads_to=frozenset(
        ("forward-policy-drop", "host-firewall-rejects-pods", "ip-forward-off", "netfilter-drop", "route-missing", "routing-loop")
    ),
)


def masqueraded(node: str, net: str, via: str, there: str, owner: str, then: str, right: str, dev: str) -> Words:
    """Return the words for a next hop that forwards, but hides where packets come from; arguments as of :func:`another_node`."""
    return CAUSE.words(
        tr(
            "{node} sends {net} to {via}, which belongs to {there}; {owner}",
            node=node,
            net=net,
            via=via,
            there=there,
            owner=owner,
        ),
        tr("{there} masquerades what it forwards: {then}.", there=there, then=then),
        do("ip", "route", "replace", net, "via", right, "dev", dev),
    )


def another_node(
    node: str, net: str, via: str, there: str, owner: str, then: str, right: str, dev: str, *, onlink: bool
) -> Words:
    """Return the words for a next hop that is not the node with the address.

    Args:
        node: node with the route.
        net: the route's network.
        via: its next hop.
        there: node with the next hop.
        owner: what node the address is on, in words.
        then: what happens to the packet there.
        right: the next hop that leads to the address.
        dev: device of the route.
        onlink: the next hop is in no network of that device, as in an overlay.
    """
    return CAUSE.words(
        tr(
            "{node} sends {net} to {via}, which belongs to {there}; {owner}",
            node=node,
            net=net,
            via=via,
            there=there,
            owner=owner,
        ),
        tr("{there} does not forward it: {then}.", there=there, then=then),
        do("ip", "route", "replace", net, "via", right, "dev", dev, *(("onlink",) if onlink else ())),
    )
