"""A host gets frames for an address that it does not have."""

from typing import Final

from podpath.causes.cause import Cause
from podpath.language import tr
from podpath.state.finding import Words
from podpath.state.fix import do

CAUSE: Final = Cause(
    name="address-missing",
    title="A host gets frames for an address that it does not have",
    explain="""The sender's neighbour table maps the address to this host's MAC: the host once had the address, or somebody added the entry. The
host does not have the address now and does not forward, so it drops the packet without an error. Either the device has lost its address, or the
address has moved and the neighbour entry is out of date.

    ip address show dev eth0            on the host that gets the frames
    ip neigh show ADDRESS               on the sender""",
)


def unowned(receiver: str, address: str, sender: str, dev: str) -> Words:
    """Return the words for frames that lead to a host without their address.

    Args:
        receiver: the device that gets them, with its place.
        address: their destination.
        sender: who holds the neighbour entry.
        dev: device of the entry.
    """
    return CAUSE.words(
        tr(
            "{sender} sends frames for {address} to {receiver}, which has no such address",
            sender=sender,
            address=address,
            receiver=receiver,
        ),
        tr("The host that gets them is no router, and drops them."),
        tr("give {receiver} its address again: restart the container, or the program that gave it", receiver=receiver),
        do("ip", "neigh", "del", address, "dev", dev, words=tr("if another host has the address now,"), instead=True),
    )
