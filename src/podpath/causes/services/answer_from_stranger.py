"""The reply has an unexpected source."""

from typing import Final

from podpath.causes.cause import Cause
from podpath.language import tr
from podpath.state.finding import Words

CAUSE: Final = Cause(
    name="answer-from-stranger",
    title="The reply has an unexpected source",
    explain="""NAT translated an address of the packet, and the reply took a path on which it was not translated back: it comes from another
address than the client contacted, or goes to a host that sent no request. No socket matches it. Typical: a Service's pod on the
same bridge as its client, with bridge-nf-call-iptables off, or two gateways. A UDP program that listens on all addresses replies
from the source address of its route, unless it sets the source itself (IP_PKTINFO).

    sysctl net.bridge.bridge-nf-call-iptables
    conntrack -L -d ADDRESS""",
)


def unexpected(said: str, why: str) -> Words:
    """Return the words for an answer from another address than was asked."""
    return CAUSE.words(
        said,
        why,
        "find the rule or route that makes the reply leave with another source than the address that the client contacted",
    )


def of_socket(said: str, address: str, asked: str, port: int | None, *, proxy: bool) -> Words:
    """Return the words for a UDP socket of all addresses, whose answer comes from the one that its route prefers.

    Args:
        said: what the asker gets.
        address: the preferred one.
        asked: the one that was asked.
        port: the socket's.
        proxy: docker-proxy holds it.
    """
    listen = tr("make the program on UDP port {port} listen on {asked} itself", port=port, asked=asked)
    return CAUSE.words(
        said,
        tr(
            "A UDP socket that listens on all addresses replies from the source address of the route back, {address}.",
            address=address,
        ),
        tr("use {address} instead, or the container's own address", address=address) if proxy else listen,
    )
