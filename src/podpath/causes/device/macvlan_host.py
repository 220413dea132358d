"""A macvlan and its lower device cannot reach each other."""

from typing import Final

from podpath.causes.cause import Cause
from podpath.language import tr
from podpath.state.finding import Words
from podpath.state.fix import do

CAUSE: Final = Cause(
    name="macvlan-host",
    title="A macvlan and its lower device cannot reach each other",
    explain="""A macvlan (or ipvlan) shares a network card with its host. Its frames go to other macvlans on the same card and to the
network, never to the host itself. So the host and its own containers cannot reach each other, while both reach all other hosts.

    ip -d link show type macvlan
    ip link add to-macvlans link eth0 type macvlan mode bridge
    ip link set to-macvlans up
    ip route add 192.0.2.9 dev to-macvlans

With its own macvlan, and a route through it, the host reaches them. These commands last until the next boot; a bridge network
needs none of them.""",
)


def apart(upper: str, lower: str, kind: str, dev: str, route: tuple[str, ...]) -> Words:
    """Return the words for a device and what stands on it (macvlan_queue_xmit, ipvlan_queue_xmit).

    Args:
        upper: the macvlan or ipvlan, with its place.
        lower: the device below it, with its place.
        kind: macvlan, macvtap or ipvlan.
        dev: the device below it.
        route: words of `ip route add` for the address of the upper one; empty where no macvlan of the host would help.
    """
    until = (
        do("ip", "link", "add", "to-macvlans", "link", dev, "type", "macvlan", "mode", "bridge", words=tr("until then,")),
        do("ip", "link", "set", "to-macvlans", "up", words=tr("until then,")),
        do("ip", *route, "dev", "to-macvlans", words=tr("until then,")),
    )
    return CAUSE.words(
        tr("{upper} is a {kind} on {lower}, and neither can reach the other", upper=upper, kind=kind, lower=lower),
        tr("The kernel passes its frames to other devices on {dev} and to the network, not to {dev} itself.", dev=dev),
        tr("put the container on a bridge, or create a {kind} for the host on {dev}", kind=kind, dev=dev),
        *(until if route else ()),
    )
