"""A redirect sends packets to a router that does not forward them."""

from typing import Final

from podpath.causes.cause import Cause, sentence
from podpath.language import tr
from podpath.state.address import V6
from podpath.state.finding import Words
from podpath.state.fix import do

CAUSE: Final = Cause(
    name="redirect-stale",
    title="A redirect sends packets to a router that does not forward them",
    explain="""A router that sends a packet back out of the device that it arrived on may send the sender an ICMP redirect to a nearer router
(RFC 792, RFC 4861).
The sender stores it for this one destination, where it overrides the routing table. If that router disappears or loses its route, packets are lost
although the table is right. `ip route show cache` shows the stored redirects, `ip route get ADDRESS` the route in use.""",
    leads_to=frozenset(
        (
            "device-down",
            "ip-forward-off",
            "neighbour-missing",
            "neighbour-wrong-mac",
            "no-carrier",
            "per-interface-forwarding-off",
            "route-missing",
            "route-refuses",
            "route-wrong-device",
            "route-wrong-next-hop",
            "routing-loop",
        )
    ),
)


def led_astray(sender: str, address: str, via: str, then: str, family: int) -> Words:
    """Return the words for a learned redirect that leads to a host which loses the packet (RFC 1122, section 3.2.2.2)."""
    six = ("-6",) if family == V6 else ()
    return CAUSE.words(
        tr(
            "because of a redirect, {sender} sends packets for {address} to {via}, which loses them",
            sender=sender,
            address=address,
            via=via,
        ),
        tr("{then} The redirect overrides the routing table until it expires.", then=sentence(then)),
        do("ip", *six, "route", "flush", "cache"),
    )
