"""A host's name server is the host itself without a listener, or a neighbour that did not answer."""

from typing import Final

from podpath.causes.cause import Cause, line
from podpath.language import tr
from podpath.state.finding import Words

CAUSE: Final = Cause(
    name="nameserver-dead",
    title="A host asks a name server that does not answer",
    explain="""A host, and most of its containers, send DNS queries to the servers in /etc/resolv.conf; Docker's own resolver (127.0.0.11)
forwards to them, too. If a server has an address of this host, a program must listen on UDP port 53 there; if it is on a network of the
host, a neighbour must have its address. With a dead server every name lookup fails after seconds, while addresses work.

It happens when a local cache (systemd-resolved, dnsmasq, unbound) has stopped, or when a server has moved.

Check: `cat /etc/resolv.conf`; `ss -ulnp sport = :53`; `ip neigh show ADDRESS`.""",
    summary=(
        "resolv.conf on {node} names {own}, an address of this host, and nothing there listens on UDP port 53",
        "resolv.conf on {node}{where} names {silent}, and no neighbour on {dev} answered for that address",
    ),
    why="Name lookups that ask it fail, or take seconds, also in containers that use it: {others}.",
    fix=(
        line(
            "systemctl status systemd-resolved dnsmasq unbound", words="start the local cache that has stopped,", note="for {own}"
        ),
        "see why {silent} is not there, or name another server in /etc/resolv.conf",
    ),
    phrases={"others": {"none": "there is no other server", "some": "another server answers after a timeout"}},
    no_lab="nothing in a lab asks for names",
)


def unreached(asker: str, server: str, owner: str, then: str, *, others: bool) -> Words:
    """Return the words for a name server that was captured, and that a query does not reach, or whose answer is lost.

    Args:
        asker: the host or container that has it.
        server: its address.
        owner: the node that has the address.
        then: what happens to the query.
        others: the asker has other name servers.
    """
    left = CAUSE.phrases["others"]["some" if others else "none"]
    return CAUSE.words(
        tr(
            "resolv.conf of {asker} names {server}, which is on {owner}: {then}",
            asker=asker,
            server=server,
            owner=owner,
            then=then,
        ),
        tr("Name lookups that ask it fail, or take seconds: {left}.", left=left),
    )
