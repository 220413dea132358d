"""The program that is a container's network does not send the packet on."""

from typing import Final

from podpath.causes.cause import Cause
from podpath.language import tr
from podpath.state.finding import Words
from podpath.state.fix import do

CAUSE: Final = Cause(
    name="user-mode-network-refuses",
    title="The program that is a container's network refuses the packet",
    explain="""A rootless container has no cable to its host. A program (slirp4netns, pasta) has the other end of its device, and sends what
the container sends from sockets of its own, with the rights of an ordinary user. It does not send everything: the host's own
127.0.0.1 is closed to containers unless an option opens it, and a ping needs a group that may send pings.

    grep -s iff: /proc/[0-9]*/fdinfo/*        which process has which device
    sysctl net.ipv4.ping_group_range          which groups may send pings; "1 0" is none""",
)


def loopback_closed(program: str, address: str) -> Words:
    """Return the words for a packet to the host's loopback that the program does not let pass."""
    return CAUSE.words(
        tr("{program} closes {address}, which would lead to 127.0.0.1 of the host", program=program, address=address),
        tr("It was started with --disable-host-loopback."),
        tr("ask another address of the host, or recreate the container with --network slirp4netns:allow_host_loopback=true"),
    )


def pings_not_allowed(program: str, gid: int, groups: str) -> Words:
    """Return the words for a ping that the program may not send."""
    return CAUSE.words(
        tr(
            "{program} may not send pings: its group is {gid}, and net.ipv4.ping_group_range is {groups}",
            program=program,
            gid=gid,
            groups=groups,
        ),
        tr("Other packets pass."),
        do("sysctl", "-w", "net.ipv4.ping_group_range=0 2147483647"),
    )
