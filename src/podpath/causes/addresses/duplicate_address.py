"""Two hosts have the same address."""

from typing import Final

from podpath.causes.cause import Cause
from podpath.language import tr
from podpath.state.finding import Words

CAUSE: Final = Cause(
    name="duplicate-address",
    title="Two hosts have the same address",
    explain="""The host that answered ARP last gets the packet, and a reply may go to the host that did not ask. A host also drops packets that
arrive with its own address as their source (martian source). These checks find such pairs: duplicate-pod-ip, duplicate-node-ip,
address-on-two-nodes.

    ip address show to ADDRESS          on each suspect
    arping -D -I eth0 ADDRESS           does anybody else have it?""",
)


def of_sender(address: str, dev: str) -> Words:
    """Return the words for a sender whose address the receiver has, too (__fib_validate_source)."""
    return CAUSE.words(
        tr("this host also has {address}, the sender's address", address=address),
        tr("The kernel drops a packet from it that arrives on {dev} as a martian.", dev=dev),
        tr("give one of the two hosts that have {address} another address", address=address),
    )


def answered(address: str, there: str) -> Words:
    """Return the words for an answer that another owner of the asker's address gets."""
    return CAUSE.words(
        tr("{there} also has {address}, the client's address, and gets the reply", there=there, address=address),
        tr("It sent no request, and drops the reply."),
        tr("give one of the two hosts that have {address} another address", address=address),
    )


def not_meant(address: str, there: str, meant: str) -> Words:
    """Return the words for a packet that another owner of its address gets."""
    return CAUSE.words(
        tr("{there} also has {address}, and gets what is for {meant}", there=there, address=address, meant=meant),
        tr("Nothing reaches {meant} by this address from here.", meant=meant),
        tr("give one of the two another address, or put {meant} into a network of its own that this end can reach", meant=meant),
    )


def behind_processes(address: str, meant: str) -> Words:
    """Return the words for two namespaces that have one address because each has a network of its own (slirp4netns, pasta)."""
    return CAUSE.words(
        tr("{address} is this end's own address, too: {meant} is alone in a network of its own", address=address, meant=meant),
        tr("A program is the network of each: what is for this address never leaves."),
        tr(
            "put both into one network (podman network create), or publish a port of {meant} and ask the host for it", meant=meant
        ),
    )
