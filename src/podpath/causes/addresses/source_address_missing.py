"""There is no address to send from."""

from typing import Final

from podpath.causes.cause import Cause
from podpath.language import tr
from podpath.state.finding import Words
from podpath.state.fix import do

CAUSE: Final = Cause(
    name="source-address-missing",
    title="There is no address to send from",
    explain="""The device has no address, or only a link-local, tentative or duplicate one. A reply would be impossible, and routers do not forward
packets from a link-local address.

    ip address show
    ip route get ADDRESS                the word after src""",
)


def none_at_all(node: str) -> Words:
    """Return the words for a node that has no address to send from."""
    return CAUSE.words(
        tr("{node} has no address to send from", node=node), tr("No reply could reach it."), tr("give it an address")
    )


def link_local(node: str, address: str) -> Words:
    """Return the words for a link-local source that a router does not send on (RFC 4007, section 9)."""
    return CAUSE.words(
        tr(
            "{node} does not forward packets from {address}: a link-local address is valid on its own link only",
            node=node,
            address=address,
        ),
        tr("The sender has no other address to send from."),
        do(
            "ip",
            "-6",
            "address",
            "show",
            words=tr("check first, on the sender"),
            elsewhere=True,
            note=tr("does it have an address that is neither tentative nor a duplicate?"),
        ),
    )
